"""Passwords of accounts: new ones, forgotten ones and guessed ones."""

from __future__ import annotations

import asyncio
import json

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands
from kinograph.sessions import hashing
from kinograph.settings import Settings
from tests.accounts.test_accounts import ANOTHER, PASSWORD, Browsers, browsers, settings, sign_up

__all__ = ["browsers", "settings"]


async def test_a_new_password_needs_the_old_one_and_ends_other_logins(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    other = browsers()
    await other.post("/signin", data={"name": "Ada", "password": PASSWORD})
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = proven_at - interval '11 minutes'"))
    for address in ("/account/password", "/account/codes", "/account/delete"):
        asked = await client.post(address, data={"password": ANOTHER})
        assert (asked.status_code, asked.headers["location"].partition("?")[0]) == (303, "/account/prove")
    assert (await client.post("/account/prove", data={"password": "wrong"})).status_code == 401
    proven = await client.post("/account/prove", data={"password": PASSWORD, "back": "//evil.example"})
    assert proven.headers["location"] == "/"
    assert (await client.post("/account/password", data={"password": ANOTHER})).status_code == 303
    assert (await client.get("/api/account")).status_code == 200
    assert (await other.get("/api/account")).status_code == 401
    assert (await other.post("/signin", data={"name": "Ada", "password": PASSWORD})).status_code == 401
    assert (await other.post("/signin", data={"name": "Ada", "password": ANOTHER})).status_code == 303


async def test_a_recovery_code_sets_a_new_password_once(client: AsyncClient, browsers: Browsers) -> None:
    codes = await sign_up(client)
    lost = browsers()
    given = {"name": "Ada", "code": codes[3].upper().replace("-", " "), "password": ANOTHER}
    assert (await lost.post("/recover", data=given | {"code": "0000-0000-0000-0000"})).status_code == 401
    assert (await lost.post("/recover", data=given | {"password": "short"})).status_code == 422
    assert (await lost.post("/recover", data=given)).status_code == 303
    assert (await lost.get("/api/account")).json()["name"] == "Ada"
    assert (await client.get("/api/account")).status_code == 401  # all others are signed out
    assert (await browsers().post("/recover", data=given)).status_code == 401
    assert "9 recovery codes are left" in (await lost.get("/account")).text


async def test_a_reset_link_needs_no_code(
    client: AsyncClient, browsers: Browsers, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    path = (await commands.run(commands.reset("ada"), settings, database_url)).removeprefix(settings.local_url)
    lost = browsers()
    assert (await lost.get(path)).status_code == 200
    assert (await lost.get(path.replace("/reset/", "/signup?invite="))).status_code == 403
    assert (await lost.post(path, data={"password": ANOTHER})).status_code == 303
    assert (await lost.get("/api/account")).status_code == 200
    assert (await lost.post(path, data={"password": PASSWORD})).status_code == 403


async def test_passwords_are_guessed_in_vain_and_nobody_is_locked_out_by_others(
    client: AsyncClient, browsers: Browsers, caplog: pytest.LogCaptureFixture
) -> None:
    await sign_up(client)
    known = browsers()
    await known.post("/signin", data={"name": "Ada", "password": PASSWORD})
    await known.post("/signout")
    stranger = browsers()
    with caplog.at_level("WARNING"):
        guesses = [
            (await stranger.post("/signin", data={"name": "Ada", "password": f"guess {n}"})).status_code
            for n in range(11)
        ]
    assert guesses == [401] * 10 + [429]
    assert "guess" not in caplog.text and "127.0.0.1" in caplog.text
    assert (await stranger.post("/signin", data={"name": "Ada", "password": PASSWORD})).status_code == 429
    assert (await known.post("/signin", data={"name": "Ada", "password": PASSWORD})).status_code == 303


async def test_nonsense_is_a_wrong_login(client: AsyncClient) -> None:
    await sign_up(client)
    for name in ("\ud800", "a\0b", "x" * 5_000):
        body = json.dumps({"name": name, "password": "\ud800"})
        answer = await client.post("/api/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 401, 422), (name[:5], answer.text)
    client.cookies.clear()
    answer = await client.post("/signin", data={"name": "Ada", "password": "x"}, headers={b"Cookie": b"known=\xe9"})
    assert answer.status_code == 401


async def test_many_sign_in_at_once(client: AsyncClient, browsers: Browsers) -> None:
    """More than there are connections: none is held while another is waited for."""
    await sign_up(client)
    comers = [browsers() for _ in range(8)]
    done = await asyncio.gather(*(each.post("/signin", data={"name": "Ada", "password": PASSWORD}) for each in comers))
    assert [each.status_code for each in done] == [303] * 8
    done = await asyncio.gather(*(each.post("/account/prove", data={"password": PASSWORD}) for each in comers))
    assert [each.status_code for each in done] == [303] * 8
    wrong = {"name": "Ada", "code": "x", "password": ANOTHER}
    done = await asyncio.gather(*(browsers().post("/recover", data=wrong) for _ in range(8)))
    assert [each.status_code for each in done] == [401] * 8


async def test_an_unknown_name_costs_a_hash_as_well(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []

    async def counted(known: str, password: str) -> bool:
        hashed.append(known)
        return False

    monkeypatch.setattr(hashing, "is_right", counted)
    assert (await client.post("/signin", data={"name": "nobody", "password": "x"})).status_code == 401
    assert len(hashed) == 1 and hashed[0].startswith("$argon2id$")
