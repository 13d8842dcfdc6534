"""Every address for everybody who may come to it; a new one fails here until it is placed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from kinograph.accounts import commands
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
    r"|/account/phone|/account/adopt|/account/keys|/signin/(header|name|openid|openid/back)|/hidden-lists|/api/login/passkey.*"
)
# Whoever has the address of a session.
ADDRESS = re.compile(
    r"(GET|HEAD) (/api)?/session/\{session_id\}(/(status|movies|summary|patterns|genres|people|world|ratings|settings"
    r"|year(/\{year\})?|person/\{person\}(/left)?|watchlist|films|films.csv|diary.csv|lists(/\{name\}(/missing.csv)?)?|collections|token|report|(year/\{year\}/)?story"
    r"|(.+/)?(picture(.png)?|filter(.json)?)|(year/\{year\}/)?report(.pdf)?))?"
)
# The owner of a session alone.
OWNER = re.compile(
    r"GET /session/\{session_id\}/(changes|reading|letterboxd.zip|imdb.csv|everything.json|share.png|shares.*|repair.*)"
    r"|GET /session/\{session_id\}/(with.*|views)"
    r"|POST /session/\{session_id\}/(delete|retry|repair/\{n\}|token|shares.*|views.*|access|with)"
    r"|POST /session/\{session_id\}/lists.*|POST (/api)?/session/\{session_id\}/person/\{person\}/left"
    r"|\w+ /api/session/\{session_id\}/(report|changes|with/.*|repairs|films/.*|shares.*|views.*|access|retry)"
    r"|DELETE /api/session/\{session_id\}"
)
# Whoever has exports here, of those alone.
HOLDER = re.compile(
    r"GET /(me|account|account/everything.zip|api/me/widget)|POST /account/(phone|keys.*)"
    r"|(GET|POST) /account/exports/.*"
)
# Whoever is signed in with an account.
ACCOUNT = re.compile(
    r"GET /account/(prove|delete)|POST /account/(adopt|prove.*|identities/.*|password|codes|logins/.*|delete)"
    r"|(GET|DELETE) /api/account|POST (/api)?/account/passkeys.*|POST /api/account/proof.*"
)
# Whoever administers.
ADMIN = re.compile(r"(GET|POST) /admin(/.*)?")
PLACES = (("owner", OWNER), ("holder", HOLDER), ("account", ACCOUNT), ("admin", ADMIN), ("address", ADDRESS))
ACCOUNTS = {"other", "admin", "account"}
# What keys open, of the owner's: a read-only one GET alone. All else is no program's.
KEYS = re.compile(
    r"/api/(upload|me/.*|session/\{session_id\}(?!/(shares|access)).*)"
    r"|/session/\{session_id\}/(.*/)?(letterboxd.zip|imdb.csv|everything.json|films.csv|diary.csv|report.pdf|with/\{other\}/filter.json)"
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
async def visitors(
    client: AsyncClient, web: FastAPI, settings: Settings, database_url: str, sampled: str
) -> dict[str, Visitor]:
    """Nobody; who has only the address of a session; an owner by a token; two accounts and one that administers, each
    with an export; and two keys of the first account, whose session all others come to."""
    found = [Visitor("nobody", {}), Visitor("address", {})]
    sent = await upload(client, BEFORE)
    found.append(Visitor("owner", {"Cookie": f"owner={client.cookies['owner']}"}, sent.json()["session_id"]))
    for name, is_admin in (("other", False), ("admin", True), ("account", False)):
        await commands.run(commands.create(name, PASSWORD, is_admin=is_admin), settings, database_url)
        client.cookies.clear()
        await client.post("/api/login", json={"name": name, "password": PASSWORD})
        session = (await upload(client, AFTER)).json()["session_id"]
        found.append(Visitor(name, {"Cookie": f"login={client.cookies['login']}"}, session))
    for name, may in (("read-only key", "read"), ("full key", "all")):
        page = (await client.post("/account/keys", data={"name": name, "may": may})).text
        key = re.search(r'value="(kg_[^"]+)"', page)
        assert key
        found.append(Visitor(name, {"Authorization": f"Bearer {key[1]}"}, session))
    client.cookies.clear()
    return {each.name: each for each in found}


async def ask(client: AsyncClient, method: str, address: Address, visitor: Visitor, session: str) -> Response:
    body = dict.fromkeys(fields(address), "1")
    path = address.at(session_id=session)
    if method in ("PUT", "PATCH", "POST") and path.startswith("/api/"):
        answer = await client.request(method, path, headers=visitor.headers, json={})
    elif "files" in body:
        answer = await client.request(method, path, headers=visitor.headers, files={"files": ("list.csv", b"Title\n")})
    else:
        answer = await client.request(method, path, headers=visitor.headers, data=body or None)
    client.cookies.clear()
    return answer


def place(method: str, address: Address) -> str:
    """Who may come to an address, by the patterns above."""
    said = f"{method} {address.path}"
    for name, pattern in (
        ("owner", OWNER),
        ("holder", HOLDER),
        ("account", ACCOUNT),
        ("admin", ADMIN),
        ("address", ADDRESS),
    ):
        if pattern.fullmatch(said):
            return name
    return "everybody" if EVERYBODY.fullmatch(address.path) else ""


def all_of(web: FastAPI) -> list[tuple[str, Address]]:
    return [(method, each) for each in addresses(web) for method in sorted(each.methods) if method != "HEAD"]


async def test_every_address_is_placed(web: FastAPI) -> None:
    assert [(method, each.path) for method, each in all_of(web) if not place(method, each)] == []


def may(visitor: str, method: str, address: Address) -> bool | None:
    """Whether somebody may come to an address, of the account's session; None where nothing depends on who comes."""
    where = place(method, address)
    if where == "everybody":
        return None
    if visitor.endswith("key"):
        if where == "address" and not address.path.startswith("/api/"):
            return None  # a page, which a key neither opens nor closes
        is_open = where in ("owner", "holder", "address") and bool(KEYS.fullmatch(address.path))
        return is_open and (method == "GET" or visitor == "full key")
    return {
        "address": visitor != "nobody",
        "owner": visitor == "account",
        "holder": visitor in {"owner", *ACCOUNTS},
        "account": visitor in ACCOUNTS,
        "admin": visitor == "admin",
    }[where]


