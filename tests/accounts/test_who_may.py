"""Every address for everybody who may come to it; a new one fails here until it is placed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from kinograph.accounts import commands
from kinograph.sample import session as sample
from kinograph.settings import Settings
from tests.accounts.test_accounts import PASSWORD
from tests.changes.test_api import AFTER, BEFORE
from tests.routes import Address, addresses
from tests.sessions.test_api import upload
from tests.test_requests import fields

# Whoever comes.
EVERYBODY = re.compile(
    r"/(sample|s/\{token\})(/.*)?|/|/how-counted|/theme|/language|/preferences|/manifest.webmanifest|/robots.txt"
    r"|/favicon.ico|/offline|/sw.js|/healthz|/metrics|/api/openapi.json|/api/upload|/upload|/share|/owner"
    r"|/api/account|/api/login|/api/logout|/signin|/signup|/signout|/recover|/reset/\{token\}|/phone/\{token\}"
    r"|/account/phone|/account/adopt|/account/keys|/signin/(header|name)"
)
# Whoever has the address of a session.
ADDRESS = re.compile(
    r"(GET|HEAD) (/api)?/session/\{session_id\}(/(status|movies|summary|patterns|genres|people|world|ratings|settings"
    r"|year(/\{year\})?|person/\{person\}|films|films.csv|diary.csv|token|report|(year/\{year\}/)?story"
    r"|(.+/)?picture(.png)?))?"
)
# The owner of a session alone.
OWNER = re.compile(
    r"GET /session/\{session_id\}/(changes|reading|share.png|shares.*|repair.*)"
    r"|POST /session/\{session_id\}/(delete|retry|repair/\{n\}|token|shares.*|access)"
    r"|\w+ /api/session/\{session_id\}/(report|changes|repairs|films/.*|shares.*|access|retry)"
    r"|DELETE /api/session/\{session_id\}"
)
# Whoever has exports here, of those alone.
HOLDER = re.compile(
    r"GET /(me|account|account/everything.zip)|POST /account/(phone|keys.*)|(GET|POST) /account/exports/.*"
)
# Whoever is signed in with an account.
ACCOUNT = re.compile(
    r"GET /account/(prove|delete)|POST /account/(adopt|prove.*|identities/.*|password|codes|logins/.*|delete)"
    r"|(GET|DELETE) /api/account"
)

REFUSED = {401, 403}


class Visitor(NamedTuple):
    name: str
    headers: dict[str, str]
    session: str = ""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


@pytest.fixture
async def visitors(client: AsyncClient, web: FastAPI, settings: Settings, database_url: str) -> list[Visitor]:
    """Nobody, an owner by a token, and two accounts of which the first administers; all but the first have exports."""
    await asyncio.to_thread(sample.seed, database_url)
    found = [Visitor("nobody", {})]
    sent = await upload(client, BEFORE)
    found.append(Visitor("owner", {"Cookie": f"owner={client.cookies['owner']}"}, sent.json()["session_id"]))
    for name, is_admin in (("admin", True), ("other", False)):
        await commands.run(commands.create(name, PASSWORD, is_admin=is_admin), settings, database_url)
        client.cookies.clear()
        await client.post("/api/login", json={"name": name, "password": PASSWORD})
        session = (await upload(client, AFTER)).json()["session_id"]
        found.append(Visitor(name, {"Cookie": f"login={client.cookies['login']}"}, session))
    client.cookies.clear()
    return found


async def ask(client: AsyncClient, method: str, address: Address, visitor: Visitor, session: str) -> Response:
    body = dict.fromkeys(fields(address), "1")
    path = address.at(session_id=session)
    if method in ("PUT", "PATCH", "POST") and path.startswith("/api/"):
        answer = await client.request(method, path, headers=visitor.headers, json={})
    else:
        answer = await client.request(method, path, headers=visitor.headers, data=body or None)
    client.cookies.clear()
    return answer


def place(method: str, address: Address) -> str:
    """Who may come to an address, by the patterns above."""
    said = f"{method} {address.path}"
    for name, pattern in (("owner", OWNER), ("holder", HOLDER), ("account", ACCOUNT), ("address", ADDRESS)):
        if pattern.fullmatch(said):
            return name
    return "everybody" if EVERYBODY.fullmatch(address.path) else ""


def all_of(web: FastAPI) -> list[tuple[str, Address]]:
    return [(method, each) for each in addresses(web) for method in sorted(each.methods) if method != "HEAD"]


async def test_every_address_is_placed(web: FastAPI) -> None:
    assert [(method, each.path) for method, each in all_of(web) if not place(method, each)] == []


async def test_a_session_is_its_owners_alone_where_it_should_be(
    client: AsyncClient, web: FastAPI, visitors: list[Visitor]
) -> None:
    for method, address in all_of(web):
        if place(method, address) != "owner":
            continue
        for owner in visitors[1:]:
            for visitor in visitors:
                if visitor is not owner:
                    answer = await ask(client, method, address, visitor, owner.session)
                    told = (method, address.path, owner.name, visitor.name, answer.status_code)
                    assert answer.status_code in REFUSED, told
    # And none of all that has changed anything; whose it is may do it.
    for owner in visitors[1:]:
        for method, address in all_of(web):
            if place(method, address) == "owner" and method == "GET":
                answer = await ask(client, method, address, owner, owner.session)
                assert answer.status_code not in REFUSED, (address.path, owner.name)


async def test_whoever_has_the_address_sees_the_pages(
    client: AsyncClient, web: FastAPI, visitors: list[Visitor]
) -> None:
    for method, address in all_of(web):
        if place(method, address) == "address" and "picture" not in address.path:
            for visitor in visitors:
                answer = await ask(client, method, address, visitor, visitors[2].session)
                assert answer.status_code not in REFUSED, (address.path, visitor.name)


async def test_what_is_of_accounts_asks_who_it_is(client: AsyncClient, web: FastAPI, visitors: list[Visitor]) -> None:
    nobody, owner, admin, other = visitors
    for method, address in all_of(web):
        where = place(method, address)
        if where == "holder":
            answer = await ask(client, method, address, nobody, admin.session)
            assert (answer.status_code, answer.headers.get("location", "").startswith("/signin")) == (303, True)
            for visitor in (owner, admin, other):
                answer = await ask(client, method, address, visitor, visitor.session)
                assert answer.status_code in (200, 303), (address.path, visitor.name)
        elif where == "account":
            for visitor in (nobody, owner):
                answer = await ask(client, method, address, visitor, admin.session)
                told = (method, address.path, visitor.name, answer.status_code)
                assert answer.status_code == 401 or address.path == "/account/adopt", told
    exports = [(m, a) for m, a in all_of(web) if a.path.startswith("/account/exports/")]
    assert len(exports) == 2
    for method, address in exports:
        for visitor in (owner, other):
            assert (await ask(client, method, address, visitor, admin.session)).status_code == 404


async def test_nobody_takes_part_in_anothers_account(client: AsyncClient, visitors: list[Visitor]) -> None:
    _, owner, admin, other = visitors
    told = (await client.get("/api/account", headers=other.headers)).json()
    assert (told["name"], told["admin"], [each["id"] for each in told["sessions"]]) == ("other", False, [other.session])
    for visitor in (owner, other):
        page = (await client.get("/account", headers=visitor.headers)).text
        assert admin.session not in page
        client.cookies.clear()
    # A token is none of an account's, whatever it is sent as.
    secret = admin.headers["Cookie"].removeprefix("login=")
    for headers in ({"Authorization": f"Bearer {secret}"}, {"Cookie": f"owner={secret}"}):
        assert (await client.get("/api/account", headers=headers)).status_code == 401
