"""The bar of what is picked stays in view and covers nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.browser import Running
from tests.test_layout import LOOKS


@pytest.mark.parametrize("script", [True, False])
def test_what_is_picked_stays_in_view(chromium: Browser, running: Running, script: bool) -> None:
    with browsers.page(chromium, java_script_enabled=script) as page:
        for width, height in ((1440, 900), (1024, 768), (390, 844), (320, 640)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto("about:blank")
            page.goto(f"{running.url}/sample?country=JP&rating=4-5&genre=Drama#card-countries")
            page.wait_for_function("scrollY > 500")
            bar = page.locator("#active-filters")
            expect(bar).to_be_in_viewport(ratio=1)
            expect(bar).to_contain_text(re.compile(r"\d+ films"))
            expect(bar.locator(".chip")).to_have_count(3)
            box = bar.bounding_box()
            assert box is not None and box["y"] == 0 and box["height"] < 64, "one line, at the top"
            expect(page.locator("#title-countries")).to_be_in_viewport()
            title = page.locator("#title-countries").bounding_box()
            assert title is not None and title["y"] >= box["height"], "what the address leads to is not covered"


def test_nothing_sticks_while_nothing_is_picked(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        expect(page.locator("#active-filters")).to_have_count(0)
        page.locator("#card-genres .row").first.click()
        expect(page.locator("#active-filters .chip")).to_have_count(1)
        expect(page.locator("#announcer")).to_contain_text("films")
        page.locator("#active-filters .chip").click()
        expect(page.locator("#active-filters")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_bar_of_what_is_picked_covers_nothing_that_has_the_focus(
    chromium: Browser, running: Running, width: int
) -> None:
    with browsers.page(chromium, width=width, height=700) as page:
        page.add_init_script(path=LOOKS)
        page.goto(f"{running.url}/sample?rating=4-5")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.locator(".site-footer a").last.focus()
        covered = []
        for _ in range(60):
            page.keyboard.press("Shift+Tab")
            covered += page.evaluate(
                """() => {
                  const bar = document.querySelector("#active-filters");
                  const [element, foot] = [document.activeElement, bar.getBoundingClientRect().bottom];
                  if (bar.contains(element) || element === document.body) return [];
                  const { top, bottom } = element.getBoundingClientRect();
                  const isCovered = top < foot && bottom - top < innerHeight / 2 && scrollY > 500;
                  return isCovered ? [element.outerHTML.slice(0, 200)] : [];
                }"""
            )
        assert covered == []