def is_refused(answer: Response) -> bool:
    """Also where somebody who is not signed in is led to do so, or back from what is for whoever is."""
    led = answer.status_code == 303 and answer.headers["location"].startswith("/signin")
    return answer.status_code in REFUSED or led


async def test_everybody_comes_where_they_may_and_nowhere_else(
    client: AsyncClient, web: FastAPI, visitors: dict[str, Visitor]
) -> None:
    session = visitors["account"].session
    wrong, asked = [], 0
    # First all that is refused, whatever it would do; then, of what is allowed, all that changes nothing.
    for allowed in (False, True):
        for method, address in all_of(web):
            for visitor in visitors.values():
                if may(visitor.name, method, address) is not allowed or (allowed and method != "GET"):
                    continue
                if (
                    allowed and re.search(r"picture|/report(\.pdf)?$", address.path) and "/api/" not in address.path
                ):  # dear, and asked for by whoever may see the page
                    continue
                known = session if visitor.name != "nobody" else str(uuid4())
                answer = await ask(client, method, address, visitor, known)
                asked += 1
                is_gone = visitor.name == "nobody" and answer.status_code == 404
                is_led = address.path == "/account/adopt" and answer.headers.get("location") == "/account"
                if (is_refused(answer) or is_gone or (is_led and not allowed)) is allowed:
                    wrong.append((visitor.name, method, address.path, answer.status_code))
    assert wrong == []
    assert asked > 500
    assert (await client.get("/api/account", headers=visitors["account"].headers)).json()["sessions"][0][
        "id"
    ] == session


async def test_an_export_of_another_is_not_there(
    client: AsyncClient, web: FastAPI, visitors: dict[str, Visitor]
) -> None:
    exports = [(m, a) for m, a in all_of(web) if a.path.startswith("/account/exports/")]
    assert len(exports) == 2
    for method, address in exports:
        for name in ("owner", "other", "admin"):
            answer = await ask(client, method, address, visitors[name], visitors["account"].session)
            assert answer.status_code == 404


async def test_nobody_takes_part_in_anothers_account(client: AsyncClient, visitors: dict[str, Visitor]) -> None:
    owner, admin, other = (visitors[name] for name in ("owner", "admin", "other"))
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
