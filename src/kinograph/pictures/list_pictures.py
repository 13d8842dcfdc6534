"""The picture of a list: how far one has come, its reel, and the films seen that got the most stars."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.pictures.canvas import Picture
from kinograph.pictures.card_reader import CardContent, Film
from kinograph.pictures.choices import PictureChoices
from kinograph.pictures.markup import read_markup
from kinograph.pictures.page_picture import PageContent, compose_page
from kinograph.pictures.routes import ENDINGS, NoSuchCard, NoSuchSlide, answer_picture, list_choices
from kinograph.stats import list_heads, list_pages
from kinograph.stats.list_routes import find_standing
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import LISTS
from kinograph.stats.session_page import SessionPage, SessionPageOf, make_robots_header, make_view
from kinograph.stats.standings import Standing

router = APIRouter(include_in_schema=False)

FILMS = 18


@router.get("/lists/{name}/picture.png")
async def draw(request: Request, session: SessionPageOf, name: str) -> Response:
    choices = _read_choices(request)

    async def prepare() -> Callable[[], Picture]:
        _, standing = await _find(request, session, name)
        return lambda: compose_list(standing, choices.shape)

    return await answer_picture(request, session, choices, prepare)


@router.get("/lists/{name}/picture")
async def show(request: Request, session: SessionPageOf, name: str) -> Response:
    choices = _read_choices(request)
    view, standing = await _find(request, session, name)
    shown, picture = (f"{view.path}{ending}" for ending in reversed(ENDINGS))
    html = templates.render(
        "pictures/picture.html",
        name=list_pages.name_list(standing),
        back_href=view.path,
        file_name=f"kinograph-list-{choices.shape}-{choices.light}.png",
        is_sample=session.is_sample,
        **list_choices(choices, shown, picture),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers={**PRIVATE, **make_robots_header(request, session)})


def compose_list(standing: Standing, shape: str) -> Picture:
    """In one of the SHAPES."""
    said = list_heads.head_list(standing)
    best = standing.films.filter("seen").sort("rating", descending=True, nulls_last=True, maintain_order=True)
    content = PageContent(
        name=list_pages.name_list(standing),
        lead=said.lead,
        rest=said.rest,
        credits=tuple(list_heads.count_list(standing)),
        card=_draw_reel(standing),
        films=tuple(Film(title, year) for title, year in best.select("title", "year").head(FILMS).iter_rows()),
    )
    return compose_page(content, shape)


def _draw_reel(standing: Standing) -> CardContent | None:
    if not standing.total:
        return None
    (reel,) = read_markup(list_pages.draw_low(standing)).find_all("<svg>")
    return CardContent("list", "", "", (), (("", reel),), None, "", (), (), ())


def _read_choices(request: Request) -> PictureChoices:
    """A list has neither cards nor slides."""
    choices = PictureChoices.parse(request.query_params, theme=preferences.read_preferences(request).theme)
    if choices.card:
        raise NoSuchCard
    if choices.slide:
        raise NoSuchSlide
    return choices


async def _find(request: Request, session: SessionPage, name: str) -> tuple[PageContext, Standing]:
    """Raises NoSuchList. A picture is of the list whatever is picked."""
    view = await make_view(request, session, LISTS[0])
    ending = next(ending for ending in ENDINGS if view.path.endswith(ending))
    view = replace(view, path=view.path.removesuffix(ending))
    return view, await asyncio.to_thread(find_standing, session, view, name)
