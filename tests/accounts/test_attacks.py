"""What somebody who means harm, or two who come at once, may try at accounts."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands, registration, store
from kinograph.accounts.leaving import LastAdmin, leave
from kinograph.accounts.names import BadName, clean
from kinograph.layout.preferences import need_local_path
from kinograph.sessions import hashing, keys
from kinograph.sessions.throttle import Throttle, TooMany
from kinograph.settings import Settings
from tests.accounts.test_accounts import ANOTHER, PASSWORD, Browsers, browsers, sign_up
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


@pytest.mark.parametrize(
    "back",
    (
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\\..\\..",
        "/\0",
        "https://evil.example",
    ),
)
def test_no_other_host_stands_behind_what_browsers_pass_over(back: str) -> None:
    assert need_local_path(back) == "/"


def test_addresses_of_ours_stay() -> None:
    for back in ("/account", "/session/1?year=2024&q=a%20b#films", "/films?q=Amélie"):
        assert need_local_path(back) == back


@pytest.mark.parametrize("how", ("password", "sign out others", "code", "administrator"))
async def test_a_link_for_the_phone_ends_with_the_logins(client: AsyncClient, browsers: Browsers, how: str) -> None:
    """Whoever had made one before would be signed in again."""
    codes = await sign_up(client)
    link = await make_link(client)
    if how == "password":
        await client.post("/account/password", data={"password": ANOTHER})
    elif how == "code":
        data = {"name": "Ada", "code": codes[0], "password": ANOTHER}
        assert (await browsers().post("/recover", data=data)).status_code == 303
    elif how == "administrator":
        number = re.search(r"/admin/accounts/(\d+)", (await client.get("/admin")).text)
        assert number
        await client.post(f"/admin/accounts/{number[1]}/logins/end")
    else:
        await client.post("/account/logins/end")
    assert (await browsers().post(link)).status_code == 404


async def test_a_link_to_reset_ends_with_a_new_password(
    client: AsyncClient, browsers: Browsers, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    link = (await commands.run(commands.reset("Ada"), settings, database_url)).partition("8000")[2]
    await client.post("/account/password", data={"password": ANOTHER})
    assert (await browsers().post(link, data={"password": PASSWORD})).status_code == 403


async def test_the_login_that_a_link_replaces_ends(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await upload(client, BEFORE)
    phone = browsers()
    for _ in range(2):
        await phone.post(await make_link(client))
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM logins")) == 1


async def test_without_passwords_none_deletes_an_account(
    client: AsyncClient, web: FastAPI, settings: Settings, engine: AsyncEngine
) -> None:
    await sign_up(client)
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = NULL"))
    web.state.settings = replace(settings, password_login=False)
    assert (await client.request("DELETE", "/api/account", json={"password": PASSWORD})).status_code == 403
    assert (await client.get("/api/account")).status_code == 200


async def test_numbers_that_no_row_has_are_not_found(client: AsyncClient) -> None:
    await sign_up(client)
    for path in ("logins/{}/end", "keys/{}/revoke", "identities/{}/unlink", "passkeys/{}/remove"):
        assert (await client.post(f"/account/{path.format(1 << 63)}")).status_code in (404, 422), path


async def wait_for_lock(engine: AsyncEngine) -> None:
    """Until somebody waits for a row that another has."""
    async with engine.connect() as db, asyncio.timeout(20):
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not await db.scalar(text(waits)):
            await db.rollback()
            await asyncio.sleep(0.02)


async def test_what_is_uploaded_while_the_token_is_adopted_is_not_refused(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    stranger = browsers()
    await upload(stranger, BEFORE)
    async with engine.begin() as db:
        ids = "SELECT id FROM owners ORDER BY token_hash IS NULL"
        theirs, ours = (await db.execute(text(ids))).scalars().all()
        await store.adopt(db, owner_id=theirs, by=ours)
        sending = asyncio.create_task(upload(stranger, AFTER))
        await wait_for_lock(engine)
    sent = await sending
    assert (sent.status_code, bool(sent.json()["owner_token"])) == (201, True)


async def test_keys_asked_for_at_once_are_not_more_than_may_be(
    client: AsyncClient, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    monkeypatch.setattr(keys, "MOST", 1)
    answers = await asyncio.gather(*(client.post("/account/keys", data={"name": "n"}) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 5


async def test_a_browser_that_comes_back_with_many_requests_at_once_waits_for_no_connection(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    await sign_up(client)
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET seen_at = now() - interval '1 day'"))
    answers = await asyncio.gather(*(client.get("/account") for _ in range(30)))
    assert {each.status_code for each in answers} == {200}


async def test_of_two_that_administer_and_leave_at_once_one_stays(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    await commands.run(commands.create("Bob", PASSWORD, is_admin=True), settings, database_url)
    bob = browsers()
    await bob.post("/api/login", json={"name": "Bob", "password": PASSWORD})
    left = await asyncio.gather(*(each.request("DELETE", "/api/account") for each in (client, bob)))
    assert sorted(each.status_code for each in left) == [204, 409]


async def test_whoever_was_made_the_only_one_meanwhile_stays(client: AsyncClient, engine: AsyncEngine) -> None:
    await sign_up(client)
    async with engine.begin() as db:
        known = await store.find_by_name(db, "Ada")
        assert known
        with pytest.raises(LastAdmin):
            await leave(db, replace(known, is_admin=False), days=7)


@pytest.mark.parametrize("name", ("\u3164", "\u115fAda", "\u2800", "\u00ad", "\u202eAda"))
def test_no_name_holds_what_is_not_seen(name: str) -> None:
    with pytest.raises(BadName):
        clean(name)


async def test_a_quota_with_noughts_before_it_is_that_number(client: AsyncClient, engine: AsyncEngine) -> None:
    await sign_up(client)
    number = re.search(r"/admin/accounts/(\d+)", (await client.get("/admin")).text)
    assert number
    for typed, status in (("0000000000007", 303), ("0" * 12 + "1000001", 422)):
        answer = await client.post(f"/admin/accounts/{number[1]}/quotas", data={"exports": typed})
        assert answer.status_code == status
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT max(quota_exports) FROM owners")) == 7
