"""What a phone shows of a page, and what a pointer is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.browser import Running
from tests.test_layout import LOOKS


def test_lines_of_the_headline_do_not_touch(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        for width in (320, 768, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 1000})
            room = page.evaluate(
                """async () => {
                  await document.fonts.ready;
                  const { font, lineHeight } = getComputedStyle(document.querySelector("#headline"));
                  const drawn = new OffscreenCanvas(1, 1).getContext("2d");
                  drawn.font = font;
                  const [hanging, standing] = [drawn.measureText(",g"), drawn.measureText("idl")];
                  return parseFloat(lineHeight) - hanging.actualBoundingBoxDescent - standing.actualBoundingBoxAscent;
                }"""
            )
            assert room > 0, width


def test_the_page_of_films_says_what_is_found(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample/films?q=kurosawa")
        expect(page.locator("#headline")).to_have_text(re.compile(r"^\d+ of \d+ films match “kurosawa”\.$"))
        assert "match “kurosawa”" in page.title()
        page.goto(f"{running.url}/sample/films?q=kurosawa&country=JP")
        expect(page.locator("#headline")).to_have_text(
            re.compile(r"^\d+ of \d+ films match “kurosawa”\. Filters: from Japan\.$")
        )


def test_a_phone_shows_your_stars_and_that_there_is_more(chromium: Browser, running: Running) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample/films?sort=-rating")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            expect(page.locator("td.is-rating").first).to_be_in_viewport(ratio=0.99)
            table = page.locator(".films-scroll")
            assert table.evaluate("(box) => box.scrollWidth > box.clientWidth")
            assert table.evaluate("(box) => getComputedStyle(box).backgroundAttachment").startswith("local, scroll")


def test_the_nights_of_a_year_can_be_read_on_a_phone_and_start_at_the_newest(
    chromium: Browser, running: Running
) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample")
        page.locator("#card-calendar").scroll_into_view_if_needed()
        nights = page.locator("#card-calendar .calendar a")
        expect(nights.last).to_be_in_viewport(ratio=0.99)
        night, month = nights.last.bounding_box(), page.locator("#card-calendar text").first.bounding_box()
        assert night and month and night["width"] >= 15 and month["height"] >= 12


@pytest.mark.parametrize("width", [390, 1440])
def test_words_under_a_chart_are_whole(chromium: Browser, running: Running, width: int) -> None:
    with browsers.page(chromium, width=width, locale="de-DE") as page:
        page.add_init_script(path=LOOKS)
        for path in ("", "/people"):
            page.goto(f"{running.url}/sample{path}")
            page.locator("html.shows-offscreen").wait_for(state="attached")
            assert page.evaluate("cutWords()") == []
        if width == 390:
            page.evaluate("document.querySelectorAll('.columns').forEach((each) => each.style.overflow = 'hidden')")
            assert "card-directed_by_women: 1900er" in page.evaluate("cutWords()")


def test_a_poster_tells_its_film_to_those_who_point_at_it_and_to_those_with_a_keyboard(
    chromium: Browser, running: Running
) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample")
        poster = page.locator("#card-best_decades .poster").first
        name = poster.locator("svg.poster-art").get_attribute("aria-label")
        poster.hover()
        expect(page.locator(".tooltip")).to_have_text(str(name))
        page.keyboard.press("Escape")
        page.mouse.move(0, 0)
        page.keyboard.press("Tab")
        poster.focus()
        expect(page.locator(".tooltip")).to_have_text(str(name))
        expect(page.locator("#cards [title]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/sample", "/sample/genres"])
def test_a_page_that_was_clicked_to_reads_as_one_that_was_loaded(
    chromium: Browser, running: Running, path: str
) -> None:
    read = "() => [...document.querySelectorAll('main .card')].map(card => card.textContent.replace(/\\s+/g, ' '))"
    picks = "main .card a.row[data-filter]:not([aria-current])"
    with browsers.page(chromium) as page:
        page.goto(running.url + path)
        for n_picked in range(1, 4):
            page.locator(picks).nth(2).click()
            expect(page.locator(".chips .chip")).to_have_count(n_picked)
            with browsers.page(chromium) as other:
                other.goto(page.url)
                loaded = other.evaluate(read)
            for _ in range(100):  # cards out of sight follow one by one
                if (clicked := page.evaluate(read)) == loaded:
                    break
                page.wait_for_timeout(50)
            assert clicked == loaded
