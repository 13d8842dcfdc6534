"""The pages of cards. They are included once under each prefix of sessions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from fastapi import APIRouter, Request, Response

from kinograph.errors import NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.sessions.reading import AT_ONCE
from kinograph.stats import amounts, cards, rest, rest_page, tonight_words, unwatched
from kinograph.stats.address import with_query
from kinograph.stats.against import list_chips
from kinograph.stats.cards import year_totals
from kinograph.stats.headline import compute_headline
from kinograph.stats.list_routes import find_standings
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_answers import Draw, answer_page
from kinograph.stats.page_context import PageContext
from kinograph.stats.page_preview import describe_page
from kinograph.stats.pages import (
    EVERY_PAGE,
    STORY,
    Page,
    count_note,
    link_report,
    link_story,
    link_units,
    link_years,
)
from kinograph.stats.posters import page_posters
from kinograph.stats.saved_views import describe_bar
from kinograph.stats.session_page import SessionPage, SessionPageOf, link_share, make_view
from kinograph.stats.since import Since, make_slip
from kinograph.stats.wishes import WishContext

router = APIRouter(include_in_schema=False)
placed = APIRouter(include_in_schema=False)
"""Of pages whose path has a place for a year or a person, which takes what any other address says there."""

Answer = Callable[[Request, SessionPage, Page], Awaitable[Response]]

# The filter that a place in the path fixes, and what may stand there. The sample's people are negative.
PATH_FILTERS = {"year": ("viewed", re.compile(r"[12][0-9]{3}")), "person": ("person", re.compile(r"-?[0-9]{1,12}"))}


class NoSuchYear(NotFound):
    sentence = gettext_noop("This diary has nothing from %(year)s. It runs from %(first)s to %(last)s.")


class NoDiary(NotFound):
    sentence = gettext_noop("This upload has no diary, so no year has a page.")


class LoggedAtOnce(NotFound):
    sentence = gettext_noop(
        "In %(year)s this diary has entries only on days with %(least)s or more. Nobody watches that many films in "
        "a day, so no year counts them."
    )


def _need_year(view: PageContext) -> None:
    """Raises for a year before the first viewing or after the last; one between, without any, has its page."""
    ends = view.all.nights.ends
    if ends and (view.year is None or ends[0].year <= view.year <= ends[1].year):
        return
    logged = view.all.viewings["watched_on"].dt.year().unique().to_list()
    if not logged or view.year is None:
        raise NoDiary
    if view.year in logged:
        raise LoggedAtOnce(year=view.year, least=AT_ONCE)
    raise NoSuchYear(year=view.year, first=min(logged), last=max(logged))


class NobodyHere(NotFound):
    sentence = gettext_noop("We couldn't find that person.")


def check_place(view: PageContext) -> None:
    """Raises for a page of a person or a year that this session has none of."""
    if view.person is not None and not view.all.people["id"].is_in([view.person]).any():
        raise NobodyHere
    if view.year is not None:
        _need_year(view)


def handle_page(page: Page, answer: Answer) -> Callable[..., object]:
    """A handler, for each prefix of sessions, of what goes with a page, such as its picture."""

    async def show(request: Request, session: SessionPageOf) -> Response:
        return await answer(request, session, page)

    return show


async def make_page_view(request: Request, session: SessionPage, page: Page, endings: Sequence[str]) -> PageContext:
    """The page's own, at an address with one of these endings, so that what is kept of its cards is found again."""
    view = await make_view(request, session, page.name, *read_path_filters(request.path_params))
    check_place(view)
    ending = next(ending for ending in endings if request.url.path.endswith(ending))
    return replace(view, path=request.url.path.removesuffix(ending))


