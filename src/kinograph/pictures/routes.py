"""The pictures of pages, and the small page where one is seen, downloaded and shared. Included under each prefix."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kinograph.errors import NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.pictures.cache import PictureCache
from kinograph.pictures.canvas import SHAPES, Picture
from kinograph.pictures.choices import PictureChoices
from kinograph.pictures.colors import LIGHTS
from kinograph.pictures.contents import picture_of_card, picture_of_page
from kinograph.pictures.painters import Painters
from kinograph.stats import pages
from kinograph.stats.address import with_query
from kinograph.stats.cards import Card
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import EVERY_PAGE, Page
from kinograph.stats.routes import handle_page, make_page_view, name_page
from kinograph.stats.session_page import (
    SessionPage,
    make_page_tag,
    make_robots_header,
)

router = APIRouter(include_in_schema=False)

PNG = "image/png"
ENDINGS = ("/picture.png", "/picture")
OF_FILMS = Page("/films", pages.FILMS[1], pages.PAGES[0].cards[:1])

Slides = Mapping[str, Callable[[PageContext, str], Picture | None]]
"""What composes each slide of a story in a shape, by its name; None where it has nothing to tell."""


class NoSuchCard(NotFound):
    sentence = gettext_noop("This page has no such card. Open the page and use the button on the card you want.")


class NoSuchSlide(NotFound):
    sentence = gettext_noop("This story has no such slide. Open the story and use the button below the slide you want.")


def make_painters() -> tuple[Painters, PictureCache]:
    """Of one web process."""
    return Painters(), PictureCache()


async def draw(request: Request, session: SessionPage, page: Page) -> Response:
    """The PNG of a page, a card or a slide."""
    choices = _read_choices(request, page)

    async def prepare() -> Callable[[], Picture]:
        return _composer(request, page, choices, await make_page_view(request, session, page, ENDINGS))

    return await answer_picture(request, session, choices, prepare)


async def answer_picture(
    request: Request,
    session: SessionPage,
    choices: PictureChoices,
    prepare: Callable[[], Awaitable[Callable[[], Picture]]],
) -> Response:
    """The PNG, as it is kept or of what is composed; `prepare` raises where there is none."""
    tag = _make_tag(request, session, choices)
    headers = {**PRIVATE, **make_robots_header(request, session)}
    if unchanged := templates.answer_unchanged(request, tag, headers):
        return unchanged
    headers["ETag"] = tag
    compose = await prepare()
    if is_head(request):
        return answer_head(headers, media_type=PNG)
    cache: PictureCache = request.app.state.picture_cache
    png = cache.get(f"{session.id} {tag}")
    if png is None:
        png = await request.app.state.painters.paint(compose, choices.light)
        cache.keep(f"{session.id} {tag}", png)
    return Response(png, media_type=PNG, headers=headers)


async def show(request: Request, session: SessionPage, page: Page) -> Response:
    """Where it is seen before it is posted."""
    choices = _read_choices(request, page)
    view = await make_page_view(request, session, page, ENDINGS)
    query = view.filters.to_query()
    here, picture, shown = (with_query(view.path + ending, query) for ending in ("", *ENDINGS))
    card = _find_card(page, choices.card) if choices.card else None
    name = gettext(card.TITLE) if card else name_page(page, view)
    html = templates.render(
        "pictures/picture.html",
        name=name,
        back_href=f"{here}#card-{choices.card}" if card else here,
        file_name=_file_name(view, page, choices),
        is_sample=session.is_sample,
        **list_choices(choices, shown, picture),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, headers={**PRIVATE, **make_robots_header(request, session)})


def list_choices(choices: PictureChoices, shown: str, picture: str) -> dict[str, Any]:
    """What the small page wants to know of its shapes and lights: `shown` is its own address, `picture` that of the
    PNG."""
    return {
        "picture_href": with_query(picture, choices.to_query()),
        "size": SHAPES[choices.shape],
        "shape": choices.shape,
        "shapes": [
            (title, with_query(shown, choices.to_query(shape=shape)), shape == choices.shape)
            for shape, title in zip(SHAPES, (gettext("Story"), gettext("Wide"), gettext("Square")), strict=True)
        ],
        "lights": [
            (title, with_query(shown, choices.to_query(light=light)), light == choices.light)
            for light, title in zip(LIGHTS, (gettext("Dark"), gettext("Light")), strict=True)
        ],
    }


def _read_choices(request: Request, page: Page) -> PictureChoices:
    """Raises what is wrong with them before anything is read."""
    choices = PictureChoices.parse(request.query_params, theme=preferences.read_preferences(request).theme)
    if choices.card:
        _find_card(page, choices.card)
    slides: Slides = request.app.state.slides
    if choices.slide and (page.name != pages.STORY.name or choices.slide not in slides):
        raise NoSuchSlide  # a share may show this page and no story
    return choices


def _find_card(page: Page, name: str) -> Card:
    found = next((card for card in page.cards if card.__name__.rpartition(".")[2] == name), None)
    if found is None:
        raise NoSuchCard
    return found


def _composer(request: Request, page: Page, choices: PictureChoices, view: PageContext) -> Callable[[], Picture]:
    if choices.card:
        card = _find_card(page, choices.card)
        return lambda: picture_of_card(view, card, choices.shape)
    if choices.slide:
        return lambda: _compose_slide(request.app.state.slides, choices, view)
    if page.name == pages.STORY.name:
        return lambda: _compose_first_slide(request.app.state.slides, choices, view)
    return lambda: picture_of_page(view, page, name_page(page, view), choices.shape)


def _compose_slide(slides: Slides, choices: PictureChoices, view: PageContext) -> Picture:
    picture = slides[choices.slide](view, choices.shape)
    if picture is None:
        raise NoSuchSlide
    return picture


def _compose_first_slide(slides: Slides, choices: PictureChoices, view: PageContext) -> Picture:
    """What a story opens with, where no slide is asked for."""
    pictures = (compose(view, choices.shape) for compose in slides.values())
    first = next((picture for picture in pictures if picture), None)
    if first is None:
        raise NoSuchSlide
    return first


def _make_tag(request: Request, session: SessionPage, choices: PictureChoices) -> str:
    return f'{make_page_tag(request, session)[:-1]}-{choices.card or choices.slide}-{choices.shape}-{choices.light}"'


def _file_name(view: PageContext, page: Page, choices: PictureChoices) -> str:
    parts = (page.name, str(view.year or ""), choices.card, choices.slide, choices.shape, choices.light)
    return f"kinograph-{'-'.join(filter(None, parts))}.png"


for each in (*EVERY_PAGE, pages.STORY, pages.STORY_OF_YEAR, OF_FILMS):
    router.add_api_route(f"{each.path}/picture.png", handle_page(each, draw))
    router.add_api_route(f"{each.path}/picture", handle_page(each, show))
