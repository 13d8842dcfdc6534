"""The bar of a session's pages, and what each of them is called."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import AXE


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
@pytest.mark.parametrize("script", [True, False])
def test_the_bar_of_pages_fits_and_says_the_page_that_is_open(
    chromium: Browser, running: Running, locale: str, script: bool
) -> None:
    with browsers.page(chromium, width=320, height=640, locale=locale, java_script_enabled=script) as page:
        for path, more in (("", False), ("/films", False), ("/ratings", True), ("/settings", True)):
            page.goto(f"{running.url}/sample{path}")
            bar = page.locator(".page-bar")
            current = bar.locator("[aria-current]").filter(visible=True)
            expect(current).to_have_count(1)
            assert current.evaluate("(current) => current.matches('summary')") == more
            ways = bar.locator(":is(a, summary)").filter(visible=True)
            expect(ways).to_have_count(5)
            assert page.evaluate("scrollY") == 0, "the page is open at its top"
            bar.locator("summary").click()
            expect(ways).to_have_count(13)
            for way in ways.all():
                expect(way).to_be_in_viewport(ratio=0.99)
                box = way.bounding_box()
                assert box and box["width"] >= 44 and box["height"] >= 44, way.inner_text()
                assert way.evaluate("(way) => way.scrollWidth <= way.clientWidth"), way.inner_text()
            bar.locator("summary").click()
            expect(ways).to_have_count(5)


def test_the_rest_of_the_pages_closes_when_one_turns_elsewhere(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.add_init_script(path=AXE)
        page.goto(f"{running.url}/sample/ratings")
        more, way = page.locator(".page-bar details"), page.locator(".page-bar summary")
        expect(way).to_have_accessible_name("More: Ratings")
        way.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(more.locator("a").first).to_be_focused()
        assert page.evaluate("async () => (await axe.run('.page-nav')).violations.map(({ id }) => id)") == []
        page.keyboard.press("Escape")
        expect(more).not_to_have_attribute("open")
        expect(way).to_be_focused()

        way.click()
        page.locator("h1").click()
        expect(more).not_to_have_attribute("open")
        expect(way).to_be_focused()

        way.click()
        page.keyboard.press("Shift+Tab")
        expect(more).not_to_have_attribute("open")
        expect(page.locator(".page-bar > li > a").last).to_be_focused()

        way.click()
        more.locator("a").first.click()
        page.wait_for_url(f"{running.url}/sample/patterns")
        expect(way).to_have_accessible_name("More: Patterns")


def test_pages_of_a_session_stand_beside_it_where_there_is_room(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        for width in (1024, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            ids = (".page-nav", "#card-ratings", "#card-release_years", "#card-viewings")
            bar, card, strip, last = (page.locator(each).bounding_box() for each in ids)
            assert bar and card and strip and last
            assert bar["height"] > 900, "a rail"
            expect(page.locator(".page-nav a").filter(visible=True)).to_have_count(12)
            expect(page.get_by_role("list", name="Who and where").get_by_role("link")).to_have_text(["People", "World"])
            assert 0 < card["x"] - (bar["x"] + bar["width"]) < 80, "beside the cards"
            assert strip["x"] + strip["width"] - (last["x"] + last["width"]) < 80, "wide as the cards and their margins"
            assert bar["x"] == pytest.approx(width - (strip["x"] + strip["width"]), abs=2), "as much left as right"


def test_a_page_is_headed_by_its_own_name(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        for path, name in (
            ("/patterns", "Patterns"), ("/world", "World"), ("/films", "Films"), ("/year/2024", "2024"),
            ("/person/-1?rating=5", None),
        ):  # fmt: skip
            page.goto(f"{running.url}/sample{path}")
            heading = page.locator("h1 .hero-title")
            if name:
                expect(heading).to_have_text(f"{name}:")
            else:
                expect(heading).not_to_have_text("Person:")
            size = "(each) => parseFloat(getComputedStyle(each).fontSize)"
            assert heading.evaluate(size) > 1.5 * page.locator("#headline").evaluate(size)
