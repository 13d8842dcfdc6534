"""Every page there is, for every kind of person: whatever is in an export, and whoever looks at it, however they do."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import addresses
from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.libraries import LIBRARIES, LOST, many

ROOT = Path(__file__).parent.parent
AUDIT = (ROOT / "tests" / "audit.js").read_text()
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = ROOT / "tests" / "looks.js"
EVERY_RULE = None
OF_COLOUR_AND_SPACE = ["color-contrast", "scrollable-region-focusable", "link-in-text-block"]
Light = Literal["dark", "light"]
IN_EVERY_LIGHT: tuple[tuple[int, Light, list[str] | None], ...] = (
    (1440, "dark", EVERY_RULE),
    (390, "light", EVERY_RULE),
    (1440, "light", OF_COLOUR_AND_SPACE),
    (390, "dark", OF_COLOUR_AND_SPACE),
)
WIDTHS = (320, 390, 720, 768, 1024, 1440, 2560)
"""In CSS pixels: a laptop at 200 % has 720."""

PICKED = ("wished", "tiny", "without_diary", "lost", "tiny without a key")
"""Whose pages are looked at under filters, too."""


class Session(NamedTuple):
    """A session of some kind of person, and the server that has it."""

    running: Running
    id: str
    token: str


@pytest.fixture(scope="module")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.unknown |= {f"{LOST} {n}" for n in range(25)}
        yield tmdb


@pytest.fixture(scope="module")
def database(server: str) -> str:
    """One of the module's own, so that a test may say how a session ended."""
    asyncio.run(_run(server, "CREATE DATABASE everyone"))
    return urlunsplit(urlsplit(server)._replace(path="/everyone"))


