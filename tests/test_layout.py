"""How pages look and how they are gone through: what stays in view, what fits, what one key leads to."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import addresses
from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.invented_films import InventedFilm, film
from tests.libraries import many
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped

LOOKS = Path(__file__).with_name("looks.js")
UNBROKEN = "W" * 300
"""A title of capital letters without a place to break it."""

TWINS = 5
"""So many entries of TMDB are called so and of one year, that none of them can be chosen."""


class Session(NamedTuple):
    running: Running
    id: str
    token: str

    @property
    def url(self) -> str:
        return f"{self.running.url}/session/{self.id}"


@pytest.fixture(scope="module")
def running(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.add(*map(_twin, range(TWINS)))
        settings = {"TMDB_BASE_URL": tmdb.url, "TMDB_ACCESS_TOKEN": tmdb.token, "TMDB_REQUESTS_PER_SECOND": "900"}
        settings["DATABASE_URL"] = make_database()
        with browsers.kinograph(tmp_path_factory.mktemp("layout"), **settings) as running:
            yield running


@pytest.fixture(scope="module")
def large(running: Running) -> Session:
    """Of 400 films, each rated and seen once."""
    return _send(running, many(400, "Harbour Story").content)


@pytest.fixture(scope="module")
def doubtful(running: Running) -> Session:
    """Of one film, whose title is as long as titles get and fits several entries alike."""
    films = f"2024-01-02,{UNBROKEN},1990,https://boxd.it/abc0"
    return _send(
        running,
        zipped(
            watched=table(FILM, films),
            ratings=table(RATING, f"{films},4"),
            diary=table(DIARY, f"{films},4,,,2024-01-01"),
        ).content,
    )


def _twin(n: int) -> InventedFilm:
    entry = film(UNBROKEN, 1990, votes=100)
    entry.id += n
    entry.details["id"] = entry.id
    return entry


def _send(running: Running, content: bytes) -> Session:
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
    running.wait_for(f"/api/session/{sent['session_id']}/status", status="completed")
    return Session(running, sent["session_id"], sent["owner_token"])


@contextmanager
def owner(chromium: Browser, session: Session, **options: Any) -> Iterator[Page]:
    with browsers.page(chromium, **options) as page:
        page.add_init_script(path=LOOKS)
        page.context.add_cookies([{"name": "owner", "value": session.token, "url": session.running.url}])
        yield page


# Pictures that cannot be had


@pytest.mark.parametrize(("failure", "script"), [("not found", True), ("blocked", False)])
def test_a_picture_that_fails_leaves_the_drawing(
    chromium: Browser, large: Session, failure: Literal["blocked", "not found"], script: bool
) -> None:
    options: dict[str, Any] = {"java_script_enabled": script, "height": 1600}
    with browsers.page(chromium, refusals=1000, goes_offline=True, **options) as page:
        if failure == "not found":  # no page of the tests gets through to them, so blocked they are
            page.context.route("https://image.tmdb.org/**", lambda route: route.fulfill(status=404))
        for path in ("/people", "/films", "/films?look=posters", ""):
            page.goto(large.url + path)
            _has_no_mark_of_a_broken_picture(page)
        if script:
            page.locator("#card-genres .row").first.click()
            expect(page.locator("#active-filters")).to_be_visible()
            _has_no_mark_of_a_broken_picture(page)


def _has_no_mark_of_a_broken_picture(page: Page) -> None:
    """It looks as if no picture had been asked for."""
    page.wait_for_load_state("networkidle")
    pictures = page.locator(":is(.poster, .film-thumb, .face)").filter(visible=True)
    assert pictures.count() > 10
    page.mouse.move(0, 0)
    # What is laid out late moves what is seen by half a pixel.
    page.evaluate("document.documentElement.classList.add('shows-offscreen'); scrollTo(0, 0)")
    page.wait_for_function("document.getAnimations().length === 0")
    seen = _finished(page)
    page.evaluate("document.querySelectorAll('main img').forEach((image) => image.remove())")
    assert _seen(page) == seen or _finished(page) == seen


def _finished(page: Page) -> bytes:
    """A picture of the page once it no longer changes: what is laid out late is painted late."""
    before = b""
    while (now := _seen(page)) != before:
        before = now
    return now


def _seen(page: Page) -> bytes:
    """Compared and never looked at: to pack it as PNG would take longer than to paint it."""
    return page.screenshot(type="jpeg", quality=100)


# What fits


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_correcting_fits_any_title(chromium: Browser, doubtful: Session, locale: str) -> None:
    with owner(chromium, doubtful, locale=locale) as page:
        for path in ("/repair", "/repair?show=all", "/repair/0", f"/repair/0?query={UNBROKEN[:100]}"):
            page.goto(doubtful.url + path)
            for width in (1440, 390, 320):
                page.set_viewport_size({"width": width, "height": 1000})
                assert page.evaluate("tooWide()") == [], (path, width)
        page.goto(f"{doubtful.url}/repair")
        expect(page.locator(".candidate")).to_have_count(TWINS)


def test_no_card_stands_half_empty_beside_a_full_one(chromium: Browser, running: Running, large: Session) -> None:
    """Of the sample, `everyone/` looks at it."""
    pages = addresses.of_session(large.id)
    wrong = []
    with owner(chromium, large, refusals=len(pages)) as page:
        for path in pages:
            page.goto(running.url + path)
            wrong += [f"{path}: {found}" for found in page.evaluate("halfEmpty()")]
    assert wrong == []


def test_a_card_that_is_half_empty_would_be_found(chromium: Browser, running: Running, large: Session) -> None:
    with owner(chromium, large) as page:
        page.goto(f"{running.url}/sample")
        page.evaluate("document.querySelector('#card-milestones .films').replaceChildren()")
        assert [found.split()[0] for found in page.evaluate("halfEmpty()")] == ["card-milestones"]


# Keys

CHARTS = "svg[role=group], .rows, .films, .compact-list, .facts, .decades, .best, .filmography, .posters > ul"
MOST_STOPS = 100  # two of them are a card's: past it, and to its picture


@pytest.mark.parametrize("path", ["", "/patterns", "/year", "/genres", "/world", "/ratings"])
def test_a_chart_is_one_stop_of_the_tab_key(chromium: Browser, large: Session, path: str) -> None:
    with owner(chromium, large) as page:
        for address in (f"{large.running.url}/sample{path}", large.url + path):
            page.goto(address)
            expect(page.locator("html")).to_contain_class("is-ready")
            assert page.evaluate("reachable().length") < MOST_STOPS
            _has_one_stop_a_chart(page)
            page.locator("#cards :is(svg a[aria-label], .row)[data-filter]").last.click()
            expect(page.locator("#active-filters")).to_be_visible()
            _has_one_stop_a_chart(page)


def _has_one_stop_a_chart(page: Page) -> None:
    stops = page.evaluate(
        """(charts) => [...document.querySelectorAll(charts)]
          .map((chart) => [chart, [...chart.querySelectorAll("a[href]")].filter((mark) => mark.tabIndex >= 0).length])
          .filter(([chart, stops]) => chart.querySelector("a[href]") && stops !== 1)
          .map(([chart, stops]) => `${chart.outerHTML.slice(0, 99)}: ${stops}`)""",
        CHARTS,
    )
    assert stops == []


# What leads away


def test_the_first_ten_lead_to_all_of_them(chromium: Browser, large: Session) -> None:
    with owner(chromium, large) as page:
        for card, all_of_them, lands in (
            ("directors", r"All \d+ directors", "card-people"),
            ("top_cast", r"All \d+ faces", "card-people"),
        ):
            page.goto(f"{large.url}/year" if card == "top_cast" else large.url)
            link = page.locator(f"#card-{card} .card-all a")
            expect(link).to_have_text(re.compile(all_of_them))
            link.click()
            page.wait_for_url(re.compile(f"#{lands}$"))
            expect(page.locator(f"#{lands} .row").nth(10)).to_be_visible()


# Headlines


def test_what_stands_under_the_headline_does_not_run_over_posters(chromium: Browser, large: Session) -> None:
    ends_of = "(all) => all.map((each) => each.getBoundingClientRect().right)"
    with owner(chromium, large) as page:
        page.goto(large.url)
        for width in (768, 1024, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            posters = page.locator("#posters").bounding_box()
            assert posters and max(page.locator(".credits a").evaluate_all(ends_of)) <= posters["x"], width


# Charts on a phone


def test_fingers_hit_decades_and_columns(chromium: Browser, large: Session) -> None:
    with owner(chromium, large, width=390, height=844) as page:
        page.goto(large.url)
        decades = page.locator("#card-release_years svg a:has(text)")
        sizes = decades.evaluate_all(
            "(all) => all.map((each) => each.getBoundingClientRect()).map(({ width, height }) => [width, height])"
        )
        assert len(sizes) > 8 and min(height for _, height in sizes) >= 24
        assert sorted(width for width, _ in sizes)[1] >= 24, "but for the one that has only begun"
        year = page.locator("#card-release_years svg a[data-year]").first
        year.scroll_into_view_if_needed()
        box = year.bounding_box()
        assert box
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        hit = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a').dataset.key", middle)
        assert re.fullmatch(r"released=(?P<decade>\d{3})0-(?P=decade)9", hit)
        column = page.locator("#card-viewings svg a").first.bounding_box()
        assert column and column["width"] >= 14


# Long names


def test_a_title_that_is_cut_is_told_whole_to_those_who_point_at_it(chromium: Browser, doubtful: Session) -> None:
    with owner(chromium, doubtful) as page:
        page.goto(doubtful.url)
        row = page.locator("#card-milestones .film-row").first
        row.hover()
        expect(page.locator(".tooltip")).to_have_text(UNBROKEN)
        page.keyboard.press("Escape")
        expect(page.locator(".tooltip")).to_be_hidden()
        page.mouse.move(0, 0)
        page.keyboard.press("Tab")
        row.focus()
        expect(page.locator(".tooltip")).to_have_text(UNBROKEN)
    with owner(chromium, doubtful, java_script_enabled=False) as page:
        page.goto(doubtful.url)
        name = page.locator("#card-milestones .film-name").first
        name.hover()
        assert name.evaluate("(name) => name.scrollHeight <= name.clientHeight + 2")
