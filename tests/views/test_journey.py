"""A saved view from a filtered page to its end, in a browser: with a script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Running
from tests.everyone.visits import owner, send
from tests.shares.conftest import EXPORT


@pytest.mark.parametrize("script", [True, False])
def test_a_view_is_saved_opened_renamed_and_deleted(running: Running, chromium: Browser, script: bool) -> None:
    session = send(running, EXPORT.content)
    home = f"{running.url}/session/{session.id}"
    with owner(chromium, session, width=390, height=844, java_script_enabled=script) as page:
        page.goto(f"{home}/ratings?rating=3-")
        page.get_by_role("link", name="Save this view").click()
        expect(page.locator("#save .chip-label")).to_have_text(["from 3★"])
        page.get_by_label("Name", exact=True).first.fill("Good ones")
        page.get_by_label("Opens on the page").first.select_option("Films")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(f"{home}/films?rating=3-")
        bar = page.get_by_role("navigation", name="Saved views")
        expect(bar.locator("[aria-current]")).to_have_text("Good ones")

        page.goto(home)
        expect(page.locator("#chips")).to_have_count(0)  # never applied without being asked for
        bar.get_by_role("link", name="Good ones").click()
        page.wait_for_url(f"{home}/films?rating=3-")
        expect(page.locator("#chips .chip-label")).to_have_text(["from 3★"])
        page.go_back()
        page.wait_for_url(home)

        bar.get_by_role("link", name="Edit views").click()
        view = page.locator("form", has=page.get_by_role("heading", name="Good ones"))
        view.get_by_label("Name").fill("Better ones")
        view.get_by_label("Opens on the page").select_option("Overview")
        view.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Better ones", exact=True).click()
        page.wait_for_url(f"{home}?rating=3-")
        bar.get_by_role("link", name="Edit views").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.locator("#headline")).to_have_text("Your filters under a name, one click away.")
        page.goto(home)
        expect(bar).to_have_count(0)
