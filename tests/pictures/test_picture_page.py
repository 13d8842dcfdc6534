"""The page on which a picture is seen, downloaded and shared."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests import browser as browsers
from tests.browser import Running


def test_the_button_of_a_card_leads_to_its_picture(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(f"{running.url}/sample")
        page.get_by_role("button", name="Picture of “How you rate”").click()
        image = page.get_by_role("img", name="The picture of “How you rate”")
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1200, 630]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.get_by_role("button", name="Copy the link of the page").is_visible()
