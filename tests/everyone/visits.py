"""Whoever looks at a page, and how a page looks at itself."""

from __future__ import annotations

import urllib.request
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
from playwright.sync_api import Browser, Page

from tests import browser as browsers
from tests.browser import Running

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = ROOT / "tests" / "looks.js"
Light = Literal["dark", "light"]
LIGHTS: tuple[tuple[int, Light, bool], ...] = (
    (390, "dark", False), (390, "light", True), (1440, "light", False), (1440, "dark", True),
)  # fmt: skip
"""A width, a light, and whether all rules are applied there or only those whose answer colors and room may change."""

OWN_LIGHTS: tuple[tuple[int, Light, bool], ...] = ((390, "light", False), (1440, "dark", True))
"""Each light and each width once: what shows in one width alone belongs to the frame of all pages, of which `FRAMES`
is looked at in `LIGHTS`, and its colors change with the light and never with the width, which a test holds."""

FRAMES = ("/", "/sample", "/sample/films", "/account")
"""Pages of each frame there is: before anything was sent, of cards, of the table of films, of an account."""

WIDTHS = (1440, 1024, 768, 720, 320, 390)
"""In CSS pixels: the narrowest of each layout, where whatever sticks out does so first; a laptop at 200 % has 720. A
page is loaded in the first, and axe begins with the last: to lay out a page in another width takes as long as axe."""

WIDTHS_OF_NAMES = (390, 768, 1024, 1440)
"""Where names of the usual length have room."""

KNOWN_WIDTHS = (1440, 1024, 768, 320)
"""For pages that are looked at in every width with other films on them."""

SAYS = "`${document.querySelectorAll('*').length} ${document.body.innerText}`"
OPEN_ALL = "document.querySelectorAll('details').forEach((closed) => (closed.open = true))"


class Session(NamedTuple):
    """A session of some kind of person, and the server that has it."""

    running: Running
    id: str
    token: str


def send(running: Running, content: bytes) -> Session:
    """An upload as a program makes it, of a new owner."""
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
        return Session(running, sent["session_id"], sent["owner_token"])


@contextmanager
def owner(chromium: Browser, session: Session, **options: Any) -> Iterator[Page]:
    with browsers.page(chromium, **options) as page:
        page.context.add_cookies([{"name": "owner", "value": session.token, "url": session.running.url}])
        yield page


@contextmanager
def visitor(chromium: Browser, session: Session) -> Iterator[Page]:
    """The owner, wanting nothing to move; one of the pages is none, accounts have others, and no export is older."""
    with owner(chromium, session, refusals=7) as page:
        learn(page)
        yield page


def learn(page: Page) -> None:
    """Has every page know how to look at itself; this way the Content-Security-Policy allows it."""
    page.add_init_script(path=AXE)
    page.add_init_script(path=LOOKS)


def look_at(
    page: Page,
    session: Session,
    paths: Sequence[str],
    *,
    usual: bool = False,
    known: Collection[str] = (),
    frames: Collection[str] = FRAMES,
) -> list[str]:
    """What is wrong with these pages, each loaded once: for whoever comes with a keyboard, a window of any width, or
    tools that read pages aloud, in either light; and for whoever wants nothing to move. Where names are of the `usual`
    length, none may be cut, and no card may stand half empty. Of those that are `known` by other films only that is
    asked which films may change. Where an address leads to what was seen, or is refused as another was, that is all."""
    wrong = []
    seen = set()
    for path in paths:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(session.running.url + path)
        if (says := page.evaluate(SAYS)) in seen:
            continue
        seen.add(says)
        widths = KNOWN_WIDTHS if path in known else WIDTHS
        lights = LIGHTS if path in frames else OWN_LIGHTS
        page.keyboard.press("Tab")
        found = page.evaluate("badlyMarkedLinks()") + (page.evaluate("halfEmpty()") if usual else [])
        page.evaluate(OPEN_ALL)
        page.evaluate("erasePosters(), paint(false)")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            looks = "[...tooWide(), ...cutNames()]" if usual and width in WIDTHS_OF_NAMES else "tooWide()"
            found += [f"{width}: {each}" for each in page.evaluate(looks)]
        page.evaluate("thin()")
        page.evaluate("paint(true)")
        for n, (width, light, is_whole) in enumerate(lights, 1):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=light)
            if n == len(lights):  # as wide as most have it who have a keyboard
                found += page.evaluate("unmarked()")
            looks = "[...moving(), ...(await violations())]" if is_whole else "violations(COLORS_AND_ROOM)"
            found += [f"{width} {light}: {each}" for each in page.evaluate(f"async () => {looks}")]
        wrong += [f"{path} {each}" for each in found]
    return wrong
