"""What a page draws first, and what waits until that is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

import kinograph
from tests import browser as browsers
from tests.browser import Running

TEMPLATES = Path(kinograph.__file__).parent
PHONE: dict[str, Any] = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
# Whether the script has begun when the first frame after the document is painted.
WATCH = """
  addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
    window.begun = document.documentElement.classList.contains("is-ready");
  }));
"""
IS_DRAWN = "(head) => head.checkVisibility({ contentVisibilityAuto: true })"
# As soon as there is a script and a mark.
USE = """
  const use = () => {
    window.begun = document.documentElement.classList.contains("is-ready");
    const click = new MouseEvent("click", { bubbles: true, cancelable: true });
    document.querySelector("#card-ratings svg a[data-filter]").dispatchEvent(click);
  };
  document.addEventListener("load", ({ target }) => {
    if (!(target instanceof HTMLScriptElement)) return;
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", use);
    else use();
  }, true);
"""


@contextmanager
def stopped_phone(chromium: Browser) -> Iterator[tuple[Page, CDPSession]]:
    """Without script, and with all animations stopped where they begin."""
    with browsers.page(chromium, java_script_enabled=False, **PHONE) as page:
        animations = page.context.new_cdp_session(page)
        animations.send("Animation.enable")
        animations.send("Animation.setPlaybackRate", {"playbackRate": 0})
        yield page, animations


def test_on_a_phone_what_cannot_be_seen_waits_for_what_can(running: Running, chromium: Browser) -> None:
    with stopped_phone(chromium) as (page, animations):
        page.goto(f"{running.url}/sample")
        heads = page.locator(".card h2")
        drawn = [head.evaluate(IS_DRAWN) for head in heads.all()]
        assert drawn[0]
        assert not any(drawn[2:])
        animations.send("Animation.setPlaybackRate", {"playbackRate": 1})
        while not heads.nth(2).evaluate(IS_DRAWN):
            page.wait_for_timeout(20)
        heads.last.scroll_into_view_if_needed()
        while not heads.last.evaluate(IS_DRAWN):
            page.wait_for_timeout(20)


def test_on_a_phone_nothing_waits_where_a_card_is_asked_for(running: Running, chromium: Browser) -> None:
    with stopped_phone(chromium) as (page, _):
        page.goto(f"{running.url}/sample#card-directors")
        assert "hidden" not in page.evaluate(
            "[...document.querySelectorAll('.card')].map((card) => getComputedStyle(card).contentVisibility)"
        )


def test_the_script_begins_after_the_first_frame(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.add_init_script(WATCH)
        page.goto(f"{running.url}/sample")
        expect(page.locator("html")).to_contain_class("is-ready")
        assert page.evaluate("window.begun") is False


def test_a_click_before_the_first_frame_finds_the_script(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.add_init_script(f"{USE} addEventListener('pagehide', () => {{ sessionStorage.left = 1; }});")
        page.goto(f"{running.url}/sample")
        page.wait_for_url("**/sample?*")
        assert page.evaluate("window.begun") is False
        assert page.evaluate("sessionStorage.left") is None


def test_pictures_are_fetched_once_it_is_known_where_they_stand() -> None:
    tags = [tag for path in TEMPLATES.rglob("*.html") for tag in re.findall(r"<img\b.*?>(?=[\s<{])", path.read_text())]
    pictures = [tag for tag in tags if "image.tmdb.org" in tag]
    assert len(pictures) > 5
    assert [tag for tag in pictures if 'loading="lazy"' not in tag] == []
