"""Passkeys beside other ways to sign in, and how many there may be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import passkey_routes, passkeys
from kinograph.sessions.throttle import Throttle
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_accounts import ANOTHER, PASSWORD, Browsers, browsers, settings, sign_up
from tests.accounts.test_passkeys import add, enter, rows
from tests.accounts.test_phone import make_link
from tests.changes.test_api import BEFORE
from tests.sessions.test_api import upload

__all__ = ["browsers", "settings"]


async def test_few_are_tried_from_one_network_and_known_browsers_are_not_locked_out(
    client: AsyncClient, browsers: Browsers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        passkey_routes,
        "OF_NETWORK",
        Throttle("passkey from network", most=3, refusal=passkey_routes.TooManyPasskeysShown),
    )
    await sign_up(client)
    key, unknown = Authenticator(), Authenticator()
    await add(client, key)
    for _ in range(5):  # what succeeds counts for nothing
        assert (await enter(browsers(), key)).status_code == 200
    assert [(await enter(browsers(), unknown)).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert "a passkey from 127.0.0.1 was refused" in caplog.text
    refused = await enter(browsers(), key)
    assert (refused.status_code, refused.headers["retry-after"].isdecimal()) == (429, True)
    assert (await enter(client, key)).status_code == 200


async def test_nobody_asks_for_challenges_without_end(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        passkey_routes, "ASKED", Throttle("challenge for network", most=2, refusal=passkey_routes.TooManyPasskeysShown)
    )
    asked = [(await client.post("/api/login/passkey/options", json={})).status_code for _ in range(3)]
    assert asked == [200, 200, 429]


async def test_there_are_twenty_at_most(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MOST", 1)
    await sign_up(client)
    await add(client, Authenticator())
    refused = await client.post("/api/account/passkeys/options", json={})
    assert (refused.status_code, "You have 1 passkeys" in refused.text) == (409, True)


async def test_what_the_browser_held_is_asked_about(client: AsyncClient, browsers: Browsers) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    other = browsers()
    await upload(other, BEFORE)
    assert (await enter(other, key)).json() == {"to": "/account/adopt"}


async def test_only_a_passkey_that_has_worked_may_be_the_last_way_in(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    first, second = Authenticator(), Authenticator()
    await add(client, first)
    await add(client, second)
    async with engine.begin() as db:
        await db.execute(text("UPDATE accounts SET password_hash = NULL"))
    last, oldest = sorted(re.findall(r"/account/passkeys/(\d+)/remove", (await client.get("/account")).text), key=int)[
        ::-1
    ]
    refused = await client.post(f"/account/passkeys/{oldest}/remove")
    assert (refused.status_code, "The only way in." in refused.text) == (409, True)
    await enter(browsers(), second)
    assert (await client.post(f"/account/passkeys/{oldest}/remove")).status_code == 303
    assert (await client.post(f"/account/passkeys/{last}/remove")).status_code == 409
    assert await rows(engine, "SELECT count(*) FROM passkeys") == [(1,)]


async def test_without_passwords_passkeys_still_sign_in(client: AsyncClient, browsers: Browsers, web: FastAPI) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    web.state.settings = replace(web.state.settings, password_login=False)
    other = browsers()
    assert (await other.post("/signin", data={"name": "Ada", "password": PASSWORD})).status_code == 404
    page = (await other.get("/signin")).text
    assert "Sign in with a passkey" in page and 'type="password"' not in page
    assert (await enter(other, key)).status_code == 200
    prove = (await other.get("/account/prove")).text
    assert "Use a passkey" in prove and "Nothing that signs in" not in prove


async def test_the_link_for_the_phone_signs_in_and_proves_nothing(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    before = (await upload(client, BEFORE)).json()["session_id"]
    phone = browsers()
    assert (await phone.post(await make_link(client))).status_code == 303
    assert (await phone.get("/api/account")).json()["name"] == "Ada"
    (n,) = re.findall(r"/account/passkeys/(\d+)/remove", (await client.get("/account")).text)
    for path in ("password", "codes", "keys", f"passkeys/{n}/remove", "delete", "identities/1/unlink"):
        refused = await phone.post(f"/account/{path}", data={"password": ANOTHER})
        assert (refused.status_code, refused.headers["location"].partition("?")[0]) == (303, "/account/prove"), path
    assert (await phone.post("/api/account/passkeys/options", json={})).status_code == 403
    assert (await phone.request("DELETE", "/api/account", json={})).status_code in (401, 403, 422)
    kept = "SELECT (SELECT count(*) FROM passkeys), (SELECT count(*) FROM keys), (SELECT count(*) FROM accounts)"
    assert await rows(engine, kept) == [(1, 0, 1)]
    # A passkey shown there is a proof there.
    asked = (await phone.post("/api/account/proof/options", json={})).json()
    assert (await phone.post("/api/account/proof", json={"credential": key.use(asked)})).status_code == 200
    assert (await phone.post("/account/keys", data={"name": "x"})).status_code == 200
    assert (await phone.delete(f"/api/session/{before}")).status_code == 204
