"""The table of films, in a real browser."""

from __future__ import annotations

import re
import urllib.request

from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.browser import Running


def test_the_table_follows_what_is_typed_and_back_undoes_it(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample/films?country=FR")
        count = page.locator("#found")
        before = count.inner_text()
        page.evaluate("window.untouched = true")  # the page is morphed, never loaded anew
        box = page.get_by_label("Title or director")
        box.press_sequentially("VARDA")
        expect(count).to_contain_text("films for “VARDA”")
        for director in page.locator("td.is-director").all():
            expect(director).to_contain_text("Agnès Varda")
        page.wait_for_url(re.compile(r"\?country=FR&q=VARDA&"))

        box.press("ArrowLeft")
        box.press("Backspace")
        expect(box).to_have_value("VARA")
        expect(page.locator("#found-films h2")).to_contain_text("No title or director matches.")
        expect(box).to_be_focused()
        assert box.evaluate("box => box.selectionStart") == 3

        page.go_back()
        expect(count).to_have_text(before)
        expect(box).to_have_value("")
        assert page.evaluate("window.untouched")


def test_columns_order_and_look_are_a_matter_of_choice(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample/films")
        page.evaluate("window.untouched = true")
        page.get_by_text("Columns", exact=True).first.click()
        page.get_by_role("checkbox", name="Runtime").check()
        heading = page.get_by_role("columnheader", name="Runtime")
        heading.get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(heading).to_have_attribute("aria-sort", "descending")
        expect(page.get_by_role("checkbox", name="Runtime")).to_be_visible()  # what was opened stays open
        page.get_by_label("Sorted by").select_option("title")
        expect(page.get_by_role("columnheader", name="Title", exact=True)).to_have_attribute("aria-sort", "ascending")
        page.get_by_role("link", name="Posters").click()
        expect(page.locator(".films-grid li")).to_have_count(50)
        page.reload()
        expect(page.get_by_role("link", name="Posters")).to_have_attribute("aria-current", "true")
        expect(page.get_by_label("Sorted by")).to_have_value("title")


def test_all_of_it_works_without_script(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, width=390, height=844, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample/films?genre=Drama")
        page.get_by_text("Columns", exact=True).first.click()
        page.get_by_role("checkbox", name="Year").uncheck()
        page.get_by_role("radio", name="100").check()
        page.get_by_label("Title or director").fill("a")
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("tbody tr")).to_have_count(100)
        expect(page.get_by_role("columnheader", name="Year")).to_have_count(0)
        expect(page.locator("#chips .chip")).to_have_count(1)
        page.get_by_role("link", name="Next", exact=True).click()
        expect(page.locator("#found")).to_contain_text("101 to")
        page.get_by_role("link", name="Remove filter: Drama").click()
        expect(page.locator("#chips .chip")).to_have_count(0)
        expect(page.locator("#found")).to_contain_text("for “a”")


def test_what_is_shown_can_be_taken_along(running: Running) -> None:
    address = f"{running.url}/sample/films.csv?country=JP&q=kurosawa&sort=year&columns=title,year"
    with urllib.request.urlopen(address) as answer:
        headers, lines = answer.headers, answer.read().decode("utf-8-sig").splitlines()
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="kinograph-films-\d{4}-\d\d-\d\d\.csv"', headers["Content-Disposition"])
    assert lines[0] == "Name,Year,Letterboxd URI,TMDB URI"
    years = [int(line.split(",")[-3]) for line in lines[1:]]
    assert len(years) > 3
    assert years == sorted(years)
