"""From an upload without an account to its end, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from kinograph.sessions.export import Upload
from tests import browser as browsers
from tests.accounts.test_accounts import ANOTHER, PASSWORD
from tests.browser import Running
from tests.changes.test_api import AFTER, BEFORE


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[Running]:
    with browsers.kinograph(tmp_path, DATABASE_URL=database_url) as running:
        yield running


def send_file(page: Page, running: Running, sent: Upload) -> None:
    page.goto(running.url)
    page.set_input_files("input[type=file]", {"name": sent.name, "mimeType": "application/zip", "buffer": sent.content})
    page.get_by_role("button", name="Show me my films").click()
    page.wait_for_url("**/session/*")


def test_an_account_from_its_beginning_to_its_end(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, refusals=9) as ada, browsers.page(chromium, refusals=9) as phone:
        code, *_ = sign_up(ada, running)
        send_second_export(ada, running)
        sign_in_elsewhere(phone, ada, running)
        recover(ada, phone, running, code)
        fail_to_delete_the_last_administrator(ada)
        invite(ada, phone, running)
        delete_and_come_back(ada, phone, running)


def sign_up(ada: Page, running: Running) -> list[str]:
    """The recovery codes."""
    send_file(ada, running, BEFORE)
    ada.goto(f"{running.url}/account")
    ada.get_by_role("link", name="Sign up").click()
    expect(ada.locator("main")).to_contain_text("The export of this browser goes with your account.")
    ada.get_by_label("Name").fill("Ada")
    ada.get_by_label("Password").fill(PASSWORD)
    ada.get_by_role("button", name="Sign up").click()
    expect(ada.locator(".codes code")).to_have_count(10)
    codes: list[str] = ada.locator(".codes code").all_inner_texts()
    ada.get_by_role("link", name="I have kept them").click()
    expect(ada.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
    return codes


def send_second_export(ada: Page, running: Running) -> None:
    send_file(ada, running, AFTER)
    slip = ada.locator("#since-before")
    expect(slip).to_contain_text("Since October 3, 2024")
    slip.get_by_role("link", name="1 re-rated").click()
    expect(ada.locator("#ratings")).to_contain_text("Ran!")


def sign_in_elsewhere(phone: Page, ada: Page, running: Running) -> None:
    phone.goto(f"{running.url}/signin")
    phone.get_by_label("Name").fill("ADA")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("heading", name="2 exports", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Sign out everywhere else", exact=True).click()
    expect(phone.locator("#notice")).to_have_text("All other browsers are signed out.")
    ada.goto(f"{running.url}/account")
    expect(ada).to_have_url(f"{running.url}/signin?back=%2Faccount")


def recover(ada: Page, phone: Page, running: Running, code: str) -> None:
    ada.get_by_role("link", name="Forgot your password?").click()
    ada.get_by_label("Name").fill("Ada")
    ada.get_by_label("Recovery code").fill(code)
    ada.get_by_label("New password").fill(ANOTHER)
    ada.get_by_role("button", name="Save").click()
    expect(ada.locator("#notice")).to_contain_text("Your password is changed.")
    phone.goto(f"{running.url}/me")
    expect(phone.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def fail_to_delete_the_last_administrator(ada: Page) -> None:
    ada.get_by_role("link", name="Delete the account").click()
    with ada.expect_download() as download:
        ada.get_by_role("link", name="Download everything first").click()
    with ZipFile(download.value.path()) as packed:
        assert len(packed.namelist()) == 2 and packed.testzip() is None
    ada.get_by_label("Yes, all of it").check()
    ada.get_by_role("button", name="Delete the account").click()
    expect(ada.get_by_role("alert").or_(ada.locator("main"))).to_contain_text("the only administrator")


def invite(ada: Page, phone: Page, running: Running) -> None:
    ada.goto(f"{running.url}/admin")
    ada.get_by_label("For whom").fill("Bob")
    ada.get_by_label("as administrator").check()
    ada.get_by_role("button", name="Make an invitation").click()
    phone.goto(ada.get_by_label("The new link").input_value())
    phone.get_by_label("Name").fill("Bob")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign up").click()
    expect(phone.locator(".codes code")).to_have_count(10)


def delete_and_come_back(ada: Page, phone: Page, running: Running) -> None:
    ada.goto(f"{running.url}/account/delete")
    ada.get_by_label("Yes, all of it").check()
    ada.get_by_role("button", name="Delete the account").click()
    expect(ada.locator("#notice")).to_contain_text("Everything in it is deleted in 7 days")
    phone.goto(f"{running.url}/admin")
    expect(phone.get_by_role("row", name="Ada")).to_contain_text("deleted on")
    ada.goto(f"{running.url}/signin")
    ada.get_by_label("Name").fill("Ada")
    ada.get_by_label("Password").fill(ANOTHER)
    ada.get_by_role("button", name="Sign in").click()
    expect(ada.locator("#notice")).to_contain_text("your account and everything in it stay")
    expect(ada.get_by_role("heading", name="2 exports", exact=True)).to_be_visible()
