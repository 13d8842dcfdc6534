"""In at an OpenID provider, in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as browsers
from tests.browser import Running, free_port
from tests.everyone.visits import Session, learn, look_at
from tests.fake_openid import CLIENT, SECRET, FakeOpenid


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeOpenid]:
    with FakeOpenid(f"http://127.0.0.1:{free_port()}/signin/openid/back") as provider:
        yield provider


@pytest.fixture(scope="module")
def running(
    make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, provider: FakeOpenid
) -> Iterator[Running]:
    here = provider.redirect.removesuffix("/signin/openid/back")
    environ = {
        "DATABASE_URL": make_database(),
        "KINOGRAPH_PORT": here.rpartition(":")[2],
        "KINOGRAPH_PUBLIC_URL": here,
        "KINOGRAPH_ACCOUNTS": "on",
        "KINOGRAPH_REGISTRATION": "open",
        "KINOGRAPH_OIDC_ISSUER": provider.issuer,
        "KINOGRAPH_OIDC_CLIENT_ID": CLIENT,
        "KINOGRAPH_OIDC_CLIENT_SECRET": SECRET,
        "KINOGRAPH_OIDC_LABEL": "Films ID",
        "KINOGRAPH_PASSWORD_LOGIN": "off",
    }
    with browsers.kinograph(tmp_path_factory.mktemp("openid"), **environ) as running:
        yield running


def let_in(page: Page, who: str) -> None:
    page.get_by_label("Name").fill(who)
    page.get_by_role("button", name="Let me in").click()


def come(page: Page, running: Running, who: str) -> None:
    """For the first time."""
    page.goto(f"{running.url}/me")
    expect(page).to_have_url(f"{running.url}/signin?back=%2Fme")
    page.get_by_role("link", name="Continue with Films ID").click()
    let_in(page, who)
    expect(page.get_by_label("Name")).to_have_value(who)


def test_in_and_out_and_in_again(running: Running, provider: FakeOpenid, chromium: Browser) -> None:
    provider.asked.clear()
    with browsers.page(chromium, service_worker=True) as page:
        come(page, running, "anna")
        page.get_by_role("button", name="Make the account").click()
        expect(page).to_have_url(f"{running.url}/account")
        expect(page.locator("#ways-in")).to_contain_text("anna")
        page.locator("#ways-in").get_by_role("link", name="Link or unlink").click()
        page.get_by_role("link", name="Sign in again with Films ID").click()
        let_in(page, "anna")
        expect(page).to_have_url(f"{running.url}/account")
        expect(page.locator("#ways-in").get_by_role("button", name="Unlink")).to_be_visible()
        page.get_by_role("button", name="Sign out here").click()
        page.goto(f"{running.url}/signin")
        page.get_by_role("link", name="Continue with Films ID").click()
        let_in(page, "anna")
        expect(page.locator("#title-signed-in")).to_contain_text("anna")
    assert [asked.get("prompt") for asked in provider.asked] == [None, "login", None]
    log = running.log.read_text()
    assert SECRET not in log and "Traceback" not in log


@pytest.mark.slow
def test_every_page_is_for_everyone(running: Running, chromium: Browser) -> None:
    visited = Session(running, "", "")
    with browsers.page(chromium, refusals=1) as page:
        learn(page)
        wrong = look_at(page, visited, ["/signin", "/signin/openid/back"])
        come(page, running, "berta")
        wrong += look_at(page, visited, [page.url.removeprefix(running.url)])
        page.get_by_role("button", name="Make the account").click()
        expect(page).to_have_url(f"{running.url}/account")
        wrong += look_at(page, visited, ["/account", "/account/prove"], frames=())  # of `test_journey`
        page.goto(f"{running.url}/account/prove")
        page.get_by_role("link", name="Sign in again with Films ID").click()
        let_in(page, "berta")
        wrong += look_at(page, visited, ["/account"], frames=())
    assert wrong == [], "\n".join(wrong)
