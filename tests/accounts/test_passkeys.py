"""Passkeys, and what must not pass for one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands
from kinograph.settings import Settings
from tests.accounts.authenticator import IS_SYNCED, MAY_SYNC, PRESENT, VERIFIED, Authenticator, encode
from tests.accounts.test_accounts import ANOTHER, PASSWORD, Browsers, browsers, settings, sign_up
from tests.changes.test_page import words

__all__ = ["browsers", "settings"]

REFUSED = "This passkey opens no account here."


async def add(browser: AsyncClient, key: Authenticator, name: str = "My phone", **changed: Any) -> Response:
    asked = await browser.post("/api/account/passkeys/options", json={})
    assert asked.status_code == 200, asked.text
    credential = key.make(asked.json(), **changed)
    return await browser.post("/api/account/passkeys", json={"credential": credential, "name": name})


async def enter(browser: AsyncClient, key: Authenticator, back: str = "/account", **changed: Any) -> Response:
    asked = await browser.post("/api/login/passkey/options", json={})
    assert asked.status_code == 200, asked.text
    return await browser.post("/api/login/passkey", json={"credential": key.use(asked.json(), **changed), "back": back})


async def rows(engine: AsyncEngine, sql: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as db:
        return [tuple(row) for row in await db.execute(text(sql))]


async def age_proofs(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = now() - interval '11 minutes'"))


async def test_a_passkey_is_added_listed_and_signs_in(client: AsyncClient, browsers: Browsers) -> None:
    await sign_up(client)
    key = Authenticator(flags=PRESENT | VERIFIED | MAY_SYNC | IS_SYNCED)
    added = await add(client, key, "  My\n phone\u202e ")
    assert (added.status_code, added.json()) == (200, {"to": "/account#passkeys"})
    told = words((await client.get("/account")).text)
    assert "My phone since" in told and "never used · on several devices" in told

    other = browsers()
    asked = (await other.post("/api/login/passkey/options", json={})).json()
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("localhost", "required", [])
    entered = await enter(other, key, "/session/x?page=2")
    assert (entered.status_code, entered.json()) == (200, {"to": "/session/x?page=2"})
    assert (await other.get("/api/account")).json()["name"] == "Ada"
    assert "My phone since" in words((await other.get("/account")).text)
    assert "last used" in words((await client.get("/account")).text)
    # It counts as a proof.
    assert "New password" in (await other.get("/account")).text
    # Elsewhere than here nobody is sent.
    assert (await enter(browsers(), key, "https://evil.example/")).json() == {"to": "/"}


async def test_a_browser_is_asked_for_a_passkey_that_is_found_and_locked(client: AsyncClient) -> None:
    await sign_up(client)
    first, second = Authenticator(), Authenticator()
    await add(client, first)
    asked = (await client.post("/api/account/passkeys/options", json={})).json()
    assert asked["rp"] == {"name": "Kinograph", "id": "localhost"}
    assert (asked["user"]["name"], asked["attestation"]) == ("Ada", "none")
    selected = asked["authenticatorSelection"]
    assert (selected["residentKey"], selected["userVerification"]) == ("required", "required")
    assert [each["id"] for each in asked["excludeCredentials"]] == [encode(first.credential_id)]
    await add(client, second)
    assert first.handle == second.handle and len(first.handle) == 32


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        (Authenticator(flags=PRESENT), {}),  # nobody's finger, face or code
        (Authenticator(flags=VERIFIED), {}),  # nobody there
        (Authenticator(), {"origin": "http://127.0.0.1:8000"}),
        (Authenticator(), {"origin": "https://localhost:8000"}),
        (Authenticator(), {"origin": "http://localhost:8000.evil.example"}),
        (Authenticator(host="127.0.0.1"), {}),
        (Authenticator(), {"challenge": encode(bytes(32))}),
        (Authenticator(), {"type": "webauthn.create", "challenge": encode(bytes(32))}),
    ],
    ids=[
        "not verified",
        "nobody there",
        "another address",
        "another scheme",
        "a longer host",
        "another place",
        "another challenge",
        "another purpose",
    ],
)
async def test_what_is_signed_elsewhere_or_by_nobody_is_refused(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, key: Authenticator, changed: dict[str, str]
) -> None:
    await sign_up(client)
    added = await add(client, key, **changed)
    assert (added.status_code, "could not be added" in added.text) == (422, True)
    good = Authenticator(credential_id=key.credential_id, key=key.key)
    assert (await add(client, good)).status_code == 200
    key.handle = good.handle
    other = browsers()
    entered = await enter(other, key, **changed)
    assert (entered.status_code, entered.json()["error"]) == (401, REFUSED)
    assert "login" not in other.cookies
    assert await rows(engine, "SELECT used_at FROM passkeys") == [(None,)]


async def test_what_was_signed_once_is_worth_nothing_more(client: AsyncClient, browsers: Browsers) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    other = browsers()
    asked = (await other.post("/api/login/passkey/options", json={})).json()
    brought = {"credential": key.use(asked)}
    challenge = other.cookies["challenge"]
    assert (await other.post("/api/login/passkey", json=brought)).status_code == 200
    thief = browsers()
    for cookies in ({}, {"challenge": challenge}):
        thief.cookies.update(cookies)
        again = await thief.post("/api/login/passkey", json=brought)
        assert (again.status_code, "took too long" in again.text) == (401, True)
    # Not even for the same challenge a second time, wrongly signed at first.
    asked = (await thief.post("/api/login/passkey/options", json={})).json()
    wrong, right = key.use(asked, origin="https://evil.example"), key.use(asked)
    assert (await thief.post("/api/login/passkey", json={"credential": wrong})).status_code == 401
    assert (await thief.post("/api/login/passkey", json={"credential": right})).status_code == 401
    assert "login" not in thief.cookies


async def test_a_challenge_is_for_one_browser_one_purpose_and_five_minutes(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    victim, thief = browsers(), browsers()
    asked = (await victim.post("/api/login/passkey/options", json={})).json()
    await thief.post("/api/login/passkey/options", json={})
    stolen = await thief.post("/api/login/passkey", json={"credential": key.use(asked)})
    assert (stolen.status_code, stolen.json()["error"]) == (401, REFUSED)
    # What was asked for to sign in proves nothing, and the other way round.
    asked = (await client.post("/api/login/passkey/options", json={})).json()
    assert (await client.post("/api/account/proof", json={"credential": key.use(asked)})).status_code == 401
    asked = (await client.post("/api/account/proof/options", json={})).json()
    assert (await client.post("/api/login/passkey", json={"credential": key.use(asked)})).status_code == 401
    asked = (await victim.post("/api/login/passkey/options", json={})).json()
    async with engine.begin() as db:
        await db.execute(text("UPDATE challenges SET expires_at = now() - interval '1 second'"))
    late = await victim.post("/api/login/passkey", json={"credential": key.use(asked)})
    assert (late.status_code, "took too long" in late.text) == (401, True)
    await victim.post("/api/login/passkey/options", json={})
    assert await rows(engine, "SELECT count(*) FROM challenges") == [(1,)]  # what is over is gone


async def test_a_passkey_proves_its_own_account_alone(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    await commands.run(commands.create("Bob", PASSWORD, is_admin=False), settings, database_url)
    bob = browsers()
    await bob.post("/signin", data={"name": "Bob", "password": PASSWORD})
    hers, his = Authenticator(), Authenticator()
    await add(client, hers)
    await add(bob, his)
    await age_proofs(engine)
    for refused in (
        await client.post("/api/account/passkeys/options", json={}),
        await client.post("/api/account/passkeys", json={"credential": {}}),
    ):
        assert (refused.status_code, "more than ten minutes" in refused.text) == (403, True)
    asked = (await client.post("/api/account/proof/options", json={})).json()
    assert [each["id"] for each in asked["allowCredentials"]] == [encode(hers.credential_id)]
    by_him = await client.post("/api/account/proof", json={"credential": his.use(asked)})
    assert (by_him.status_code, by_him.json()["error"]) == (401, REFUSED)
    assert await rows(engine, "SELECT count(*) FROM logins WHERE proven_at > now() - interval '1 minute'") == [(0,)]
    assert await rows(engine, "SELECT count(*) FROM passkeys WHERE used_at IS NOT NULL") == [(0,)]
    # A key that says it is hers, of his account.
    his.handle = hers.handle
    assert (await enter(browsers(), his)).status_code == 401

    asked = (await client.post("/api/account/proof/options", json={})).json()
    proven = await client.post("/api/account/proof", json={"credential": hers.use(asked), "back": "/account#safety"})
    assert (proven.status_code, proven.json()) == (200, {"to": "/account#safety"})
    assert (await client.post("/account/password", data={"password": ANOTHER})).status_code == 303
    assert (await bob.get("/api/account")).json()["name"] == "Bob"


async def test_a_passkey_belongs_to_one_account(
    client: AsyncClient, browsers: Browsers, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    await commands.run(commands.create("Bob", PASSWORD, is_admin=False), settings, database_url)
    bob = browsers()
    await bob.post("/signin", data={"name": "Bob", "password": PASSWORD})
    key = Authenticator()
    await add(client, key)
    assert (await add(bob, replace(key))).status_code == 422
    assert (await enter(browsers(), key)).status_code == 200


async def test_removed_it_opens_nothing_and_only_its_owner_removes_it(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    await sign_up(client)
    await commands.run(commands.create("Bob", PASSWORD, is_admin=False), settings, database_url)
    bob = browsers()
    await bob.post("/signin", data={"name": "Bob", "password": PASSWORD})
    key = Authenticator()
    await add(client, key)
    (n,) = re.findall(r"/account/passkeys/(\d+)/remove", (await client.get("/account")).text)
    await bob.post(f"/account/passkeys/{n}/remove")
    assert (await enter(browsers(), key)).status_code == 200
    await age_proofs(engine)
    later = await client.post(f"/account/passkeys/{n}/remove")
    assert (later.status_code, later.headers["location"]) == (303, "/account/prove")
    assert f"/account/passkeys/{n}/remove" not in (await client.get("/account")).text
    await client.post("/account/prove", data={"password": PASSWORD})
    assert (await client.post(f"/account/passkeys/{n}/remove")).status_code == 303
    assert await rows(engine, "SELECT id FROM passkeys") == []
    gone = await enter(browsers(), key)
    assert (gone.status_code, gone.json()["error"]) == (401, REFUSED)


async def test_a_passkey_that_counts_backward_is_told_to_its_owner_and_proves_nothing(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    await sign_up(client)
    key = Authenticator(counts=True, count=6)
    await add(client, key)
    assert (await enter(browsers(), key)).status_code == 200
    copy = replace(key, count=3)
    doubtful = browsers()
    assert (await enter(doubtful, copy)).status_code == 200
    assert "counted backward" in caplog.text
    assert "Change them" in words((await doubtful.get("/account")).text)  # in, and asked for a proof
    assert "it counted backward, as a copy would" in words((await client.get("/account")).text)
    asked = (await doubtful.post("/api/account/proof/options", json={})).json()
    again = replace(copy, count=1)
    assert (await doubtful.post("/api/account/proof", json={"credential": again.use(asked)})).status_code == 401
    # A key that was reset is not locked out for ever.
    assert (await enter(browsers(), again)).status_code == 200
    assert await rows(engine, "SELECT sign_count, warned_at IS NOT NULL FROM passkeys") == [(3, True)]


async def test_what_is_no_passkey_at_all_is_refused_in_a_sentence(client: AsyncClient, browsers: Browsers) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    other = browsers()
    asked = (await other.post("/api/login/passkey/options", json={})).json()
    fine = key.use(asked)
    for credential in (
        {},
        {"id": 7},
        {"id": "é"},
        {"id": "A" * 5000},
        {"id": fine["id"]},
        fine | {"type": "password"},
        fine | {"rawId": "AAAA"},
        fine | {"response": []},
        fine | {"response": fine["response"] | {"userHandle": None}},
        fine | {"response": fine["response"] | {"userHandle": 7}},
        fine | {"response": fine["response"] | {"userHandle": ""}},
        fine | {"response": fine["response"] | {"signature": "AAAA"}},
        fine | {"response": fine["response"] | {"authenticatorData": "AAAA"}},
        fine | {"response": fine["response"] | {"clientDataJSON": encode(b"[]")}},
        fine | {"response": fine["response"] | {"clientDataJSON": encode(b"\xff\0")}},
    ):
        await other.post("/api/login/passkey/options", json={})
        refused = await other.post("/api/login/passkey", json={"credential": credential})
        assert (refused.status_code, refused.json()["error"]) == (401, REFUSED), credential
    broken: list[dict[str, Any]] = [{}, {"credential": []}, {"credential": "x"}]
    for brought in broken:
        assert (await other.post("/api/login/passkey", json=brought)).status_code == 422
    for credential in (
        {},
        {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"attestationObject": "oA"}},
    ):
        await client.post("/api/account/passkeys/options", json={})
        refused = await client.post("/api/account/passkeys", json={"credential": credential})
        assert refused.status_code == 422, credential
