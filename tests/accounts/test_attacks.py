"""What somebody who means harm, or two who come at once, may try at accounts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands, registration, store
from kinograph.sessions import hashing
from kinograph.sessions.throttle import Throttle, TooMany
from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD, Browsers, browsers, sign_up
from tests.accounts.test_phone import make_link
from tests.changes.test_api import AFTER, BEFORE
from tests.sessions.test_api import upload

__all__ = ["browsers"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch, web: FastAPI) -> list[int]:
    """How many connections were in use whenever a password was hashed."""
    seen: list[int] = []
    really = hashing.hash_password

    async def hash_password(password: str) -> str:
        seen.append(web.state.engine.pool.checkedout())
        return await really(password)

    monkeypatch.setattr(hashing, "hash_password", hash_password)
    return seen


async def test_strangers_have_nothing_hashed_and_no_hash_holds_a_connection(
    client: AsyncClient,
    browsers: Browsers,
    hashed: list[int],
    engine: AsyncEngine,
    settings: Settings,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client)
    assert hashed == [0]
    stranger = browsers()
    sent = {"name": "Eve", "password": PASSWORD, "invite": "none"}
    assert (await stranger.post("/signup", data=sent)).status_code == 403
    assert (await stranger.post("/api/account", json=sent)).status_code == 403
    half = json.dumps(sent | {"invite": "\ud800"})
    asked = await stranger.post("/api/account", content=half, headers={"Content-Type": "application/json"})
    assert asked.status_code == 403
    assert (await stranger.post("/reset/none", data=sent)).status_code == 403
    assert hashed == [0]
    assert (await client.post("/account/password", data={"password": PASSWORD})).status_code == 303
    link = (await commands.run(commands.reset("Ada"), settings, database_url)).partition("8000")[2]
    assert (await stranger.post(link, data={"password": PASSWORD})).status_code == 303
    assert hashed == [0, 0, 0]
    # Where many wait for their turn, nobody else does.
    async with engine.begin() as db:
        secret = await store.make_invitation(db)
    monkeypatch.setattr(hashing, "WAITING", 0)
    assert (await stranger.post("/signup", data=sent | {"invite": secret})).status_code == 429
    assert hashed == [0, 0, 0]


async def test_a_network_makes_few_accounts(
    client: AsyncClient, web: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.state.settings = replace(settings, registration="open")
    monkeypatch.setattr(registration, "OF_NETWORK", Throttle("sign-up", most=2, refusal=TooMany))
    statuses = [(await client.post("/signup", data={"name": n, "password": PASSWORD})).status_code for n in "abc"]
    assert statuses == [200, 200, 429]


async def test_whoever_waits_in_vain_is_not_counted_as_guessing(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    with monkeypatch.context() as busy:
        busy.setattr(hashing, "WAITING", 0)
        assert (await browsers().post("/api/login", json={"name": "Ada", "password": PASSWORD})).status_code == 429
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM throttles WHERE what LIKE 'login%'")) == 0


async def test_signing_up_takes_along_all_that_the_browser_manages(client: AsyncClient, browsers: Browsers) -> None:
    """Its own token's exports too, where a link opened those of another browser here."""
    theirs = (await upload(client, BEFORE)).json()["session_id"]
    phone = browsers()
    own = (await upload(phone, AFTER)).json()["session_id"]
    assert (await phone.post(await make_link(client))).status_code == 303
    await sign_up(phone)
    sessions = (await phone.get("/api/account")).json()["sessions"]
    assert {each["id"] for each in sessions} == {own, theirs}


async def test_a_second_account_takes_along_what_the_first_did_not(
    client: AsyncClient, web: FastAPI, settings: Settings
) -> None:
    web.state.settings = replace(settings, registration="open")
    await sign_up(client)
    await client.post("/signout")
    sent = (await upload(client, BEFORE)).json()["session_id"]
    await client.post("/signin", data={"name": "Ada", "password": PASSWORD})  # and does not add it
    await sign_up(client, "Bob")
    assert [each["id"] for each in (await client.get("/api/account")).json()["sessions"]] == [sent]
