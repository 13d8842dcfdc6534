"""The page of a story, of all time or of a year. It is included once under each prefix of sessions."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from kinograph.i18n import gettext
from kinograph.layout import templates
from kinograph.pictures.inline import draw_inline
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_answers import Draw, answer_page
from kinograph.stats.page_context import PageContext
from kinograph.stats.page_preview import describe_page
from kinograph.stats.pages import STORY, STORY_OF_YEAR, link_stories
from kinograph.stats.routes import check_place, read_path_filters
from kinograph.stats.session_page import SessionPage, SessionPageOf, link_share, make_view
from kinograph.stories.story import Slide, tell

router = APIRouter(include_in_schema=False)


class Shown(NamedTuple):
    """A slide on the page: its name, what it is about, all it says for those who hear it, and where its picture is."""

    name: str
    title: str
    text: str
    drawing: Markup
    picture_href: str
    choices_href: str
    file_name: str


@router.get(STORY.path)
@router.get(STORY_OF_YEAR.path)
async def show(request: Request, session: SessionPageOf) -> Response:
    fixed = read_path_filters(request.path_params)

    async def find_view() -> PageContext:
        view = await make_view(request, session, STORY.name, *fixed)
        check_place(view)
        return view

    async def prepare(view: PageContext) -> Draw:
        return lambda: (_render(session, view, describe_page(request, session, view)), True)

    return await answer_page(request, session, find_view, prepare)


def _render(session: SessionPage, view: PageContext, visitor: dict[str, Any]) -> str:
    return templates.render(
        "stories/story.html",
        session=session,
        share_href=link_share(session, view),
        title=gettext("%(year)s as a story", year=view.year) if view.year else gettext("Your films as a story"),
        slides=[_show(slide, view) for slide in tell(view)],
        navigation=link_pages(view, session.pages),
        stories=link_stories(view),
        chips=view.filters.chips(view.all, view.path),
        fitting=len(view.picked.of_watched),
        clear_href=view.path,
        lookups=view.lookups,
        **visitor,
    )


def _show(slide: Slide, view: PageContext) -> Shown:
    picture = slide.module.draw(slide.facts, "story")
    query = "&".join(filter(None, (view.filters.to_query(), f"slide={slide.name}&shape=story")))
    return Shown(
        slide.name,
        gettext(slide.module.TITLE),
        picture.title,
        draw_inline(picture, slide.name),
        f"{view.path}/picture.png?{query}",
        f"{view.path}/picture?{query}",
        f"kinograph-{view.year or 'story'}-{slide.name}.png",
    )
