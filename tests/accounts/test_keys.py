"""Keys with which programs act in an owner's name."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions import keys, owners
from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD
from tests.accounts.test_who_may import Visitor, all_of, ask
from tests.changes.test_api import AFTER, BEFORE
from tests.sessions.test_api import upload


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


async def make_key(client: AsyncClient, may: str) -> dict[str, str]:
    """The headers of a program that has a new key."""
    page = (await client.post("/account/keys", data={"name": "Homepage", "may": may})).text
    found = re.search(r'id="new-key" type="text" readonly value="([^"]+)"', page)
    assert found
    return {"Authorization": f"Bearer {html.unescape(found[1])}"}


async def test_a_key_reads_and_a_full_one_uploads(client: AsyncClient, engine: AsyncEngine) -> None:
    session = (await upload(client, BEFORE)).json()["session_id"]
    reading, full = await make_key(client, "read"), await make_key(client, "all")
    client.cookies.clear()
    for key in (reading, full):
        told = await client.get(f"/api/session/{session}/report", headers=key)
        assert told.status_code == 200
    assert (await client.delete(f"/api/session/{session}", headers=reading)).status_code == 403
    refused = await client.post("/api/upload", headers=reading, files={"files": (AFTER.name, AFTER.content)})
    assert (refused.status_code, "may only read" in refused.text) == (403, True)
    sent = await client.post("/api/upload", headers=full, files={"files": (AFTER.name, AFTER.content)})
    assert (sent.status_code, sent.json()["owner_token"], client.cookies.get("owner")) == (201, None, None)
    since = await client.get(f"/api/session/{sent.json()['session_id']}/changes?since={session}", headers=reading)
    assert since.status_code == 200
    assert (await client.delete(f"/api/session/{session}", headers=full)).status_code == 204
    async with engine.connect() as db:
        kept = (await db.execute(text("SELECT used_on, token_hash FROM keys"))).all()
    assert all(row.used_on and len(row.token_hash) == 32 for row in kept)


async def test_a_program_may_call_us_by_any_name_with_its_key_alone(client: AsyncClient) -> None:
    session = (await upload(client, BEFORE)).json()["session_id"]
    key = await make_key(client, "read")
    here = {"Host": "kinograph:8000"}
    report = f"/api/session/{session}/report"
    assert (await client.get(report, headers=here | key)).status_code == 200
    assert (await client.get("/healthz", headers=here)).status_code == 200
    # What the browser holds is of no use there, nor is what looks like a key.
    assert (await client.get(report, headers=here)).status_code == 400
    token = {"Authorization": f"Bearer {client.cookies['owner']}"}
    assert (await client.get(report, headers=here | token)).status_code == 400
    assert (await client.get(report, headers=here | {"Authorization": "Bearer kg_made-up"})).status_code == 401
    assert (await client.get("/", headers=here | key)).status_code == 403
    assert (await client.get("/metrics", headers=here)).status_code == 400


async def test_no_key_goes_past_what_is_for_programs(client: AsyncClient, web: FastAPI) -> None:
    session = (await upload(client, BEFORE)).json()["session_id"]
    program = Visitor("program", await make_key(client, "all"))
    client.cookies.clear()
    reached = set()
    for method, address in all_of(web):
        if (method, address.path) in (("DELETE", "/api/session/{session_id}"), ("GET", "/api/openapi.json")):
            continue
        answer = await ask(client, method, address, program, session)
        if "/account" in address.path or "/shares" in address.path or address.path.endswith(("/access", "/token")):
            told = (method, address.path, answer.status_code)
            assert answer.status_code in (303, 401, 403, 404, 422), told
            assert answer.status_code != 303 or "set-cookie" not in answer.headers, told
        elif answer.status_code == 200 and address.path.startswith(("/api/", "/session/")):
            reached.add(address.path)
    assert "/api/session/{session_id}/report" in reached
    pages = {path.removeprefix("/session/{session_id}") for path in reached if path.startswith("/session/")}
    assert {"/report.pdf", "/year/{year}/report.pdf"} <= pages
    assert (await client.get("/account", headers=program.headers)).status_code == 403
    assert (await client.post("/account/keys", headers=program.headers)).status_code == 403
    assert (await client.get(f"/api/session/{session}/shares", headers=program.headers)).status_code == 403


async def test_a_revoked_key_opens_nothing(client: AsyncClient) -> None:
    session = (await upload(client, BEFORE)).json()["session_id"]
    key = await make_key(client, "all")
    page = (await client.get("/account")).text
    assert key["Authorization"].split()[1] not in page  # it is shown once
    revoke = re.search(r'action="(/account/keys/\d+/revoke)"', page)
    assert revoke
    mine = dict(client.cookies)
    client.cookies.clear()
    await upload(client, AFTER)
    await client.post(revoke[1])  # somebody else's
    assert (await client.get(f"/api/session/{session}/report", headers=key)).status_code == 200
    client.cookies.clear()
    client.cookies.update(mine)
    await client.post(revoke[1])
    client.cookies.clear()
    assert (await client.get(f"/api/session/{session}/report", headers=key)).status_code == 401
    assert (await upload(client, AFTER, headers=key)).status_code == 401  # and makes no session of nobody's


async def test_an_account_proves_itself_before_it_gives_keys(client: AsyncClient, engine: AsyncEngine) -> None:
    await client.post("/api/account", json={"name": "Ada", "password": PASSWORD})
    key = await make_key(client, "all")
    sent = await client.post("/api/upload", headers=key, files={"files": (BEFORE.name, BEFORE.content)})
    told = (await client.get("/api/account")).json()["sessions"]
    assert [each["id"] for each in told] == [sent.json()["session_id"]]
    async with engine.begin() as db:
        await db.execute(text("UPDATE logins SET proven_at = now() - interval '11 minutes'"))
    asked = await client.post("/account/keys", data={"name": "x"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/account/prove?back=/account")


async def test_there_are_not_more_than_twenty(client: AsyncClient) -> None:
    await upload(client, BEFORE)
    for _ in range(keys.MOST):
        assert (await client.post("/account/keys", data={"name": "x" * 200})).status_code == 200
    assert (await client.post("/account/keys", data={"name": "one more"})).status_code == 409


async def test_no_token_of_a_browser_begins_as_a_key(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["kg_once-in-a-quarter-of-a-million", "another"])
    monkeypatch.setattr("kinograph.sessions.owners.secrets.token_urlsafe", lambda n: next(drawn))
    async with engine.begin() as db:
        assert (await owners.make_owner(db)).token == "another"
