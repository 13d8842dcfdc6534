"""Passkeys, and what must not pass for one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import commands, passkey_routes, passkeys
from kinograph.accounts.passkey_place import Place, find_place
from kinograph.sessions.throttle import Throttle
from kinograph.settings import Settings
from tests.accounts.authenticator import IS_SYNCED, MAY_SYNC, PRESENT, VERIFIED, Authenticator, encode
from tests.accounts.test_accounts import ANOTHER, PASSWORD, Browsers, browsers, settings, sign_up
from tests.accounts.test_phone import make_link
from tests.changes.test_api import BEFORE
from tests.changes.test_page import words
from tests.sessions.test_api import upload

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


LAPTOP = Place("http://localhost:8000", "localhost")


@pytest.mark.parametrize(
    ("host", "public_url", "place"),
    [
        ("127.0.0.1", None, LAPTOP),
        ("localhost", None, LAPTOP),
        ("::1", None, LAPTOP),
        ("0.0.0.0", None, None),
        ("192.168.1.7", None, None),
        ("0.0.0.0", "https://films.example", Place("https://films.example", "films.example")),
        ("0.0.0.0", "https://films.example:443", Place("https://films.example", "films.example")),
        ("0.0.0.0", "https://films.example:8443", Place("https://films.example:8443", "films.example")),
        ("0.0.0.0", "http://films.example", None),
        ("0.0.0.0", "https://192.168.1.7", None),
        ("0.0.0.0", "https://[::1]:8000", None),
        ("127.0.0.1", "http://127.0.0.1:8000", None),
        ("0.0.0.0", "http://localhost:8000", LAPTOP),
        ("0.0.0.0", "http://films.localhost", Place("http://films.localhost", "films.localhost")),
    ],
)
def test_the_settings_alone_say_where_passkeys_belong(
    settings: Settings, host: str, public_url: str | None, place: Place | None
) -> None:
    assert find_place(replace(settings, host=host, port=8000, public_url=public_url)) == place


async def test_where_no_browser_has_passkeys_nobody_is_offered_one(client: AsyncClient, web: FastAPI) -> None:
    await sign_up(client)
    key = Authenticator()
    await add(client, key)
    web.state.settings = replace(web.state.settings, host="192.168.1.7", public_url="http://films.example")
    for path in ("/signin", "/account/prove"):
        assert 'data-behavior="passkey"' not in (await client.get(path)).text
    page = words((await client.get("/account")).text)
    assert "My phone" in page and "Add a passkey" not in page  # it can still be removed
    asked = await client.post("/api/login/passkey/options", json={})
    assert (asked.status_code, "they need https" in asked.text) == (404, True)
    forged = await client.post("/api/login/passkey/options", json={}, headers={"Host": "localhost:8000"})
    assert forged.status_code == 404


async def test_behind_https_the_challenges_cookie_is_this_hosts(client: AsyncClient, web: FastAPI) -> None:
    web.state.settings = replace(web.state.settings, public_url="https://films.example")
    asked = await client.post(
        "/api/login/passkey/options", json={}, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    )
    assert asked.json()["rpId"] == "films.example"
    (cookie,) = asked.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-challenge=") and "Secure" in cookie and "Path=/" in cookie
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Max-Age=300" in cookie


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
