"""Signing in at an OpenID provider: to whose word it comes, and what is not believed."""

from __future__ import annotations

import logging
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands
from kinograph.settings import Settings
from tests.accounts.openid_flow import OWN, come, go, provider, settings
from tests.accounts.test_accounts import PASSWORD, Browsers, sign_up
from tests.accounts.test_accounts import browsers as browsers
from tests.accounts.test_header import name_of
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.fake_openid import SECRET, FakeOpenid
from tests.sessions.test_api import upload

__all__ = ["browsers", "provider", "settings"]


async def test_whoever_the_provider_knows_chooses_a_name_once(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    sent = (await upload(client, BEFORE)).json()
    page = await client.get("/signin?back=/me")
    assert "Continue with Films ID" in words(page.text)
    assert 'href="/signin/openid?back=%2Fme' in page.text
    await come(client, provider)
    told = (await client.get("/api/account")).json()
    assert (told["name"], told["admin"], len(told["sessions"])) == ("anna", False, 1)
    assert told["sessions"][0]["id"] == sent["session_id"] and "owner" not in client.cookies
    other = browsers()
    assert (await go(other, provider, query="back=/me")).headers["location"] == "/me"
    assert await name_of(other) == "anna"
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT issuer, subject FROM identities"))).all() == [
            (provider.issuer, "sub-anna")
        ]
        assert (await db.execute(text("SELECT count(*) FROM sign_ins"))).scalar_one() == 0


async def test_it_is_bound_by_subject_and_never_by_name_or_address(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    settings: Settings,
    database_url: str,
) -> None:
    await commands.run(commands.create("anna", PASSWORD, is_admin=True), settings, database_url)
    asked = await go(client, provider)
    ticket = parse_qs(urlsplit(asked.headers["location"]).query)["ticket"][0]
    taken = await client.post("/signin/name", data={"name": "Anna", "ticket": ticket})
    assert taken.status_code == 409 and "That name is taken" in words(taken.text)
    assert (await client.post("/signin/name", data={"name": "anna two", "ticket": ticket})).status_code == 303
    provider.claims = {"sub": "sub-other"}  # the same name, the same e-mail, another person
    assert "/signin/name" in (await go(browsers(), provider)).headers["location"]
    provider.claims = {"preferred_username": "renamed", "email": "new@example.org"}
    renamed = browsers()
    await go(renamed, provider)
    assert await name_of(renamed) == "anna two"
    # A ticket works in the browser that has it, once.
    stranger = browsers()
    for browser in (stranger, client):
        again = await browser.post("/signin/name", data={"name": "third", "ticket": ticket})
        assert again.status_code == 400 and "Begin again" in words(again.text)


async def test_the_way_back_comes_from_the_settings_and_never_from_what_a_request_says(
    client: AsyncClient, provider: FakeOpenid
) -> None:
    out = await client.get(
        "/signin/openid?back=//evil.example", headers={"Host": "127.0.0.1:9", "X-Forwarded-Host": "e"}
    )
    asked = parse_qs(urlsplit(out.headers["location"]).query)
    assert asked["redirect_uri"] == [provider.redirect]
    assert SECRET not in out.headers["location"]
    back = await client.get(provider.let_in(out.headers["location"]))
    assert parse_qs(urlsplit(back.headers["location"]).query)["back"] == ["/"]
    cookie = out.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=600" in cookie