async def _answer(request: Request, session: SessionPage, page: Page) -> Response:
    fixed = read_path_filters(request.path_params)

    async def find_view() -> PageContext:
        view = await make_view(request, session, page.name, *fixed)
        check_place(view)
        return view

    async def prepare(view: PageContext) -> Draw:
        is_opening = not page.name and not view.filters.picked
        since = await request.app.state.since.find(session) if is_opening else None
        listed = await rest.read(request.app.state.engine, session.rest)

        def draw() -> tuple[str, bool]:
            visitor = describe_page(request, session, view) | {"rest": rest_page.describe(session, view, listed)}
            return _render(session, page, view, visitor, since)

        return draw

    return await answer_page(request, session, find_view, prepare)


def read_path_filters(places: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters that the places of a path fix. Raises NotFound for what is no year and nobody's number."""
    found = []
    for place in places.keys() & PATH_FILTERS.keys():
        name, pattern = PATH_FILTERS[place]
        if not pattern.fullmatch(places[place]):
            raise NotFound
        found.append((name, str(int(places[place]))))
    return found


def name_page(page: Page, view: PageContext) -> str:
    """The page's own name: a year's or somebody's where it is about one."""
    if view.year is not None:
        return str(view.year)
    if view.person is not None:
        names = view.all.people.filter(pl.col("id") == view.person)["name"]
        return str(names[0]) if len(names) and names[0] else gettext(page.title)
    return gettext(page.title)


def _find_report(session: SessionPage, page: Page, view: PageContext) -> str:
    """The address of the report that the page of a year leads to; "" on others, and where a share has none."""
    is_shown = page.name == "year" and (view.year is not None or session.has_page(""))
    return link_report(view) if is_shown else ""


def _describe_tonight(session: SessionPage, view: PageContext) -> dict[str, Any] | None:
    """Of the watchlist's page; None on others, and where nothing waits."""
    if not isinstance(view, WishContext) or not len(view.everything):
        return None
    return tonight_words.describe(view, find_standings(session, view))


def _render(
    session: SessionPage, page: Page, view: PageContext, visitor: dict[str, Any], since: Since | None
) -> tuple[str, bool]:
    """The page, and whether no card of it failed."""
    said = compute_headline(view)
    # A year without a viewing says just that, and so does a watchlist of which nothing fits.
    is_drawn = len(view.picked.of_watched) or (view.year is None and not view.is_wished and len(view.everything))
    drawing = cards.draw_cards(view, page.cards) if is_drawn else cards.Drawing()
    html = templates.render(
        "stats/page.html",
        page=page.name,
        title=name_page(page, view),
        navigation=link_pages(view, session.pages),
        years=link_years(view) if page.name == "year" else (),
        films_exist=len(view.everything) > 0,
        counts=link_units(view) if page.ranked else (),
        session=session,
        slip=make_slip(since, view) if since else None,
        share_href=link_share(session, view),
        headline=said,
        credits=said.credits,
        posters=[] if page.name else page_posters(view),
        story_href=link_story(view) if page.name in ("", "year") and session.has_page(STORY.name) else "",
        report_href=_find_report(session, page, view),
        is_wished=view.is_wished,
        tonight=_describe_tonight(session, view),
        **unwatched.template_values(view),
        **describe_bar(session.views, view, is_owner=session.is_owner),
        chips=list_chips(view),
        filter_href=with_query(f"{view.path}/filter", view.filters.from_the_start().to_query()),
        path=view.path,
        picked=view.filters.from_the_start().picked,
        fitting=len(view.picked.of_watched),
        clear_href=view.path,
        cards=drawing,
        is_empty=not len(view.picked.of_watched),
        wants=gettext(page.wants),
        lookups=view.lookups,
        series=amounts.count_series(view.picked),
        filled_in=year_totals.count_filled_in(view) if view.year else 0,
        count_note=count_note(view) if page.ranked else "",
        **visitor,
    )
    return html, drawing.is_whole


for each in EVERY_PAGE:
    (placed if "{" in each.path else router).add_api_route(each.path, handle_page(each, _answer))
