"""Keyboard and paper: what a person does with a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests import addresses
from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import learn


def test_what_is_not_for_everyone_would_be_found(keyless: Running, chromium: Browser) -> None:
    with browsers.page(chromium, reduced_motion="no-preference") as page:
        learn(page)
        page.goto(f"{keyless.url}/")
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
        assert "button-name" in [found.split(":")[0] for found in page.evaluate("violations()")]


def test_tab_leads_through_everything_and_out_and_the_skip_link_past_it(keyless: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        learn(page)
        page.goto(f"{keyless.url}/sample/patterns")
        expect(page.locator("html")).to_contain_class("is-ready")
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
    keyless: Running, chromium: Browser, path: str, mark: str
) -> None:
    with browsers.page(chromium) as page:
        learn(page)
        page.goto(f"{keyless.url}/sample{path}")
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


def test_paper_has_no_buttons(keyless: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        for path in (path for path in addresses.everywhere() if path.startswith("/sample")):
            page.goto(keyless.url + path)
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


def test_escape_takes_a_tip_away(keyless: Running, chromium: Browser) -> None:
    with browsers.page(chromium, height=3000) as page:  # scrolling takes it away, too
        page.goto(f"{keyless.url}/sample")
        page.locator("#card-ratings svg a[aria-label]").first.hover()
        expect(page.locator(".tooltip")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".tooltip")).to_be_hidden()