@pytest.fixture(scope="module")
def running(tmdb: FakeTmdb, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with browsers.kinograph(
        tmp_path_factory.mktemp("everyone"),
        DATABASE_URL=database,
        TMDB_BASE_URL=tmdb.url,
        TMDB_ACCESS_TOKEN=tmdb.token,
        TMDB_REQUESTS_PER_SECOND="400",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def sessions(running: Running, keyless: Running, database: str) -> dict[str, Session]:
    """By the name of the library, all films settled; and what becomes of some that are not so lucky."""
    sent = {name: send(running, make().content) for name, make in LIBRARIES.items()}
    for session in sent.values():
        running.wait_for(f"/api/session/{session.id}/status", status="completed")
    spoilt = "UPDATE films SET state = 'failed', facts_id = NULL, settled_at = now() WHERE title LIKE 'Untold%'"
    asyncio.run(_run(database, spoilt))
    waiting = {f"{name} without a key": send(keyless, LIBRARIES[name]().content) for name in ("tiny", "without_diary")}
    return sent | waiting


def send(running: Running, content: bytes) -> Session:
    """An upload as a program makes it, of a new owner."""
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
        return Session(running, sent["session_id"], sent["owner_token"])


def paths(session: Session) -> list[str]:
    """Every page: the sample's and those that belong to nobody, and an owner's own."""
    files = {"/metrics", "/healthz"}
    others = ["/nowhere", "/sample?genre=Drama&rating=4", "/sample/films?look=posters"]
    others += ["/sample/year/2024", "/sample/person/-1"]
    return [path for path in addresses.everywhere() if path not in files] + others + addresses.of_session(session.id)


@contextmanager
def owner(chromium: Browser, session: Session, **options: Any) -> Iterator[Page]:
    with browsers.page(chromium, **options) as page:
        page.context.add_cookies([{"name": "owner", "value": session.token, "url": session.running.url}])
        yield page


@contextmanager
def visitor(chromium: Browser, session: Session) -> Iterator[Page]:
    """The owner, wanting nothing to move; one of the pages is none."""
    with owner(chromium, session, refusals=1, reduced_motion="reduce") as page:
        learn(page)
        yield page


def learn(page: Page) -> None:
    """Has every page know how to look at itself; this way the Content-Security-Policy allows it."""
    page.add_init_script(path=AXE)
    page.add_init_script(path=LOOKS)


def test_no_page_of_anybody_has_an_empty_frame_or_a_broken_card(
    sessions: dict[str, Session], chromium: Browser
) -> None:
    wrong = []
    for name, session in sessions.items():
        with owner(chromium, session, refusals=2) as page:  # of a year that some have nothing of
            page.goto(f"{session.running.url}/healthz")
            for path in addresses.of_session(session.id):
                for query in ("", "?rating=5&country=JP&viewed=2021") if name in PICKED else ("",):
                    found = page.evaluate(AUDIT, [path + query, not query])
                    wrong += [f"{name} {path.removeprefix(f'/session/{session.id}')}{query}: {each}" for each in found]
    assert wrong == [], "\n".join(wrong)
    for session in sessions.values():
        assert "failed\nTraceback" not in session.running.log.read_text()
        assert [line for line in session.running.log.read_text().splitlines() if "the card" in line] == []


def test_every_page_is_for_everyone(sessions: dict[str, Session], chromium: Browser) -> None:
    """For whoever comes with a keyboard, a screen reader, a narrow or a wide window, or wants nothing to move."""
    session, wrong = sessions["named"], []
    with visitor(chromium, session) as page:
        for path in paths(session):
            page.goto(session.running.url + path)
            page.keyboard.press("Tab")
            found = page.evaluate("moving()") + page.evaluate("unmarked()")
            page.evaluate("document.querySelectorAll('details').forEach((closed) => (closed.open = true))")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{width}: {each}" for each in page.evaluate("tooWide()")]
            # The sample has the same pages as anybody, with more on them.
            for width, light, rules in IN_EVERY_LIGHT if session.id not in path else IN_EVERY_LIGHT[:1]:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=light, reduced_motion="reduce")
                found += [f"{width} {light}: {each}" for each in page.evaluate("violations", rules)]
            wrong += [f"{path} {each}" for each in found]
    assert wrong == [], "\n".join(wrong)


def test_what_is_not_for_everyone_would_be_found(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        learn(page)
        page.goto(f"{running.url}/")
        assert page.evaluate("moving()")
        page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync("main { width: 4000px } a { outline: none !important }");
                document.adoptedStyleSheets = [sheet];
                document.querySelector("main").append(document.createElement("button"));
            }"""
        )
        page.keyboard.press("Tab")
        assert any(found.startswith("<a") for found in page.evaluate("unmarked()"))
        assert any(found.startswith("MAIN") for found in page.evaluate("tooWide()"))
        assert "button-name" in [found.split(":")[0] for found in page.evaluate("violations", EVERY_RULE)]


def test_tab_leads_through_everything_and_out_and_the_skip_link_past_it(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        learn(page)
        page.goto(f"{running.url}/sample/patterns")
        for _ in range(page.evaluate("reachable().length")):
            page.keyboard.press("Tab")
            page.evaluate("(window.passed ??= new Set()).add(document.activeElement)")
        assert page.evaluate("reachable().filter((each) => !passed.has(each)).map((each) => each.outerHTML)") == []
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body")

        page.reload()
        page.keyboard.press("Tab")
        expect(page.locator(".skip").first).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("", "#card-ratings svg a[aria-label]"),
        ("", "#card-release_years svg a[aria-label]"),
        ("", "#card-calendar svg a[aria-label]"),
        ("", "#card-genres .row"),
        ("", "#card-countries svg.world a"),
        ("/world", "#card-all_languages a[data-filter]"),
        ("/patterns", "#card-weekday_month svg a[aria-label*=viewing]"),
        ("/ratings", "#card-rating_comparison svg a[aria-label]"),
    ],
)
def test_enter_on_a_mark_filters_and_the_focus_stays_with_it(
    running: Running, chromium: Browser, path: str, mark: str
) -> None:
    with browsers.page(chromium) as page:
        learn(page)
        page.goto(f"{running.url}/sample{path}")
        page.locator(mark).nth(3).focus()
        name = page.evaluate("focusedName()")
        page.keyboard.press("Enter")
        expect(page.locator("#chips .chip").first).to_be_visible()
        assert page.evaluate("focusedName()") == name
        chips = page.locator("#chips .chip")
        chips.first.focus()
        for left in reversed(range(chips.count())):
            page.keyboard.press("Enter")
            expect(chips).to_have_count(left)
            expect(chips.first if left else page.locator("#headline")).to_be_focused()


def test_paper_has_no_buttons(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        for path in (path for path in addresses.everywhere() if path.startswith("/sample")):
            page.goto(running.url + path)
            if not page.locator("#cards, #found-films").count():
                continue  # nothing but forms
            page.emulate_media(media="print", color_scheme="dark")
            expect(page.locator("h1")).to_be_visible()
            assert page.locator("nav, button, input, select, summary").filter(visible=True).all_inner_texts() == [], (
                path
            )
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
                "rgba(0, 0, 0, 0)",
                "rgb(255, 255, 255)",
            )
            page.emulate_media(media="screen")


def test_escape_takes_a_tip_away(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, height=3000) as page:  # scrolling takes it away, too
        page.goto(f"{running.url}/sample")
        page.locator("#card-ratings svg a[aria-label]").first.hover()
        expect(page.locator(".tooltip")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".tooltip")).to_be_hidden()


def test_what_fills_in_steals_neither_scroll_nor_focus(running: Running, tmdb: FakeTmdb, chromium: Browser) -> None:
    tmdb.latency = 1.5
    session = send(running, many(400, "Slow Reel").content)
    with owner(chromium, session) as page:
        page.goto(f"{running.url}/session/{session.id}")
        said = page.evaluate_handle("window.said = []")
        page.evaluate("new MutationObserver(() => said.push(1)).observe(announcer, { childList: true })")
        link = page.locator("#card-calendar a[aria-label]").first
        link.scroll_into_view_if_needed()
        link.focus()
        where = "[scrollY, document.activeElement.ariaLabel, document.activeElement.getBoundingClientRect().y]"
        before = page.evaluate(where)
        assert before[0] > 300
        page.evaluate("window.untouched = true")
        for _ in range(3):
            drawn = page.locator("#session").get_attribute("data-version")
            expect(page.locator("#session")).not_to_have_attribute("data-version", str(drawn), timeout=20_000)
        tmdb.latency = 0
        running.wait_for(f"/api/session/{session.id}/status", status="completed")
        after = page.evaluate(where)
        assert page.evaluate("untouched")
        assert after[1] == before[1]
        assert after[2] == pytest.approx(before[2], abs=2)
        assert said.json_value() == []


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
