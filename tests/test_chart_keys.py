"""Arrows lead through a chart, and one key past it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as browsers
from tests.browser import Running


@pytest.mark.parametrize(
    ("path", "chart"),
    [
        ("", "#card-ratings svg[role=group]"),
        ("", "#card-release_years svg[role=group]"),
        ("", "#card-calendar svg[role=group]"),
        ("", "#card-directors .rows"),
        ("/patterns", "#card-weekday_month svg[role=group]"),
        ("/ratings", "#card-rating_comparison svg[role=group]"),
    ],
)
def test_arrows_lead_to_every_mark_of_a_chart(chromium: Browser, running: Running, path: str, chart: str) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample{path}")
        marks = page.locator(f"{chart} a[href]")
        page.locator(f"{chart} a[tabindex='0']").focus()
        page.keyboard.press("Home")
        expect(page.locator("#keys")).to_be_visible()
        expect(marks.first).to_be_focused()
        page.keyboard.press("End")
        expect(marks.last).to_be_focused()
        assert _not_reached(f"{chart} a[href]", page) == []


def _not_reached(marks: str, page: Page) -> list[str]:
    """Marks no arrow leads to, from the last one on: arrows are followed as long as they lead to another mark, and back
    from where they lead to none. Keys are pressed within the page, for there are hundreds; what else is on it goes
    first, as each key has all of it laid out."""
    found: list[str] = page.evaluate(
        """(selector) => {
          const marks = [...document.querySelectorAll(selector)];
          for (const card of document.querySelectorAll(".card")) card.contains(marks[0]) || card.remove();
          const [reached, way] = [new Set([document.activeElement]), [document.activeElement]];
          const leadsOn = (key) => {
            const mark = way.at(-1);
            if (document.activeElement !== mark) mark.focus();
            mark.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            return !reached.has(document.activeElement);
          };
          while (way.length && reached.size < marks.length) {
            if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].some(leadsOn)) {
              reached.add(document.activeElement);
              way.push(document.activeElement);
            } else way.pop();
          }
          return marks.filter((mark) => !reached.has(mark)).map((mark) => mark.ariaLabel ?? mark.textContent);
        }""",
        marks,
    )
    return found


def test_tab_leaves_a_chart_and_comes_back_to_where_one_was(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        marks = page.locator("#card-ratings svg[role=group] a[href]")
        marks.first.focus()
        for key in ("ArrowRight", "ArrowRight", "Tab"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.closest('#card-ratings svg')") is None
        expect(page.locator("#keys")).to_be_hidden()
        page.keyboard.press("Shift+Tab")
        expect(marks.nth(2)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#active-filters")).to_be_visible()
        expect(page.locator("#card-ratings a[aria-current]")).to_be_focused()


def test_without_script_each_card_can_be_skipped(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        for path in ("", "/patterns", "/year", "/world"):
            page.goto(f"{running.url}/sample{path}")
            cards = page.locator("#cards > .card")
            for n in range(cards.count()):
                skip = cards.nth(n).locator(".skip-card")
                skip.focus()
                expect(skip).to_be_in_viewport()
                page.keyboard.press("Enter")
                page.keyboard.press("Tab")
                assert page.evaluate(
                    "(card) => { const at = document.activeElement; return at !== document.body && !card.contains(at)"
                    " && !!(card.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING); }",
                    cards.nth(n).element_handle(),
                )
