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
from playwright.sync_api import Browser, Page

from tests import addresses
from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.libraries import LIBRARIES, LOST, tiny

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
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with browsers.kinograph(tmp_path_factory.mktemp("keyless")) as running:
        yield running


@pytest.fixture(scope="module")
def sessions(running: Running, keyless: Running, database: str) -> dict[str, Session]:
    """By the name of the library, all films settled; and what becomes of some that are not so lucky."""
    sent = {name: send(running, make().content) for name, make in LIBRARIES.items()}
    ended = {name: send(running, tiny().content) for name in ("failed", "processing")}
    for session in (*sent.values(), *ended.values()):
        running.wait_for(f"/api/session/{session.id}/status", status="completed")
    for name, session in ended.items():
        asyncio.run(_run(database, f"UPDATE sessions SET status = '{name}' WHERE id = '{session.id}'"))
    spoilt = "UPDATE films SET state = 'failed', facts_id = NULL, settled_at = now() WHERE title LIKE 'Untold%'"
    asyncio.run(_run(database, spoilt))
    waiting = {f"{name} without a key": send(keyless, LIBRARIES[name]().content) for name in ("tiny", "without_diary")}
    return sent | ended | waiting


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


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
        with owner(chromium, session) as page:
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


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
