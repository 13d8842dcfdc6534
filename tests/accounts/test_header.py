"""Signing in by the header of a proxy: whose word counts, and for which account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands
from kinograph.errors import AppError
from kinograph.settings import Settings
from kinograph.settings.trusted_proxies import TrustedProxies
from tests.accounts.test_accounts import PASSWORD
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.sessions.test_api import upload

PROXY, STRANGER = "10.0.0.2", "203.0.113.9"
Proxied = Callable[..., AsyncClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        accounts=True,
        registration="open",
        trusted_proxies=TrustedProxies.parse(PROXY),
        login_header="remote-user",
    )


@pytest.fixture
async def proxied(web: FastAPI) -> AsyncIterator[Proxied]:
    """Makes browsers behind a proxy that names somebody; or what comes from another peer."""
    async with AsyncExitStack() as stack:

        def make(*names: str, peer: str = PROXY) -> AsyncClient:
            transport = ASGITransport(web, client=(peer, 4000))
            headers = [("Remote-User", name) for name in names]
            browser = AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)
            stack.push_async_callback(browser.aclose)
            return browser

        yield make


async def name_of(browser: AsyncClient) -> str | None:
    answer = await browser.get("/api/account")
    return str(answer.json()["name"]) if answer.status_code == 200 else None


async def come(browser: AsyncClient, name: str = "anna") -> None:
    """For the first time, by the form that asks for a name."""
    asked = await browser.post("/signin/header", data={"back": "/me"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/signin/name?back=%2Fme")
    assert f'value="{browser.headers["remote-user"]}"' in (await browser.get(asked.headers["location"])).text
    done = await browser.post("/signin/name", data={"name": name, "back": "/me"})
    assert (done.status_code, done.headers["location"]) == (303, "/me"), words(done.text)


async def test_whoever_the_proxy_names_chooses_a_name_once_and_is_signed_in_from_then_on(
    proxied: Proxied, engine: AsyncEngine
) -> None:
    anna = proxied("anna")
    sent = (await upload(anna, BEFORE)).json()
    assert "Continue as anna" in words((await anna.get("/signin")).text)
    await come(anna)
    told = (await anna.get("/api/account")).json()
    assert (told["name"], told["admin"]) == ("anna", False)  # what is on this machine alone lets nobody else in
    assert [each["id"] for each in told["sessions"]] == [sent["session_id"]]
    assert "owner" not in anna.cookies
    elsewhere = proxied("anna")
    led = await elsewhere.get("/account")
    assert (led.status_code, led.headers["location"]) == (303, "/signin?back=%2Faccount")
    led = await elsewhere.get(led.headers["location"])
    assert (led.status_code, led.headers["location"]) == (303, "/account")
    assert await name_of(elsewhere) == "anna"
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM accounts"))).scalar_one() == 1


async def test_a_login_holds_only_while_the_proxy_names_the_same_person(proxied: Proxied) -> None:
    anna = proxied("anna")
    await come(anna)
    for names in ((), ("bob",), ("Anna",)):
        other = proxied(*names)
        other.cookies.update(anna.cookies)
        assert await name_of(other) is None
    stranger = proxied("anna", peer=STRANGER)
    stranger.cookies.update(anna.cookies)
    assert await name_of(stranger) is None
    assert await name_of(anna) == "anna"


async def test_what_anybody_else_writes_there_reaches_nobody(proxied: Proxied) -> None:
    await come(proxied("anna"))
    forged = proxied("anna", peer=STRANGER)
    for more in ({}, {"X-Forwarded-For": PROXY}, {"X-Forwarded-For": f"{PROXY}, {PROXY}", "Forwarded": f"for={PROXY}"}):
        page = await forged.get("/signin", headers=more)
        assert page.status_code == 200 and "anna" not in page.text
        assert (await forged.post("/signin/header", headers=more)).status_code == 404
        assert (await forged.get("/signin/name", headers=more)).status_code == 404
    assert "login" not in forged.cookies


async def test_sent_twice_it_is_refused_and_nobody_is_signed_in(proxied: Proxied) -> None:
    await come(proxied("anna"))
    for names in (("anna", "anna"), ("anna", "bob"), ("bob,anna",)):
        browser = proxied(*names)
        for path in ("/signin", "/api/account", "/"):
            answer = await browser.get(path)
            assert answer.status_code == 400 and "more than once" in answer.text
        assert "login" not in browser.cookies
    assert (await proxied("x" * 256).get("/signin")).status_code == 400
    for nobody in ("", "{http.reverse_proxy.header.Remote-User}", "(null)"):  # as proxies write it
        assert "Continue as" not in (await proxied(nobody).get("/signin")).text


async def test_a_name_alone_opens_no_account(proxied: Proxied, settings: Settings, database_url: str) -> None:
    await commands.run(commands.create("anna", PASSWORD, is_admin=True), settings, database_url)
    anna = proxied("anna")
    assert (await anna.get("/signin")).status_code == 200
    await anna.post("/signin/header")
    taken = await anna.post("/signin/name", data={"name": "Anna"})
    assert taken.status_code == 409 and "That name is taken" in words(taken.text)
    assert await name_of(anna) is None
    # Its owner links it, within ten minutes of the password.
    await anna.post("/signin", data={"name": "anna", "password": PASSWORD})
    assert (await anna.post("/account/identities/header")).headers["location"] == "/account#ways-in"
    again = proxied("anna")
    assert (await again.get("/signin?back=/me")).headers["location"] == "/me"
    assert await name_of(again) == "anna"
    page = await anna.get("/account")
    assert "Other ways in" in page.text
    unlink = page.text.partition("/account/identities/")[2].partition("/")[0]
    assert (await anna.post(f"/account/identities/{unlink}/unlink")).status_code == 303
    assert await name_of(again) is None  # signed out with the way in
    assert (await again.get("/signin")).status_code == 200


async def test_only_within_ten_minutes_of_a_proof_and_never_the_last_way_in(
    proxied: Proxied, engine: AsyncEngine
) -> None:
    anna = proxied("anna")
    await come(anna)
    async with engine.connect() as db:
        linked = (await db.execute(text("SELECT id FROM identities"))).scalar_one()
    for path in ("/account/identities/header", f"/account/identities/{linked}/unlink", "/account/password"):
        asked = await anna.post(path, data={"password": PASSWORD})
        assert asked.headers["location"].startswith("/account/prove")
    page = await anna.get("/account/prove?back=/account")
    assert 'action="/account/prove/header"' in page.text and 'type="password"' not in page.text
    proven = await anna.post("/account/prove/header", data={"back": "/account"})
    assert (proven.status_code, proven.headers["location"]) == (303, "/account")
    refused = await anna.post(f"/account/identities/{linked}/unlink")
    assert refused.status_code == 409 and "only way in" in words(refused.text)
    assert (await anna.post("/account/password", data={"password": PASSWORD})).status_code == 303
    # With a password, that is the proof: the proxy's word is no more.
    assert (await anna.post("/account/prove/header")).status_code == 404
    assert (await anna.post(f"/account/identities/{linked}/unlink")).headers["location"] == "/account#ways-in"
    assert await name_of(anna) == "anna"  # the browser that asks stays signed in


async def test_one_name_signs_in_to_one_account(proxied: Proxied, settings: Settings, database_url: str) -> None:
    await come(proxied("bob"), "bob")
    await commands.run(commands.create("ada", PASSWORD, is_admin=False), settings, database_url)
    browser = proxied("bob")
    await browser.post("/signin", data={"name": "ada", "password": PASSWORD})
    assert (await browser.post("/account/identities/header")).status_code == 409
    assert await name_of(proxied("bob")) is None


async def test_newcomers_pass_the_door_that_all_pass(
    web: FastAPI, proxied: Proxied, settings: Settings, database_url: str
) -> None:
    for registration, sentence in (("invite", "you need a link"), ("closed", "makes the accounts here")):
        web.state.settings = replace(settings, registration=registration)
        newcomer = proxied("carl")
        for answer in (
            await newcomer.get("/signin/name"),
            await newcomer.post("/signin/name", data={"name": "carl"}),
        ):
            assert answer.status_code == 403 and sentence in words(answer.text)
    link = await commands.run(commands.invite(is_admin=True), settings, database_url)
    invite = link.partition("invite=")[2]
    carl = proxied("carl")
    assert f'value="{invite}"' in (await carl.get(f"/signup?invite={invite}")).text
    led = (await carl.post("/signin/header", data={"invite": invite})).headers["location"]
    assert (await carl.get(led)).status_code == 200
    assert (await carl.post("/signin/name", data={"name": "carl", "invite": invite})).status_code == 303
    assert (await carl.get("/api/account")).json()["admin"] is True
    other = proxied("dora")
    assert (await other.post("/signin/name", data={"name": "dora", "invite": invite})).status_code == 403


async def test_whoever_the_proxy_may_let_in_has_an_account_at_once_and_is_asked_about_exports(
    web: FastAPI, proxied: Proxied, settings: Settings
) -> None:
    web.state.settings = replace(settings, registration="closed", login_creates=True)
    anna = proxied("anna")
    await upload(anna, AFTER)
    entered = await anna.post("/signin/header", data={"back": "/me"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/account/adopt")
    assert (await anna.get("/api/account")).json() == {"name": "anna", "admin": False, "sessions": []}
    await anna.post("/account/adopt")
    assert len((await anna.get("/api/account")).json()["sessions"]) == 1
    taken = proxied("ANNA")  # another person, of a name that differs by its capitals alone
    assert (await taken.post("/signin/header")).headers["location"].startswith("/signin/name")
    assert (await taken.post("/signin/name", data={"name": "anna two"})).status_code == 303


async def test_pages_that_are_fetched_ahead_sign_nobody_in(proxied: Proxied, engine: AsyncEngine) -> None:
    await come(proxied("anna"))
    other = proxied("anna")
    for ahead in ({"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Dest": "image"}):
        assert (await other.get("/signin", headers=ahead)).status_code == 200
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM logins"))).scalar_one() == 1


async def test_a_deleted_account_is_kept_by_a_person_and_not_by_a_redirect(proxied: Proxied) -> None:
    anna = proxied("anna")
    await come(anna)
    await anna.post("/account/prove/header")
    assert (await anna.post("/account/delete")).status_code == 303
    led = await anna.get("/account")
    assert led.headers["location"].startswith("/signin")
    assert "Continue as anna" in words((await anna.get(led.headers["location"])).text)
    assert await name_of(anna) is None
    assert (await anna.post("/signin/header")).headers["location"] == "/account"
    assert await name_of(anna) == "anna"


async def test_sign_ins_of_a_name_are_counted_and_the_last_ones_kept(proxied: Proxied, engine: AsyncEngine) -> None:
    await come(proxied("anna"))
    answers = [(await proxied("anna").get("/signin")).status_code for _ in range(30)]
    assert answers == [303] * 29 + [429]
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM logins"))).scalar_one() == 20


async def test_without_passwords_nothing_takes_one(web: FastAPI, proxied: Proxied, settings: Settings) -> None:
    web.state.settings = replace(settings, password_login=False)
    anna = proxied("anna")
    page = await anna.get("/signin")
    assert "Continue as anna" in words(page.text) and 'type="password"' not in page.text
    await come(anna)
    form = {"name": "anna", "password": PASSWORD, "code": "1"}
    for path in ("/signin", "/signup", "/recover", "/reset/1", "/account/password", "/account/codes", "/account/prove"):
        assert (path, (await anna.post(path, data=form)).status_code) == (path, 404)
    for path in ("/recover", "/reset/1"):
        assert (path, (await anna.get(path)).status_code) == (path, 404)
    for path in ("/api/account", "/api/login"):
        assert (path, (await anna.post(path, json=form)).status_code) == (path, 404)
    assert 'type="password"' not in (await anna.get("/account")).text
    for command in (commands.create("bob", PASSWORD, is_admin=False), commands.reset("anna")):
        with pytest.raises(AppError, match="KINOGRAPH_PASSWORD_LOGIN is off"):
            await commands.run(command, web.state.settings, settings.database_url or "")
    assert "named nobody" in words((await proxied().get("/signin")).text)
