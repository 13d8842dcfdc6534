"""The picture that a chat would show of a link yet to be made: drawn of what the link would show, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from kinograph.i18n import gettext
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.pictures.contents import picture_of_page
from kinograph.pictures.routes import OF_FILMS, PNG
from kinograph.shares.owned import OwnedOf
from kinograph.shares.wishes import STARS, Wishes, make_scope
from kinograph.stats.address import Filters
from kinograph.stats.pages import PAGES, STORY, WATCHLIST
from kinograph.stats.scope import SHOWN
from kinograph.stats.session_page import make_view
from kinograph.stats.wishes import make_wishes

router = APIRouter(include_in_schema=False)

PICTURED = {page.name: page for page in (*PAGES, OF_FILMS, WATCHLIST, STORY)}
UNKEPT = PRIVATE | {"Cache-Control": "private, no-store"}


def make_picture_query(wishes: Wishes) -> str:
    """What the address of the picture says of a link."""
    told = {"pages": wishes.pages[:1], "filters": wishes.filters, "shows": wishes.shows or ("",)}
    return urlencode(told, doseq=True)


@router.get("/share.png")
async def show(
    request: Request,
    session: OwnedOf,
    pages: Annotated[Sequence[str], Query()] = ("",),
    filters: str = "",
    shows: Annotated[Sequence[str], Query()] = STARS,
) -> Response:
    """Wide, as the first of the pages. What cannot be understood is as if it were not said."""
    page = next((PICTURED[name] for name in pages if name in PICTURED), PICTURED[""])
    scope = make_scope(filters, [name for name in shows if name in SHOWN])
    if is_head(request):
        return answer_head(UNKEPT, media_type=PNG)
    view = await make_view(request, session, "shares")
    masked = await asyncio.to_thread(scope.mask, view.all)
    shown = replace(view, all=masked, filters=Filters(), page=page.name, path=session.home + page.path.rstrip("/"))
    if page is WATCHLIST:
        shown = await asyncio.to_thread(make_wishes, shown)
    png = await request.app.state.painters.paint(
        lambda: picture_of_page(shown, page, gettext(page.title), "wide"), "dark"
    )
    return Response(png, media_type=PNG, headers=UNKEPT)
