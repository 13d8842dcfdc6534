"""The pages of accounts, exports and changes, for everybody: keyboard, any width, tools that read pages aloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import browser as browsers
from tests.accounts.test_accounts import PASSWORD
from tests.browser import Running
from tests.changes.test_api import AFTER, BEFORE
from tests.everyone.visits import Session, learn, look_at, send


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[Running]:
    with browsers.kinograph(tmp_path, DATABASE_URL=database_url, KINOGRAPH_REGISTRATION="open") as running:
        yield running


@pytest.mark.slow
def test_every_page_is_for_everyone(running: Running, chromium: Browser) -> None:
    first = send(running, BEFORE.content)
    with browsers.page(chromium) as page:
        learn(page)
        wrong = look_at(page, first, ["/signin", "/signup", "/recover"])
        page.goto(f"{running.url}/signup")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign up").click()
        expect(page.locator(".codes")).to_be_visible()
        wrong += look_at(page, first, ["/account", "/account/prove"])
        for sent in (BEFORE, AFTER):
            page.goto(running.url)
            page.set_input_files(
                "input[type=file]", {"name": sent.name, "mimeType": "application/zip", "buffer": sent.content}
            )
            page.get_by_role("button", name="Show me my films").click()
            page.wait_for_url("**/session/*")
        session = Session(running, page.url.rpartition("/")[2].partition("?")[0], "")
        paths = ["/account", f"/session/{session.id}", f"/session/{session.id}/changes"]
        wrong += look_at(page, session, [*paths, f"/account/exports/{session.id}/delete", "/account/delete"])
        page.goto(f"{running.url}/admin")
        page.get_by_label("For whom").fill("Bob")
        page.get_by_role("button", name="Make an invitation").click()
        expect(page.get_by_role("button", name="Revoke")).to_be_visible()
        member = page.get_by_role("link", name="Ada").get_attribute("href")
        assert member
        wrong += look_at(page, session, ["/admin", member])
        page.goto(f"{running.url}/account")
        page.get_by_role("button", name="Make the link").click()
        link = page.locator("#phone input").input_value()
        wrong += look_at(page, session, [link.removeprefix(running.url)])
        with browsers.page(chromium) as phone:
            learn(phone)
            wrong += look_at(phone, session, [link.removeprefix(running.url)])
    assert wrong == [], "\n".join(wrong)
