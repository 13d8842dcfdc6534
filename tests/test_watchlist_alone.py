"""A watchlist that was dropped alone: what each page of its session says, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kinograph.sessions.export import Upload
from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import OWN_LIGHTS, learn
from tests.fake_tmdb import FakeTmdb
from tests.invented_catalogue import invented
from tests.sessions.export_files import FILM, table
from tests.sessions.export_model import Style, film_link
from tests.test_upload_page import SESSION, figures, pick, press

COUNT = 24
STATISTICS = ("", "/patterns", "/genres", "/people", "/world", "/ratings", "/year", "/films")
WATCHLIST = Upload(
    "watchlist.csv",
    table(
        FILM,
        *(f"2024-02-{n + 1:02},Harbor Story {n},{1921 + n * 4},{film_link(n, Style())}" for n in range(COUNT)),
    ),
)


@pytest.fixture(scope="module")
def running(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with (
        FakeTmdb(invent=True) as tmdb,
        browsers.kinograph(
            tmp_path_factory.mktemp("watchlist"),
            DATABASE_URL=make_database(),
            TMDB_BASE_URL=tmdb.url,
            TMDB_ACCESS_TOKEN=tmdb.token,
            TMDB_REQUESTS_PER_SECOND="400",
        ) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def session(page: Page) -> str:
    """Its address."""
    return page.url


@pytest.fixture(scope="module")
def page(running: Running, chromium: Browser) -> Iterator[Page]:
    """At the session that the first page made of it, once all is looked up; two pages are asked for that are none."""
    with browsers.page(chromium, refusals=2) as page:
        learn(page)
        page.goto(running.url)
        pick(page, WATCHLIST)
        assert figures(page) | {"films": "0", "viewings": "0", "watchlist": str(COUNT)} == figures(page)
        press(page)
        page.wait_for_url(SESSION)
        running.wait_for(f"/api/session/{page.url.rpartition('/')[2]}/status", status="completed")
        yield page


def look(page: Page) -> list[str]:
    """What is wrong with the page on a desk and on a phone."""
    found = []
    for width, light, is_whole in OWN_LIGHTS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=light)
        found += [f"{page.url} {width}: {each}" for each in page.evaluate("tooWide()")]
        rules = "" if is_whole else "COLORS_AND_ROOM"
        found += [f"{page.url} {width}: {each}" for each in page.evaluate(f"violations({rules})")]
    return found


@pytest.mark.parametrize("path", STATISTICS)
def test_each_page_says_what_there_is_and_what_to_send(page: Page, session: str, path: str) -> None:
    page.goto(session + path)
    main = page.locator("main")
    expect(main).to_contain_text(f"A watchlist of {COUNT} films.")
    expect(main).to_contain_text("Your upload doesn't say what you watched.")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="Upload the whole export")).to_be_visible()
    expect(page.locator("[id^=card-]")).to_have_count(0)
    expect(main).not_to_contain_text("All time")  # nor any other choice among nothing
    assert look(page) == []


def test_the_watchlist_has_its_page_with_three_for_tonight(page: Page, session: str) -> None:
    page.goto(session)
    page.get_by_role("link", name="Open the watchlist").click()
    page.wait_for_url(f"{session}/watchlist")
    offered = page.locator("#tonight .bill h3")
    first = offered.all_text_contents()
    assert len(first) == 3 and look(page) == []
    page.get_by_role("link", name="Another three").click()
    page.wait_for_url("**/watchlist?seed=2#tonight")
    assert set(first).isdisjoint(offered.all_text_contents())
    page.get_by_label("Any length").select_option("-90")
    page.get_by_role("button", name="Find three").click()
    page.wait_for_url("**runtime=-90**")
    expect(page.locator("#chips")).to_contain_text("up to 90 min")
    assert page.evaluate("document.querySelector('#tonight form select').value") == "-90" and look(page) == []


@pytest.mark.parametrize("path", ["/settings", "/reading", "/repair"])
def test_what_else_belongs_to_a_session_is_there(page: Page, session: str, path: str) -> None:
    answer = page.goto(session + path)
    assert answer is not None and answer.ok
    assert look(page) == []


def test_a_year_says_that_there_is_no_diary(page: Page, session: str) -> None:
    answer = page.goto(f"{session}/year/2024")
    assert answer is not None and answer.status == 404
    expect(page.locator("main")).to_contain_text("This upload has no diary, so no year has a page.")
    assert look(page) == []


def test_somebody_of_the_watchlist_has_a_page_of_that_name(page: Page, session: str) -> None:
    director = next(each for each in invented("Harbor Story 0", 1921).credits["crew"] if each["job"] == "Director")
    page.goto(f"{session}/person/{director['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(director["name"])
    expect(page.locator("main")).to_contain_text("Your upload doesn't say what you watched.")
    assert look(page) == []


def test_somebody_of_no_film_has_none(page: Page, session: str) -> None:
    answer = page.goto(f"{session}/person/1")
    assert answer is not None and answer.status == 404
    expect(page.locator("main")).to_contain_text("We couldn't find that person.")


def test_no_line_ends_between_a_name_and_its_number(page: Page, session: str) -> None:
    page.goto(session)
    lines = page.locator(".unwatched-rankings dd").all_text_contents()
    assert len(lines) == 3
    assert all(" " not in part.rpartition("\u00a0")[2] for line in lines for part in line.split(", "))
    assert all("\u00a0" in part for line in lines for part in line.split(", "))
