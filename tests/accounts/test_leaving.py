"""Deleting an account: a week in which it can come back, and then all of it goes; before that, all of it as a ZIP."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.accounts import commands, leaving
from kinograph.sessions import emptying
from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD, Browsers, browsers, sign_up
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import words
from tests.sessions.test_api import upload

__all__ = ["browsers"]
GONE = (
    "sessions",
    "viewings",
    "session_films",
    "logins",
    "keys",
    "shares",
    "views",
    "repairs",
    "phone_links",
    "recovery_codes",
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


@pytest.fixture
async def share(client: AsyncClient, settings: Settings, database_url: str) -> str:
    """Ada is signed in, with an export, a link to it, a view and a key; Bob administers as well. The link's address."""
    await sign_up(client)
    session = (await upload(client, BEFORE)).json()["session_id"]
    await commands.run(commands.create("Bob", PASSWORD, is_admin=True), settings, database_url)
    made = await client.post(f"/api/session/{session}/shares", json={"pages": ["films"], "name": "To me"})
    await client.post(f"/api/session/{session}/views", json={"name": "Best", "filters": "rating=5"})
    return f"/s/{made.json()['token']}/films"


async def count(engine: AsyncEngine, tables: Sequence[str]) -> list[int]:
    async with engine.connect() as db:
        return [(await db.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables]


async def make_key(client: AsyncClient) -> dict[str, str]:
    page = (await client.post("/account/keys", data={"name": "k", "may": "all"})).text
    found = re.search(r'value="(kg_[^"]+)"', page)
    assert found
    return {"Authorization": f"Bearer {found[1]}"}


async def test_until_the_days_are_over_nobody_sees_it_and_signing_in_keeps_it(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, share: str
) -> None:
    session = (await client.get("/api/account")).json()["sessions"][0]["id"]
    key = await make_key(client)
    phone = browsers()
    await phone.post("/signin", data={"name": "Ada", "password": PASSWORD})
    addresses = (share, f"/session/{session}", f"/api/session/{session}", f"/session/{session}/films")
    stranger = browsers()
    assert [(await stranger.get(address)).status_code for address in addresses] == [200] * 4
    assert (await stranger.get(f"/api/session/{session}/report", headers=key)).status_code == 200

    asked = words((await client.get("/account/delete")).text)
    assert "With it goes 1 export" in asked and "1 link stops working." in asked and "After 7 days" in asked
    done = await client.post("/account/delete")
    assert (done.status_code, done.headers["clear-site-data"]) == (303, '"cache", "storage"')
    assert "is deleted in 7 days" in (await client.get("/")).text
    assert [(await each.get("/api/account")).status_code for each in (client, phone)] == [401, 401]
    assert [(await stranger.get(address)).status_code for address in addresses] == [404] * 4
    sent = {"files": (BEFORE.name, BEFORE.content)}
    assert (await stranger.post("/api/upload", headers=key, files=sent)).status_code == 401
    await jobs.delete_left_accounts(engine)
    assert (await count(engine, ("sessions", "accounts", "shares", "keys"))) == [1, 2, 1, 1]

    back = await phone.post("/signin", data={"name": "ada", "password": PASSWORD})
    assert back.status_code == 303
    assert "your account and everything in it stay" in (await phone.get("/account")).text
    assert [(await stranger.get(address)).status_code for address in addresses] == [200] * 4
    assert (await stranger.get(f"/api/session/{session}/report", headers=key)).status_code == 200
    await jobs.delete_left_accounts(engine)
    assert (await count(engine, ("sessions", "accounts"))) == [1, 2]


async def test_then_all_of_it_goes_in_portions(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, share: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "ROWS_AT_ONCE", 2)
    await upload(client, AFTER)
    await make_key(client)
    other = browsers()
    kept = (await upload(other, BEFORE)).json()["session_id"]
    await client.post("/account/delete")
    async with engine.begin() as db:
        await db.execute(text("UPDATE owners SET leaves_at = now() - interval '1 second' WHERE leaves_at > now()"))
    await jobs.delete_left_accounts(engine)
    assert await count(engine, ("accounts", "owners")) == [1, 2]  # Bob, and whoever has no account
    assert await count(engine, GONE[3:]) == [0] * len(GONE[3:])
    async with engine.connect() as db:
        assert str((await db.execute(text("SELECT id FROM sessions"))).scalar_one()) == kept
    late = await other.post("/signin", data={"name": "Ada", "password": PASSWORD})
    assert late.status_code == 401
    assert await sign_up(browsers(), "Ada", await invite(engine)) != []  # the name is free again


async def invite(engine: AsyncEngine) -> str:
    from kinograph.accounts import store

    async with engine.begin() as db:
        return await store.make_invitation(db)


async def test_who_signs_in_too_late_finds_no_way_back(engine: AsyncEngine, client: AsyncClient, share: str) -> None:
    async with engine.begin() as db:
        owner_id = (await db.execute(text("SELECT owner_id FROM accounts WHERE folded = 'ada'"))).scalar_one()
        await leaving.end_account(db, owner_id)
    async with engine.begin() as db:
        assert not await leaving.come_back(db, owner_id)
    assert (await client.get(share)).status_code == 404


async def test_without_days_it_goes_at_once(client: AsyncClient, web: FastAPI, engine: AsyncEngine, share: str) -> None:
    web.state.settings = replace(web.state.settings, deletion_days=0)
    assert "gone at once and for good" in (await client.get("/account/delete")).text
    await client.post("/account/delete")
    assert "Your account and everything in it are deleted." in (await client.get("/")).text
    assert (await client.get(share)).status_code == 404
    assert (await client.post("/signin", data={"name": "Ada", "password": PASSWORD})).status_code == 401
    await jobs.delete_left_accounts(engine)
    assert await count(engine, GONE) == [0] * len(GONE)


async def test_the_api_deletes_for_a_password_or_a_login_of_the_last_minutes(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, share: str
) -> None:
    key = await make_key(client)
    assert (await client.request("DELETE", "/api/account", headers=key)).status_code == 403
    assert (await browsers().delete("/api/account")).status_code == 401
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = proven_at - interval '11 minutes'"))
    assert (await client.delete("/api/account")).status_code == 403
    wrong = await client.request("DELETE", "/api/account", json={"password": "not this one"})
    assert wrong.status_code == 401
    done = await client.request("DELETE", "/api/account", json={"password": PASSWORD})
    assert (done.status_code, done.headers["clear-site-data"]) == (204, '"cache", "storage"')
    assert (await client.get("/api/account")).status_code == 401
    assert (await client.post("/api/login", json={"name": "Ada", "password": PASSWORD})).status_code == 204
    assert (await client.delete("/api/account")).status_code == 204


async def test_the_last_that_administers_stays(
    client: AsyncClient, browsers: Browsers, settings: Settings, database_url: str, share: str
) -> None:
    bob = browsers()
    await bob.post("/api/login", json={"name": "Bob", "password": PASSWORD})
    assert (await client.delete("/api/account")).status_code == 204
    # Bob has nothing uploaded.
    assert "With it go all corrections and keys." in words((await bob.get("/account/delete")).text)
    refused = await bob.delete("/api/account")  # whoever is leaving administers no more
    assert (refused.status_code, "the only administrator" in refused.text) == (409, True)
    with pytest.raises(leaving.LastAdmin):
        await commands.run(commands.set_admin("Bob", is_admin=False), settings, database_url)
    with pytest.raises(leaving.LastAdmin):
        await commands.run(commands.remove("Bob"), settings, database_url)
    await commands.run(commands.remove("Ada"), settings, database_url)
    await commands.run(commands.remove("Bob"), settings, database_url)  # the last of all
    assert await commands.run(commands.list_all, settings, database_url) == "There are no accounts."


async def test_what_was_deleted_by_command_is_gone_when_it_ends(
    engine: AsyncEngine, settings: Settings, database_url: str, share: str
) -> None:
    await commands.run(commands.remove("ada"), settings, database_url)
    assert await count(engine, GONE) == [0] * len(GONE)


async def test_all_exports_come_as_one_zip(client: AsyncClient, browsers: Browsers, web: FastAPI) -> None:
    older = (await upload(client, BEFORE)).json()["session_id"]
    await upload(client, AFTER)
    answer = await client.get("/account/everything.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert names == ["kinograph-everything-2024-12-24.json", "kinograph-everything-2024-10-03.json"]
        told = packed.read(names[1])
    assert told == (await client.get(f"/session/{older}/everything.json")).content
    assert (await client.head("/account/everything.zip")).headers["content-type"] == "application/zip"
    nobody = await browsers().get("/account/everything.zip")
    assert (nobody.status_code, nobody.headers["location"].startswith("/signin")) == (303, True)


async def test_the_zip_is_made_an_export_at_a_time(client: AsyncClient, web: FastAPI, engine: AsyncEngine) -> None:
    await upload(client, BEFORE)
    await upload(client, AFTER)
    parts = []
    async with client.stream("GET", "/account/everything.zip") as answer:
        async for part in answer.aiter_raw():
            parts.append(len(part))
            # Nothing is held while the browser takes what there is.
            assert web.state.engine.pool.checkedout() == 0
    assert len(parts) >= 1 and sum(parts) > 1_000