async def test_a_state_works_once_and_in_the_browser_that_began(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await come(client, provider)
    out = (await client.get("/signin/openid")).headers["location"]
    back = provider.let_in(out)
    stranger = browsers()
    await stranger.get("/signin/openid")
    for browser in (browsers(), stranger):  # without a sign-in of its own, and with one
        refused = await browser.get(back)
        assert refused.status_code == 400 and "another browser" in words(refused.text)
        assert "login" not in browser.cookies
    assert (await client.get(back)).status_code == 303
    again = await client.get(back)
    assert again.status_code == 400 and "Begin again" in words(again.text)
    # Nor is a code taken twice, with a state of its own.
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit((await client.get("/signin/openid")).headers["location"]).query)["state"][0]
    assert (await client.get(f"/signin/openid/back?code={code}&state={state}")).status_code == 400
    # Nor one whose time is over.
    late = provider.let_in((await client.get("/signin/openid")).headers["location"])
    async with engine.begin() as db:
        await db.execute(text("UPDATE sign_ins SET expires_at = now()"))
    assert (await client.get(late)).status_code == 400
    await client.get("/signin/openid")
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM sign_ins WHERE expires_at <= now()"))).scalar_one() == 0


async def test_two_windows_sign_in_at_once(client: AsyncClient, provider: FakeOpenid) -> None:
    await come(client, provider)
    outs = [(await client.get(f"/signin/openid?back=/{page}")).headers["location"] for page in ("one", "two")]
    backs = [await client.get(provider.let_in(out)) for out in outs]
    assert [back.headers["location"] for back in backs] == ["/one", "/two"]


