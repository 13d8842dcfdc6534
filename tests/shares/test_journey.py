"""From an owner's page to somebody else's browser and back, over plain http and not from this machine's own name."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import send
from tests.shares.conftest import EXPORT


@pytest.fixture
def open_running(sampled: str, database_url: str, tmp_path: Path) -> Iterator[Running]:
    """One that other machines reach."""
    with browsers.kinograph(tmp_path, DATABASE_URL=database_url, KINOGRAPH_HOST="0.0.0.0") as running:
        yield running


def find_address() -> str:
    """Of this machine in its network: to browsers an origin that is none to be trusted, as no https protects it."""
    found = [each.address for addresses in psutil.net_if_addrs().values() for each in addresses
             if each.family == socket.AF_INET and not each.address.startswith("127.")]  # fmt: skip
    return found[0] if found else "127.0.0.1"


def test_a_link_is_made_opened_with_its_password_and_revoked(open_running: Running, chromium: Browser) -> None:
    session = send(open_running, EXPORT.content)
    home = open_running.url.replace("127.0.0.1", find_address())
    with browsers.page(chromium, refusals=9, plain_http=True) as owner:
        owner.context.add_cookies([{"name": "owner", "value": session.token, "url": home}])
        owner.goto(f"{home}/session/{session.id}/year/2024")
        owner.get_by_role("link", name="Share this page").click()
        expect(owner.get_by_label("Year", exact=True)).to_be_checked()
        expect(owner.get_by_label("Only these films")).to_have_value("viewed=2024")
        owner.get_by_label("Name, for yourself").fill("For Mira")
        seen = owner.locator("#share-seen")
        expect(seen).to_contain_text("opens Year: 2 films watched in 2024. It shows your stars.")
        owner.get_by_label("Stars", exact=True).uncheck()
        expect(seen).to_contain_text("It does not show your stars, likes")
        owner.get_by_label("Password, if you like").fill("popcorn")
        owner.get_by_role("button", name="Make the link").click()
        expect(owner.locator("#notice")).to_have_text("The link is ready: copy it below.")
        link = owner.locator(".ticket-address a").get_attribute("href") or ""
        with browsers.page(chromium, refusals=9, plain_http=True) as visitor:
            open_locked(visitor, home + link)
            owner.reload()
            expect(owner.locator(".ticket-visits")).to_have_text("1")
            owner.get_by_role("button", name="Revoke").click()
            visitor.reload()
            expect(visitor.get_by_role("heading")).to_have_text("This link leads nowhere.")


def open_locked(visitor: Page, link: str) -> None:
    """With a wrong password first."""
    visitor.goto(link)
    for password in ("peanuts", "popcorn"):
        visitor.get_by_label("Password").fill(password)
        visitor.get_by_role("button", name="Open", exact=True).click()
        if password == "peanuts":
            expect(visitor.get_by_role("alert")).to_contain_text("That is not the password.")
    expect(visitor).to_have_url(link)
    expect(visitor.locator("#shared-notice")).to_have_text("This link shows only films watched in 2024.")
    expect(visitor.get_by_role("navigation", name="Pages")).to_have_count(0)
