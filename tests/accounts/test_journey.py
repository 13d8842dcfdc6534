"""Accounts in a browser: from an upload without one to its end, with passkeys, and for everybody: keyboard, any width,
tools that read pages aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from zipfile import ZipFile

import asyncpg
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from kinograph.sessions.export import Upload
from tests import browser as browsers
from tests.accounts.test_accounts import ANOTHER, PASSWORD
from tests.browser import Running
from tests.changes.test_api import AFTER, BEFORE
from tests.everyone.visits import Session, learn, look_at, send


@pytest.fixture(scope="module")
def database(make_database: Callable[[], str]) -> str:
    return make_database()


@pytest.fixture(scope="module")
def program(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"DATABASE_URL": database, "KINOGRAPH_REGISTRATION": "open"}
    with browsers.kinograph(tmp_path_factory.mktemp("accounts"), **settings) as running:
        yield running


@pytest.fixture
def running(program: Running, database: str) -> Running:
    """Of which nobody has an account yet."""
    asyncio.run(_run(database, "DELETE FROM accounts"))
    return program


@pytest.fixture
def url(running: Running) -> str:
    """Passkeys need a name."""
    return running.url.replace("127.0.0.1", "localhost")


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


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


# Passkeys, with the authenticator that Chromium has for tests


def give_authenticator(page: Page, **options: Any) -> tuple[CDPSession, str]:
    """A device that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    fitting = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": fitting | options})
    return session, added["authenticatorId"]


def sign_up_as(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/signup")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="I have kept them").click()


def test_a_passkey_from_its_making_to_its_end(url: str, chromium: Browser) -> None:
    with browsers.page(chromium, refusals=1) as page:
        session, authenticator = give_authenticator(page)
        sign_up_as(page, url, "Ada")
        expect(page.locator("#passkeys").get_by_label("Name, for yourself")).to_have_value("Chrome, Linux")
        page.locator("#passkeys").get_by_label("Name, for yourself").fill("This laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("#notice")).to_contain_text("From now on that passkey signs you in.")
        expect(page.locator("#passkeys")).to_contain_text("This laptop")
        expect(page.locator("#passkeys")).to_contain_text("never used")
        (kept,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
        assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
        # A second one in the same place would replace it.
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("#passkeys [data-part=error]")).to_have_text(
            "This device or password manager has a passkey of this account already."
        )

        page.get_by_role("button", name="Sign out here").click()
        page.goto(f"{url}/signin?back=/account%23keys")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(f"{url}/account#keys")
        expect(page.get_by_role("heading", name="Signed in as Ada")).to_be_visible()
        expect(page.locator("#passkeys")).to_contain_text("last used")
        expect(page.get_by_label("New password")).to_be_visible()  # it is a proof
        page.goto(f"{url}/account/prove?back=/account%23safety")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(f"{url}/account#safety")

        page.get_by_role("button", name="Remove").click()
        expect(page.locator("#notice")).to_contain_text("Delete it from your device, too.")
        page.get_by_role("button", name="Sign out here").click()
        page.goto(f"{url}/signin")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_have_text("This passkey opens no account here.")
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_focused()


def test_whoever_is_not_known_to_the_device_is_not_let_in(url: str, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        session, authenticator = give_authenticator(page)
        sign_up_as(page, url, "Bob")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("#notice")).to_contain_text("From now on that passkey signs you in.")
        page.get_by_role("button", name="Sign out here").click()
        session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
        page.goto(f"{url}/signin")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_have_text("No passkey was used.")
        session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="Signed in as Bob")).to_be_visible()


def test_at_another_address_of_this_computer_it_is_said_where_they_work(url: str, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(url.replace("localhost", "127.0.0.1") + "/signin")
        expect(page.get_by_text(f"Passkeys work at {url}, not at the address of this page.")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_without_a_script_the_pages_are_whole(url: str, chromium: Browser) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        page.goto(f"{url}/signin")
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
        expect(page.get_by_text("Passkeys work at")).to_be_hidden()


# For everybody


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
        wrong += look_at(page, session, [*paths, f"/account/exports/{session.id}/delete", "/account/delete"], frames=())
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
