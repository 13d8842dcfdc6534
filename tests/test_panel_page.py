"""The panel of all filters, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.browser import Running


def test_the_panel_counts_before_it_is_applied_and_back_undoes_it(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample/genres?country=FR")
        page.evaluate("window.untouched = true")  # the page is morphed, never loaded anew
        opener = page.get_by_role("link", name="Filters", exact=True)
        opener.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name="Filters")).to_be_focused()
        show = dialog.get_by_role("button", name=re.compile(r"^Show \d+ films$"))
        before = show.inner_text()

        dialog.get_by_role("checkbox", name="Drama: any").focus()
        page.keyboard.press("Space")
        expect(show).not_to_have_text(before)
        dialog.get_by_role("checkbox", name="Drama: none").check()
        expect(dialog.get_by_role("checkbox", name="Drama: any")).not_to_be_checked()
        expect(dialog.get_by_role("status")).to_contain_text("not in the genre Drama")
        page.wait_for_url(re.compile(r"/genres\?country=FR$"))  # nothing is applied yet
        fitting = re.findall(r"\d+", show.inner_text())[0]

        show.click()
        expect(dialog).to_have_count(0)
        page.wait_for_url(re.compile(r"/genres\?genre\.not=Drama&country=FR$"))
        expect(page.locator("#chips .chip")).to_have_text(["not Drama", "France"])
        expect(page.locator(".active-filters-count")).to_have_text(f"{fitting} films")
        page.go_back()
        expect(page.locator("#chips .chip")).to_have_text(["France"])
        assert page.evaluate("window.untouched")


def test_names_are_added_filters_removed_and_the_panel_closed_above_the_page(
    running: Running, chromium: Browser
) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample/films?q=a&genre=Drama")
        page.get_by_role("link", name="Filters", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Directors", exact=True).click()
        dialog.get_by_label("More of Directors: a name").fill("agnès varda")
        dialog.get_by_label("More of Directors: how").select_option("not")
        dialog.get_by_role("group").filter(has_text="Directors").get_by_role("button", name="Add").click()
        expect(dialog.get_by_role("link", name="Remove filter: not Agnès Varda")).to_be_visible()
        dialog.get_by_role("link", name="Remove filter: Drama").click()
        expect(dialog.get_by_role("link", name="Remove filter: Drama")).to_have_count(0)
        dialog.get_by_label("Runtime, from").fill("9000")
        expect(dialog.get_by_role("status")).to_have_text("No films match all of these filters.")
        expect(dialog.get_by_role("button", name="Show 0 films")).to_be_disabled()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        page.wait_for_url(re.compile(r"/films\?q=a&genre=Drama$"))


def test_all_of_it_works_without_script(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, width=390, height=844, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample/people?genre=Drama")
        page.get_by_role("link", name="Filters", exact=True).click()
        page.get_by_role("checkbox", name="Comedy: any").check()
        page.get_by_role("checkbox", name="Drama: all").uncheck()
        page.get_by_label("Released, to").fill("1979")
        page.get_by_role("button", name="Count", exact=True).click()
        page.wait_for_url(re.compile(r"/people/filter\?genre\.any=Comedy&released=-1979$"))
        show = page.get_by_role("button", name=re.compile(r"^Show \d+ films$"))
        fitting = re.findall(r"\d+", show.inner_text())[0]
        show.click()
        page.wait_for_url(re.compile(r"/people\?genre\.any=Comedy&released=-1979$"))
        expect(page.locator(".active-filters-count")).to_have_text(f"{fitting} films")
        expect(page.locator("#chips .chip")).to_have_text(["Comedy", "up to 1979"])