async def test_a_code_is_of_no_use_with_the_state_of_another_sign_in(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    """Somebody else's code, put under a state of one's own: PKCE's verifier does not fit."""
    victim = provider.let_in((await browsers().get("/signin/openid")).headers["location"], "victim")
    code = parse_qs(urlsplit(victim).query)["code"][0]
    state = parse_qs(urlsplit((await client.get("/signin/openid")).headers["location"]).query)["state"][0]
    refused = await client.get(f"/signin/openid/back?code={code}&state={state}")
    assert refused.status_code == 400 and "login" not in client.cookies


async def test_what_the_provider_sends_back_in_place_of_a_code(client: AsyncClient) -> None:
    for error, status, sentence in (
        ("access_denied", 403, "did not sign you in"),
        ("temporarily_unavailable", 502, "cannot be reached"),
        ("<script>", 502, "cannot be used"),
        ("", 502, "cannot be used"),
    ):
        out = (await client.get("/signin/openid?back=/me")).headers["location"]
        state = parse_qs(urlsplit(out).query)["state"][0]
        refused = await client.get("/signin/openid/back", params={"state": state, "error": error})
        assert refused.status_code == status and sentence in words(refused.text)
        assert "<script>" not in refused.text and "/signin?back=%2Fme" in refused.text


async def test_nothing_secret_is_logged(
    client: AsyncClient, provider: FakeOpenid, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    real = provider._sign
    provider.sign = lambda claims: said.append(real(claims)) or said[-1]  # type: ignore[func-returns-value]
    await come(client, provider)
    back = provider.let_in((await client.get("/signin/openid")).headers["location"])
    provider.claims = {"nonce": "wrong"}
    await client.get(back)
    hidden = [SECRET, *said, *(value for values in parse_qs(urlsplit(back).query).values() for value in values)]
    hidden += [value for asked in provider.asked for value in (asked["nonce"], asked["state"])]
    hidden += list(client.cookies.values())
    log = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("kinograph"))
    assert "belongs to another sign-in" in log and [each for each in hidden if each in log] == []


async def test_sign_ins_that_lead_nowhere_are_counted(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    await come(client, provider)
    for _ in range(31):  # those that succeed are not
        assert (await go(client, provider)).status_code == 303
    statuses = [(await client.get("/signin/openid")).status_code for _ in range(31)]
    assert statuses == [303] * 30 + [429]


async def test_newcomers_pass_the_door_that_all_pass(
    web: FastAPI,
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    settings: Settings,
    database_url: str,
) -> None:
    for registration, sentence in (("invite", "you need a link"), ("closed", "makes the accounts here")):
        web.state.settings = replace(settings, registration=registration, password_login=False)
        led = (await go(client, provider)).headers["location"]
        refused = await client.get(led)
        assert refused.status_code == 403 and sentence in words(refused.text)
        ticket = parse_qs(urlsplit(led).query)["ticket"][0]
        assert (await client.post("/signin/name", data={"name": "anna", "ticket": ticket})).status_code == 403
    link = await commands.run(commands.invite(is_admin=True), settings, database_url)
    invite = link.partition("invite=")[2]
    page = await client.get(f"/signup?invite={invite}")
    assert f"invite={invite}" in page.text and 'type="password"' not in page.text
    led = (await go(client, provider, query=f"invite={invite}")).headers["location"]
    assert f"invite={invite}" in led
    asked = {name: values[0] for name, values in parse_qs(urlsplit(led).query).items()}
    assert (await client.get(led)).status_code == 200
    assert (await client.post("/signin/name", data=asked | {"name": "anna"})).status_code == 303
    assert (await client.get("/api/account")).json()["admin"] is True
    web.state.settings = replace(settings, registration="closed", login_creates=True)
    other = browsers()
    await upload(other, AFTER)
    assert (await go(other, provider, "bob")).headers["location"] == "/account/adopt"
    assert await name_of(other) == "bob"


async def test_an_account_with_a_password_links_and_unlinks_the_provider(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await sign_up(client)
    page = await client.get("/account")
    assert "Link Films ID" in words(page.text)
    # A page of somebody else's must not link what somebody else signs in with.
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://evil.example/"}):
        assert (await client.get("/signin/openid?purpose=link", headers=headers)).status_code == 403
    linked = await go(client, provider, query="purpose=link", **OWN)
    assert linked.headers["location"] == "/account#ways-in"
    other = browsers()
    await go(other, provider, query="back=/me")
    assert await name_of(other) == "Ada"
    assert (await other.post("/account/password", data={"password": PASSWORD})).headers["location"] == "/account/prove"
    asked = await other.get("/signin/openid?purpose=link", headers=OWN)
    assert asked.headers["location"].startswith("/account/prove")  # not proven here
    unlink = (await client.get("/account")).text.partition("/account/identities/")[2].partition("/")[0]
    assert (await client.post(f"/account/identities/{unlink}/unlink")).status_code == 303
    assert "/signin/name" in (await go(browsers(), provider)).headers["location"]
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = now() - interval '11 minutes'"))
    out = await client.get("/signin/openid?purpose=link", headers=OWN)
    assert out.headers["location"].startswith("/account/prove")


async def test_a_link_that_another_browser_or_login_began_links_nothing(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
    engine: AsyncEngine,
) -> None:
    await sign_up(client)
    out = (await client.get("/signin/openid?purpose=link", headers=OWN)).headers["location"]
    await client.post("/signin", data={"name": "Ada", "password": PASSWORD})  # another login of the same browser
    assert (await client.get(provider.let_in(out, "mallory"))).status_code == 400
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT count(*) FROM identities"))).scalar_one() == 0


async def test_without_a_password_a_fresh_trip_through_the_provider_is_the_proof(
    client: AsyncClient,
    browsers: Browsers,
    provider: FakeOpenid,
) -> None:
    await come(client, provider)
    assert (await client.post("/account/codes")).headers["location"] == "/account/prove"
    page = await client.get("/account/prove?back=/account%23safety")
    assert "Sign in again with Films ID" in words(page.text) and 'type="password"' not in page.text
    query = "purpose=prove&back=/account%23safety"
    provider.claims = {"auth_time": 1_700_000_000}  # it did not ask again
    refused = await go(client, provider, query=query, **OWN)
    assert refused.status_code == 403 and "did not ask you again" in words(refused.text)
    provider.claims = {}
    other = await go(client, provider, "bob", query, **OWN)
    assert other.status_code == 403 and "proves nothing" in words(other.text)
    assert (await client.post("/account/codes")).headers["location"] == "/account/prove"
    proven = await go(client, provider, query=query, **OWN)
    assert proven.headers["location"] == "/account#safety"
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert (await client.post("/account/codes")).status_code == 200
