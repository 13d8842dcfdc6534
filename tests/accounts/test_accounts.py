"""Signing up, in and out, by the pages and by the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands, registration
from kinograph.settings import Settings
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.sessions.test_api import upload

PASSWORD = "correct horse battery"
ANOTHER = "another horse, another battery"

Browsers = Callable[[], AsyncClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


@pytest.fixture
async def browsers(web: FastAPI) -> AsyncIterator[Browsers]:
    """Makes browsers, each with cookies of its own."""
    async with AsyncExitStack() as stack:

        def make() -> AsyncClient:
            browser = AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000")
            stack.push_async_callback(browser.aclose)
            return browser

        yield make


async def sign_up(browser: AsyncClient, name: str = "Ada", invite: str = "") -> list[str]:
    """The recovery codes shown."""
    done = await browser.post("/signup", data={"name": name, "password": PASSWORD, "invite": invite})
    assert done.status_code == 200, words(done.text)
    return re.findall(r"<code>([^<]+)</code>", done.text)


async def test_signing_up_takes_along_what_the_browser_had(client: AsyncClient, engine: AsyncEngine) -> None:
    sent = (await upload(client, BEFORE)).json()
    token = client.cookies["owner"]
    codes = await sign_up(client)
    assert (len(codes), len(set(codes)), len(codes[0])) == (10, 10, 19)
    assert "owner" not in client.cookies
    told = (await client.get("/api/account")).json()
    assert (told["name"], told["admin"]) == ("Ada", True)  # the first, on a machine that nobody else reaches
    assert [each["id"] for each in told["sessions"]] == [sent["session_id"]]
    again = (await upload(client, AFTER)).json()
    assert again["owner_token"] is None
    # The token opens nothing any more, in a cookie or as a bearer.
    client.cookies.clear()
    for how in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"owner={token}"}):
        assert (await client.delete(f"/api/session/{sent['session_id']}", headers=how)).status_code in (401, 403)
        assert (await client.get("/account", headers=how)).status_code == 303
    async with engine.connect() as db:
        expire = (await db.execute(text("SELECT count(*) FROM sessions WHERE expires_at IS NOT NULL"))).scalar_one()
    assert expire == 0


async def test_signing_in_asks_before_it_adds(client: AsyncClient, browsers: Browsers, engine: AsyncEngine) -> None:
    await upload(client, BEFORE)
    await sign_up(client)
    other = browsers()
    sent = (await upload(other, AFTER)).json()["session_id"]
    twin = (await upload(other, BEFORE)).json()["session_id"]
    await other.post(f"/api/session/{twin}/shares", json={"pages": ["films"], "name": "To me"})
    done = await other.post("/signin", data={"name": "ada", "password": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/account/adopt")
    assert "This browser holds 2 exports. Add them?" in words((await other.get("/account/adopt")).text)
    assert len((await other.get("/api/account")).json()["sessions"]) == 1  # nothing yet
    assert (await other.post("/account/adopt")).status_code == 303
    sessions = [each["id"] for each in (await other.get("/api/account")).json()["sessions"]]
    assert len(sessions) == 2 and sessions[0] == sent and twin not in sessions  # the same export is there once
    assert "owner" not in other.cookies
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM owners"))).scalar_one() == 1
        shares = (await db.execute(text("SELECT session_id FROM shares"))).scalars().all()
    assert [str(each) for each in shares] == sessions[1:]


async def test_of_two_corrections_the_newer_holds(client: AsyncClient, browsers: Browsers, engine: AsyncEngine) -> None:
    await upload(client, BEFORE)
    await sign_up(client)
    other = browsers()
    await upload(other, BEFORE)
    add = text(
        "INSERT INTO repairs (owner_id, letterboxd_id, answer, changed_at)"
        " SELECT id, :film, 'nothing', now() - :days * interval '1 day' FROM owners"
        " WHERE (token_hash IS NULL) = :is_account"
    )
    async with engine.begin() as db:
        for film, account_days, browser_days in ((1, 5, 1), (2, 1, 5)):
            await db.execute(add, {"film": film, "days": account_days, "is_account": True})
            await db.execute(add, {"film": film, "days": browser_days, "is_account": False})
        await db.execute(add, {"film": 3, "days": 9, "is_account": False})
    await other.post("/signin", data={"name": "Ada", "password": PASSWORD})
    await other.post("/account/adopt")
    async with engine.connect() as db:
        held = await db.execute(
            text("SELECT letterboxd_id, round(extract(epoch FROM now() - changed_at) / 86400) FROM repairs ORDER BY 1")
        )
    assert [(film, int(days)) for film, days in held] == [(1, 1), (2, 1), (3, 9)]


async def test_the_api_signs_up_in_and_out(client: AsyncClient, browsers: Browsers) -> None:
    made = await client.post("/api/account", json={"name": "Ada", "password": PASSWORD})
    assert (made.status_code, made.json()) == (201, {"name": "Ada", "admin": True, "sessions": []})
    other = browsers()
    assert (await other.get("/api/account")).status_code == 401
    assert (await other.post("/api/login", json={"name": "Ada", "password": "wrong"})).status_code == 401
    done = await other.post("/api/login", json={"name": " ADA ", "password": PASSWORD})
    assert (done.status_code, done.content) == (204, b"")
    assert (await other.get("/api/account")).json()["name"] == "Ada"
    assert (await other.post("/api/logout")).status_code == 204
    assert (await other.get("/api/account")).status_code == 401
    assert (await client.get("/api/account")).status_code == 200


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("", PASSWORD, "A name has 1 to 40 characters"),
        ("x" * 41, PASSWORD, "A name has 1 to 40 characters"),
        ("a\u202eb", PASSWORD, "A name has 1 to 40 characters"),
        ("Ada", "short", "A password has 10 to 1,000 characters"),
        ("Ada", "x" * 1001, "A password has 10 to 1,000 characters"),
        ("ＡＤＡ", PASSWORD, ""),
    ],
)
async def test_what_will_not_do_is_said_and_the_name_stays(
    client: AsyncClient, name: str, password: str, said: str
) -> None:
    done = await client.post("/signup", data={"name": name, "password": password})
    if said:
        assert done.status_code == 422
        assert said in done.text and password not in done.text
    else:
        assert done.status_code == 200


async def test_a_name_is_taken_however_it_is_written(client: AsyncClient, browsers: Browsers, web: FastAPI) -> None:
    web.state.settings = replace(web.state.settings, registration="open")
    await sign_up(client, "Zoë Straße")
    done = await browsers().post("/signup", data={"name": "ZOE\u0308  strasse", "password": PASSWORD})
    assert (done.status_code, "That name is taken" in done.text) == (409, True)
    assert len((await client.get("/api/account")).json()) == 3


@pytest.mark.parametrize(("registration", "said"), [("invite", "By invitation only."), ("closed", "No new accounts.")])
async def test_the_second_account_is_as_the_settings_say(
    client: AsyncClient, browsers: Browsers, web: FastAPI, registration: str, said: str
) -> None:
    web.state.settings = replace(web.state.settings, registration=registration)
    await sign_up(client)
    other = browsers()
    for refused in (
        await other.get("/signup"),
        await other.post("/signup", data={"name": "Bob", "password": PASSWORD}),
    ):
        assert (refused.status_code, said in refused.text) == (403, True)
    assert 'href="/signup"' not in (await other.get("/signin")).text


async def test_an_invitation_works_once(
    client: AsyncClient, browsers: Browsers, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    link = await commands.run(commands.invite(is_admin=False), settings, database_url)
    secret = link.split("invite=")[1]
    bob = browsers()
    assert (await bob.get(f"/signup?invite={secret}")).status_code == 200
    await sign_up(bob, "Bob", secret)
    assert (await bob.get("/api/account")).json()["admin"] is False
    assert (await browsers().get(f"/signup?invite={secret}")).status_code == 403
    refused = await browsers().post("/signup", data={"name": "Eve", "password": PASSWORD, "invite": secret})
    assert (refused.status_code, "no longer works" in refused.text) == (403, True)


async def test_where_strangers_could_come_the_first_account_needs_the_link_of_the_log(
    web: FastAPI, browsers: Browsers, caplog: pytest.LogCaptureFixture
) -> None:
    web.state.settings = public = replace(web.state.settings, public_url="https://films.example")
    assert (await browsers().get("/signup")).status_code == 403
    with caplog.at_level("WARNING"):
        await registration.log_first_link(web.state.engine, public)
        await registration.log_first_link(web.state.engine, public)
    first, second = re.findall(r"https://films\.example/signup\?invite=(\S+)", caplog.text)
    ada = AsyncClient(transport=ASGITransport(web), base_url="https://127.0.0.1:8000")
    await sign_up(ada, "Ada", second)
    assert (await ada.get("/api/account")).json()["admin"] is True
    assert (await browsers().get(f"/signup?invite={first}")).status_code == 403  # there is an account now
    caplog.clear()
    await registration.log_first_link(web.state.engine, public)
    assert not caplog.records
    await ada.aclose()


async def test_signing_out_leaves_nothing_in_the_browser(client: AsyncClient) -> None:
    await sign_up(client)
    secret = client.cookies["login"]
    done = await client.post("/signout")
    assert done.headers["clear-site-data"] == '"cache", "storage"'
    assert "login" not in client.cookies
    assert (await client.get("/account", headers={"Cookie": f"login={secret}"})).status_code == 303


async def test_logins_are_listed_and_ended(client: AsyncClient, browsers: Browsers) -> None:
    await sign_up(client)
    phone, tablet = browsers(), browsers()
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
    await phone.post("/signin", data={"name": "Ada", "password": PASSWORD}, headers={"User-Agent": agent})
    await tablet.post("/signin", data={"name": "Ada", "password": PASSWORD})
    page = (await client.get("/account")).text
    assert "Safari, iPhone" in page and page.count("this browser") == 1
    ends = re.findall(r'action="(/account/logins/\d+/end)"', page)
    assert len(ends) == 2
    # Nobody ends somebody else's.
    stranger = browsers()
    assert (await stranger.post(ends[0])).status_code == 401
    assert (await client.post(ends[0])).status_code == 303
    assert len(re.findall(r'action="(/account/logins/\d+/end)"', (await client.get("/account")).text)) == 1
    assert (await client.post("/account/logins/end")).status_code == 303
    assert [(await each.get("/api/account")).status_code for each in (phone, tablet, client)] == [401, 401, 200]


async def test_uploads_of_strangers_may_be_refused(client: AsyncClient, web: FastAPI, browsers: Browsers) -> None:
    web.state.settings = replace(web.state.settings, anonymous_uploads=False)
    refused = await upload(client, BEFORE)
    assert (refused.status_code, "Sign in first" in refused.text) == (403, True)
    assert "You need an account for this: Sign in" in words((await client.get("/")).text)
    await sign_up(client)
    assert (await upload(client, BEFORE)).status_code == 201
    assert "need an account" not in (await client.get("/")).text


async def test_pages_say_what_is_so_with_an_account_and_without(client: AsyncClient) -> None:
    home = words((await client.get("/")).text)
    assert "You need no account." in home and "No account, no e-mail." not in home
    settings = f"/session/{(await upload(client, BEFORE)).json()['session_id']}/settings"
    assert "Saved in this browser, for every page." in (await client.get(settings)).text
    await sign_up(client)
    assert "Saved with your account, for every page." in (await client.get(settings)).text
    assert "You need no account." not in (await client.get("/")).text


class TestWithoutAccounts:
    """What a single person on a laptop meets."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, accounts=False)

    async def test_nobody_meets_a_login(self, client: AsyncClient) -> None:
        await upload(client, BEFORE)
        for address in ("/", "/account", "/sample"):
            page = (await client.get(address)).text
            assert "/signin" not in page and "/signup" not in page
        for address in ("/signin", "/signup", "/recover", "/account/adopt", "/account/prove", "/api/account"):
            assert (await client.get(address)).status_code == 404, address
