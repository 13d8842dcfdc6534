"""What a chat or a search shows of a page: a title, a sentence and a picture, in OpenGraph's tags."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from kinograph.i18n import gettext

WIDE = (1200, 630)
"""The picture's pixels."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`url` and `picture` are whole addresses; nothing here comes from the query of one."""

    title: str
    description: str
    url: str
    picture: str
    width: int = WIDE[0]
    height: int = WIDE[1]


def make_url(request: Request, path: str) -> str:
    """The whole address of a path of ours: as people type it, where that is set, else as this request came."""
    base = request.app.state.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{path}"


def make_picture_url(request: Request, path: str) -> str:
    """Of the page at this path, without its query."""
    return make_url(request, f"{path.rstrip('/')}/picture.png?shape=wide")


def make_neutral(request: Request) -> Preview:
    """Of whatever shall not be told: Kinograph itself, with the sample's picture."""
    return Preview(
        title=gettext("Kinograph: your life in film"),
        description=gettext(
            "Upload your Letterboxd export and see the nights, the years, the directors, the countries."
        ),
        url=make_url(request, "/"),
        picture=make_picture_url(request, "/sample"),
    )
