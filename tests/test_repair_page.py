"""An owner corrects a match in a real browser, and the charts follow."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.sessions.export_files import FILM, RATING, table, zipped

LOST = "The Reel in the Attic"
FILMS = [f"{LOST},1999,", "The Long Quay,1994,", "Kestrel,2040,", *(f"Harbour Story {n},{1960 + n}," for n in range(5))]


@pytest.fixture(scope="module")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.unknown |= {LOST, "Kestrel"}
        yield tmdb


@pytest.fixture(scope="module")
def running(
    tmdb: FakeTmdb, make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    settings = {"TMDB_BASE_URL": tmdb.url, "TMDB_ACCESS_TOKEN": tmdb.token, "TMDB_REQUESTS_PER_SECOND": "80"}
    settings["DATABASE_URL"] = make_database()
    with browsers.kinograph(tmp_path_factory.mktemp("repair"), **settings) as running:
        yield running


@pytest.fixture
def session(running: Running) -> dict[str, Any]:
    """A session of a new owner, all of whose films are settled: two of them are not found."""
    export = zipped(
        watched=table(FILM, *(f"2024-01-01,{film}" for film in FILMS)),
        ratings=table(RATING, *(f"2024-01-01,{film},4" for film in FILMS)),
    )
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + export.content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
    running.wait_for(f"/api/session/{sent['session_id']}/status", status="completed")
    return sent


@contextmanager
def owner(chromium: Browser, running: Running, session: dict[str, Any], **options: Any) -> Iterator[Page]:
    with browsers.page(chromium, **options) as page:
        page.context.add_cookies([{"name": "owner", "value": session["owner_token"], "url": running.url}])
        yield page


@pytest.mark.parametrize("script", [True, False])
def test_a_film_was_encoded_twice_and_the_charts_follow(
    running: Running, chromium: Browser, session: dict[str, Any], script: bool
) -> None:
    with owner(chromium, running, session, java_script_enabled=script) as page:
        page.goto(f"{running.url}/session/{session['session_id']}")
        expect(page.locator("#card-directors")).to_contain_text("2 films were not found")
        expect(page.locator("#card-directors")).not_to_contain_text("Jori Veen")
        page.get_by_role("link", name="Review and fix matches").click()

        page.get_by_role("link", name=LOST, exact=False).first.click()
        page.get_by_label("Title of a film or series").fill("low country")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("button", name=re.compile("It is this one: Low Country.*2009.*film.*Jori Veen")).click()
        expect(page.locator("#done")).to_contain_text("counted as Low Country (2009)")
        expect(page.locator("h1")).to_contain_text("1 film needs review.")

        page.get_by_role("link", name="Back to the statistics").click()
        expect(page.locator("#card-directors")).to_contain_text("Jori Veen")
        expect(page.locator("#outcome")).to_contain_text("7 films found")

        page.go_back()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_contain_text("2 films need review.")
        page.goto(f"{running.url}/session/{session['session_id']}")
        expect(page.locator("#card-directors")).not_to_contain_text("Jori Veen")


def test_while_tmdb_is_slow_the_page_says_so_and_fills_by_itself(
    running: Running, chromium: Browser, session: dict[str, Any], tmdb: FakeTmdb
) -> None:
    with owner(chromium, running, session) as page:
        tmdb.latency = 5.0
        try:
            page.goto(f"{running.url}/session/{session['session_id']}/repair/0?query=café")
            page.evaluate("window.untouched = true")
            expect(page.locator("#search")).to_contain_text("Waiting for TMDB.")
            page.get_by_label("Link to TMDB or IMDb").fill("half typed")
        finally:
            tmdb.latency = 0.0
        expect(page.locator("#results")).to_contain_text("Café Lumen")
        expect(page.locator("#results")).to_contain_text("Chloé Vautrin")
        assert page.evaluate("window.untouched")
        expect(page.get_by_label("Link to TMDB or IMDb")).to_have_value("half typed")


def test_what_is_no_link_is_said_beside_its_field(running: Running, chromium: Browser, session: dict[str, Any]) -> None:
    with owner(chromium, running, session, refusals=1) as page:
        page.goto(f"{running.url}/session/{session['session_id']}/repair/0")
        page.get_by_label("Link to TMDB or IMDb").fill("https://letterboxd.com/film/heat-1995/")
        page.keyboard.press("Enter")
        expect(page.locator("#link-error")).to_contain_text("That is not a link to a film")
        expect(page.get_by_label("Link to TMDB or IMDb")).to_be_focused()


@pytest.mark.parametrize("path", ["/repair", "/repair?show=all", "/repair/0?query=kestrel", "/repair/1"])
def test_pages_fit_and_name_what_can_be_pressed(
    running: Running, chromium: Browser, session: dict[str, Any], path: str
) -> None:
    with owner(chromium, running, session) as page:
        page.goto(f"{running.url}/session/{session['session_id']}{path}")
        for width in (320, 390, 1440):
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        names = page.evaluate(
            """[...document.querySelectorAll('main a, main button, main input:not([type=hidden])')].map(
                (element) => [element.outerHTML, (element.labels?.[0]?.textContent ?? element.textContent).trim()])"""
        )
        assert [element for element, name in names if not name] == []
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((h) => h.tagName)")
        assert levels[0] == "H1" and levels.count("H1") == 1


def test_nobody_else_comes_in(running: Running, chromium: Browser, session: dict[str, Any]) -> None:
    with browsers.page(chromium, refusals=1) as page:
        page.goto(f"{running.url}/session/{session['session_id']}/repair")
        expect(page.locator("main")).to_contain_text("Only the person who uploaded these films can do that.")
