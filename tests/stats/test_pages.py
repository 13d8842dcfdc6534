import re
from collections.abc import Callable
from dataclasses import replace

from httpx import AsyncClient

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.frames import Frame
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.pages import PAGES, NavLink, link_units
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"rating": 4.5}), ("Lost", 1999, {"state": "unmatched"}))


def on(frame: Frame, page: str, query: dict[str, str]) -> PageContext:
    return PageContext(all=frame, filters=Filters.parse(query), path=f"/session/1/{page}", images=True, page=page)


def test_the_ways_take_the_filters_along_but_not_the_choices_of_view(make_frame: Callable[..., Frame]) -> None:
    found = link_pages(on(make_frame(FILMS), "patterns", {"rating": "4.5", "calendar": "2022", "genre": "War"}))
    assert [found.bar[0], found.rest[0]] == [
        NavLink("Overview", "/session/1?rating=4.5&genre=War", here=False),
        NavLink("Patterns", "/session/1/patterns?rating=4.5&genre=War", here=True),
    ]


def test_what_is_counted_is_a_choice_that_travels(make_frame: Callable[..., Frame]) -> None:
    view = on(make_frame(FILMS), "genres", {"genre": "War", "count": "hours"})
    assert link_units(view) == [
        NavLink("Films", "?genre=War", here=False),
        NavLink("Viewings", "?genre=War&count=viewings", here=False),
        NavLink("Hours", "?genre=War&count=hours", here=True),
    ]
    assert link_pages(view).bar[0].href == "/session/1?genre=War&count=hours"


def test_owners_are_offered_to_fix_matches_at_the_address_of_the_session(make_frame: Callable[..., Frame]) -> None:
    view = replace(on(make_frame(FILMS), "patterns", {}), owner=True)
    assert (view.lookups, view.lookups.correction_href) == (Lookups(films=2, pending=0, missing=1), "/session/1/repair")
    assert replace(view, owner=False).lookups.correction_href is None


def test_a_mark_of_two_filters_picks_both_and_drops_both(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, query={"rating": "4.5"})
    assert view.link(weekday="5", month="3") == FilterLink("?rating=4.5&weekday=5&month=3", False)
    view = make_view(FILMS, query={"weekday": "5", "rating": "4.5", "month": "3"})
    assert view.link(weekday="5", month="3") == FilterLink("?rating=4.5", True)


def test_names_and_titles_of_pages_are_one_each() -> None:
    assert len({page.name for page in PAGES}) == len({page.title for page in PAGES}) == len(PAGES)


async def test_every_page_of_a_session_has_an_address(client: AsyncClient, sampled: str) -> None:
    for page in PAGES:
        answer = await client.get(f"/sample{page.path}?released=1960-1969")
        assert answer.status_code == 200
        open_ones = re.findall(r'<a href="([^"]*)"(?: rel="nofollow")? aria-current="page">(.*?)</a>', answer.text)
        assert open_ones == 2 * [(f"/sample{page.path}?released=1960-1969", page.title)]
        assert len(re.findall('<section class="card ', answer.text)) == len(page.cards)
    assert (await client.get("/sample/nowhere")).status_code == 404
