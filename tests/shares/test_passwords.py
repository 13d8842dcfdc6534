"""The password of a share: who knows it is let in, for how long, and how often others may guess."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions import hashing
from kinograph.settings import Settings
from tests import applications
from tests.shares.conftest import Shared, browser

PASSWORD = "Élan & Ünder"


@pytest.fixture
async def locked(shared: Shared) -> str:
    return await shared.make(password=PASSWORD)


async def test_whoever_knows_it_is_let_in_where_they_wanted_to_go(shared: Shared, locked: str) -> None:
    asked = await shared.visitor.get(f"{locked}/films?q=x")
    assert asked.status_code == 401
    assert f'name="back" value="{locked}/films' in asked.text and f'action="{locked}"' in asked.text
    decomposed = PASSWORD.replace("É", "E\u0301").replace("Ü", "U\u0308")
    answer = await shared.visitor.post(locked, data={"password": decomposed, "back": f"{locked}/films"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{locked}/films")
    cookie = answer.headers["set-cookie"]
    assert f"Path={locked}" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    assert "lan" not in cookie and shared.id not in cookie
    assert (await shared.visitor.get(locked)).status_code == 200


async def test_it_leads_there_after_a_wrong_one_too(shared: Shared) -> None:
    locked = await shared.make(password=PASSWORD, pages=["films"])
    wrong = await shared.visitor.post(locked, data={"password": "x", "back": f"{locked}/films?q=y"})
    assert (wrong.status_code, f'name="back" value="{locked}/films?q=y"' in wrong.text) == (401, True)
    assert (await shared.visitor.post(locked, data={"password": PASSWORD})).headers["location"] == f"{locked}/films"


async def test_it_leads_to_no_address_but_its_own(shared: Shared, locked: str) -> None:
    for back in (
        "https://elsewhere.example",
        "//elsewhere.example",
        f"{locked}x",
        f"/session/{shared.id}",
        "",
        "\r\nx",
    ):
        answer = await shared.visitor.post(locked, data={"password": PASSWORD, "back": back})
        assert answer.headers["location"] == locked


async def test_the_cookie_opens_no_other_share_nor_another_password(shared: Shared, locked: str) -> None:
    await shared.visitor.post(locked, data={"password": PASSWORD})
    key = shared.visitor.cookies["share"]
    other = await shared.make(password=PASSWORD)
    for path, status in ((locked, 200), (other, 401)):
        shared.visitor.cookies.clear()
        assert (await shared.visitor.get(path, headers={"Cookie": f"share={key}"})).status_code == status
    named = f"/api/session/{shared.id}/shares/{locked.removeprefix('/s/')}"
    await shared.owner.patch(named, json={"password": PASSWORD})
    assert (await shared.visitor.get(locked, headers={"Cookie": f"share={key}"})).status_code == 401


async def test_who_guesses_is_stopped_everywhere_at_once(
    shared: Shared, locked: str, settings: Settings, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """Two processes count together; another network is let in, and so is this one ten minutes later."""
    web = applications.create(settings)
    async with web.router.lifespan_context(web), browser(web) as second:
        with caplog.at_level(logging.WARNING, logger="kinograph.shares"):
            guesses = [client.post(locked, data={"password": "x"}) for client in (shared.visitor, second) * 7]
            statuses = sorted(answer.status_code for answer in await asyncio.gather(*guesses))
        assert statuses == [401] * 10 + [429] * 4
        assert [record.getMessage().startswith("a password for share") for record in caplog.records] == [True] * 14
        stopped = await second.post(locked, data={"password": PASSWORD})
    assert (stopped.status_code, stopped.headers["retry-after"].isdecimal()) == (429, True)
    assert "Too many passwords were tried. Try again in 10 min." in stopped.text and 'name="password"' in stopped.text
    async with engine.begin() as db:
        of_network = text("SELECT sender FROM throttles WHERE what = 'password of share from network'")
        senders = (await db.execute(of_network)).scalars().all()
        assert [b"127.0.0.1" in sender for sender in senders] == [False]
        await db.execute(text("UPDATE throttles SET began_at = began_at - interval '601 seconds'"))
    assert (await shared.visitor.post(locked, data={"password": PASSWORD})).status_code == 303
    async with engine.connect() as db:
        left = await db.execute(text("SELECT what, times FROM throttles WHERE what LIKE 'password%'"))
        assert [tuple(row) for row in left] == [("password of share", 0)]


@pytest.mark.usefixtures("own_hasher")
async def test_no_more_than_two_are_hashed_at_once(
    shared: Shared, locked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    is_right = hashing._is_right

    def counted(known: str, password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            return is_right(known, password)
        finally:
            running -= 1

    monkeypatch.setattr(hashing, "_is_right", counted)
    await asyncio.gather(*(shared.visitor.post(locked, data={"password": "x"}) for _ in range(8)))
    assert most == 2


@pytest.mark.usefixtures("own_hasher")
async def test_the_hash_is_argon2id_and_nothing_else_is_kept(shared: Shared, locked: str, engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        row = (await db.execute(text("SELECT * FROM shares"))).one()
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "lan" not in str(row)


async def test_a_long_one_is_wrong_and_none_is_needed_for_an_open_share(shared: Shared, locked: str) -> None:
    assert (await shared.visitor.post(locked, data={"password": "x" * 5_000})).status_code == 401
    assert (await shared.visitor.post(locked)).status_code == 401
    free = await shared.make()
    answer = await shared.visitor.post(free, data={"password": "x"})
    assert (answer.status_code, answer.headers["location"], "set-cookie" in answer.headers) == (303, free, False)


@pytest.fixture
async def behind_https(settings: Settings) -> AsyncIterator[FastAPI]:
    web = applications.create(replace(settings, public_url="https://films.example"))
    async with web.router.lifespan_context(web):
        yield web


async def test_behind_https_the_cookie_is_secure_and_the_address_whole(
    shared: Shared, locked: str, behind_https: FastAPI
) -> None:
    async with browser(behind_https, cookies=dict(shared.owner.cookies)) as owner:
        made = await owner.post(f"/api/session/{shared.id}/shares", json={}, headers={"Host": "films.example"})
        assert made.json()["url"] == f"https://films.example/s/{made.json()['token']}"
        unlocked = await owner.post(locked, data={"password": PASSWORD}, headers={"Host": "films.example"})
        assert "Secure" in unlocked.headers["set-cookie"]
