"""Passkeys in a browser, with the authenticator that Chromium has for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests import browser as browsers
from tests.accounts.test_accounts import PASSWORD
from tests.browser import Running


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("passkeys")
    with browsers.kinograph(folder, KINOGRAPH_ACCOUNTS="on", KINOGRAPH_REGISTRATION="open") as running:
        yield at_localhost(running)


def at_localhost(running: Running) -> str:
    return running.url.replace("127.0.0.1", "localhost")


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


def sign_up(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/signup")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="I have kept them").click()


def test_a_passkey_from_its_making_to_its_end(url: str, chromium: Browser) -> None:
    with browsers.page(chromium, refusals=1) as page:
        session, authenticator = give_authenticator(page)
        sign_up(page, url, "Ada")
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
        sign_up(page, url, "Bob")
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
