"""The pages in a second language, in a real browser that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests import browser as browsers
from tests.browser import Running

GERMAN: dict[str, Any] = {"locale": "de-DE"}


def test_words_numbers_and_days_are_german(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, **GERMAN, refusals=1) as page:
        page.goto(running.url)
        expect(page.locator("h1")).to_have_text("Dein Leben in\N{NO-BREAK SPACE}Filmen.")
        page.get_by_role("link", name="Erst ein Beispiel ansehen").click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.locator("h1")).to_contain_text("Stunden im Dunkeln.")
        expect(page.locator("#credits")).to_contain_text("3,52 Sterne im Schnitt")
        expect(page.locator("#card-milestones")).to_contain_text("03.01.2020")
        expect(page.locator("#card-calendar")).to_contain_text("Dez")
        page.get_by_role("link", name="Menschen").click()
        expect(page.locator("#card-people")).to_contain_text("Kamera")
        page.goto(f"{running.url}/nowhere")
        expect(page.locator("main")).to_contain_text("Diese Seite gibt es nicht.")


def test_a_filtered_headline_is_a_german_sentence(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, **GERMAN) as page:
        page.goto(f"{running.url}/sample?country=CH")
        expect(page.locator("h1")).to_contain_text("aus der Schweiz.")
        page.goto(f"{running.url}/sample?released=1990-1999")
        expect(page.locator("h1")).to_contain_text("aus den 1990ern.")
        page.goto(f"{running.url}/sample?genre=War")
        expect(page.locator("h1")).to_contain_text("aus dem Genre Krieg.")


def test_what_the_script_says_is_german(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, **GERMAN) as page:
        page.goto(running.url)
        csv = "Date,Name,Year,Letterboxd URI\n" + "".join(f"2024-01-01,Film {n},2000,\n" for n in range(1_200))
        files = [
            ("watched.csv", csv),
            ("profile.csv", "Date Joined,Username\n2020-01-01,x\n"),
            ("other.csv", "a,b\n1,2\n"),
        ]
        page.locator("input[type=file]").set_input_files(
            [FilePayload(name=name, mimeType="text/csv", buffer=text.encode()) for name, text in files]
        )
        expect(page.locator("[data-figure=films] dd")).to_have_text("1.200")
        expect(page.locator("[data-part=troubles]")).to_contain_text("„other.csv“")
        expect(page.locator("[data-part=troubles]")).to_contain_text("profile.csv")


def test_a_language_is_chosen_without_script_and_stays(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, **GERMAN, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample?rating=4")
        page.get_by_role("button", name="English").click()
        expect(page).to_have_url(f"{running.url}/sample?rating=4")
        expect(page.locator("h1")).to_contain_text("rated 4★.")
        page.goto(running.url)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Deutsch").click()
        expect(page.locator("h1")).to_contain_text("Dein Leben")


@pytest.mark.parametrize("path", ["/", "/sample", "/sample/world", "/sample/ratings", "/sample/films", "/nowhere"])
def test_no_german_page_is_wider_than_its_window(running: Running, chromium: Browser, path: str) -> None:
    with browsers.page(chromium, **GERMAN, refusals=1) as page:
        page.goto(running.url + path)
        for width in (320, 390, 1440):
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
