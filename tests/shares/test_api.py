"""Making, listing, changing and ending shares by program."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.shares import cleanup
from tests.sessions.export_files import FILM, table, zipped
from tests.sessions.test_api import upload
from tests.shares.conftest import Shared, browser

ALL = ["", "patterns", "genres", "people", "world", "ratings", "year", "films", "lists", "collections", "story"]
SHOWS = {
    "stars": True, "likes": False, "watchlist": False, "tags": False, "lists": False, "reviews": False, "compare": False
}  # fmt: skip


def days_left(share: dict[str, Any]) -> int:
    left = datetime.fromisoformat(share["expires_at"]) - datetime.now(UTC)
    return round(left / timedelta(days=1))


async def test_what_is_not_said_takes_its_default(shared: Shared) -> None:
    answer = await shared.ask()
    token = answer.json()["token"]
    assert (answer.status_code, answer.json()) == (
        201,
        {"token": token, "url": f"http://127.0.0.1:8000/s/{token}"},
    )
    assert len(token) == 22
    (share,) = (await shared.owner.get(f"/api/session/{shared.id}/shares")).json()
    assert days_left(share) == 90
    assert share == answer.json() | {
        "name": "All pages",
        "pages": ALL,
        "filters": "",
        "has_password": False,
        "shows": SHOWS,
        "follow": False,
        "created_at": share["created_at"],
        "expires_at": share["expires_at"],
        "revoked_at": None,
        "open": True,
        "visits": [],
    }


async def test_what_is_said_is_kept_in_one_way(shared: Shared) -> None:
    answer = await shared.ask(
        name="  For\u202e \n Mira ",
        pages=["films", "year", "year"],
        filters="?viewed=2024&genre=Drama&genre=Drama&count=hours",
        password="e\u0301",
        days=None,
        shows={"stars": False, "likes": True},
        follow=True,
    )
    assert answer.json()["url"].endswith("/year")
    share = await shared.share(f"/s/{answer.json()['token']}")
    kept = ("name", "pages", "filters", "has_password", "expires_at", "follow", "shows")
    assert {name: share[name] for name in kept} == {
        "name": "For Mira",
        "pages": ["year", "films"],
        "filters": "viewed=2024&genre=Drama",
        "has_password": True,
        "expires_at": None,
        "follow": True,
        "shows": SHOWS | {"stars": False, "likes": True},
    }


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"pages": ["settings"]}, "“settings” is not a page that can be shared."),
        ({"pages": []}, "Choose at least one page."),
        ({"filters": "mood=good"}, "“mood=good” is no filter."),
        ({"filters": "viewed=never"}, "“viewed=never” is no filter."),
        ({"filters": "drama"}, "“drama” is no filter."),
        ({"filters": "&".join(f"genre=G{n}" for n in range(25))}, "A link has at most 24 filters."),
        ({"filters": "genre=a%00b"}, "“filters” holds characters"),
        ({"days": 0}, "Days are a whole number from 1 to 3,650"),
        ({"days": 3651}, "Days are a whole number from 1 to 3,650"),
        ({"days": "90"}, "“days” must be a whole number."),
        ({"days": True}, "“days” must be a whole number."),
        ({"name": "x" * 101}, "The name has more than 100 characters."),
        ({"name": "a\0b"}, "“name” holds characters"),
        ({"password": ""}, "A password has 1 to 1,000 characters."),
        ({"password": "x" * 1001}, "A password has 1 to 1,000 characters."),
        ({"shows": {"sins": True}}, "is not known here."),
        ({"shows": ["sins"]}, "“sins” cannot be shown or hidden."),
        ({"follow": "yes"}, "“follow”"),
        ({"mood": 1}, "“mood” is not known here."),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(shared: Shared, asked: dict[str, Any], sentence: str) -> None:
    answer = await shared.ask(**asked)
    assert (answer.status_code, sentence in answer.json()["error"]) == (422, True), answer.text
    assert (await shared.owner.get(f"/api/session/{shared.id}/shares")).json() == []


async def test_what_is_no_token_and_no_text_is_refused(shared: Shared) -> None:
    address = f"/api/session/{shared.id}/shares"
    for token in ("%00", "a" * 21 + "%00", "a" * 23, "%F0%9F%98%80"):
        for method, path in (("PATCH", address), ("DELETE", address), ("GET", f"/session/{shared.id}/shares")):
            assert (await shared.owner.request(method, f"{path}/{token}", json={})).status_code == 404
    answer = await shared.owner.post(
        address, content=rb'{"password": "\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, "“password” holds characters" in answer.json()["error"]) == (422, True)


async def test_a_share_is_its_owners_alone(shared: Shared, web: FastAPI) -> None:
    share = await shared.make()
    address = f"/api/session/{shared.id}/shares"
    named = f"{address}/{share.removeprefix('/s/')}"
    async with browser(web) as other:
        theirs = (await upload(other, zipped(watched=table(FILM, "2024-01-01,Ran,1985,")))).json()["session_id"]
        for method, path in (("GET", address), ("POST", address), ("PATCH", named), ("DELETE", named)):
            assert (await other.request(method, path, json={})).status_code == 403
            assert (await shared.visitor.request(method, path, json={})).status_code == 403
        for method in ("PATCH", "DELETE"):
            answer = await other.request(method, f"/api/session/{theirs}/shares/{share.removeprefix('/s/')}", json={})
            assert (answer.status_code, "None of your links" in answer.json()["error"]) == (404, True)
    assert (await shared.visitor.get(share)).status_code == 200


async def test_a_revoked_share_is_gone_at_once_and_listed_for_a_month(shared: Shared, engine: AsyncEngine) -> None:
    share = await shared.make()
    named = f"/api/session/{shared.id}/shares/{share.removeprefix('/s/')}"
    assert (await shared.owner.delete(named)).status_code == 204
    assert (await shared.visitor.get(share)).status_code == 404
    assert (await shared.owner.delete(named)).status_code == 204
    assert (await shared.share(share))["open"] is False
    async with engine.begin() as db:
        assert await cleanup.delete_old(db) == 0
        await db.execute(text("UPDATE shares SET revoked_at = now() - interval '31 days'"))
    assert (await shared.owner.get(f"/api/session/{shared.id}/shares")).json() == []
    async with engine.begin() as db:
        assert await cleanup.delete_old(db) == 1


async def test_a_change_changes_what_is_named(shared: Shared) -> None:
    share = await shared.make(pages=["films"], filters="viewed=2024", days=7, password="old", shows={"likes": True})
    before = await shared.share(share)
    named = f"/api/session/{shared.id}/shares/{share.removeprefix('/s/')}"
    after = (await shared.owner.patch(named, json={"name": "New", "pages": ["genres"], "password": None})).json()
    assert after == before | {
        "name": "New",
        "pages": ["genres"],
        "has_password": False,
        "url": before["url"].replace("films", "genres"),
    }
    assert [(await shared.visitor.get(f"{share}/{page}")).status_code for page in ("films", "genres")] == [404, 200]
    assert days_left((await shared.owner.patch(named, json={"days": 30})).json()) == 30


async def test_an_owner_has_at_most_a_hundred_open_ones(shared: Shared, engine: AsyncEngine) -> None:
    last = await shared.make()
    copied = (
        "INSERT INTO shares (token, owner_id, session_id, name, pages, filters, shows, expires_at)"
        " SELECT n, owner_id, session_id, name, pages, filters, shows, expires_at FROM shares, generate_series(1, 98) n"
    )
    async with engine.begin() as db:
        await db.execute(text(copied))
    asked = await asyncio.gather(*(shared.ask() for _ in range(3)))
    assert sorted(answer.status_code for answer in asked) == [201, 409, 409]
    named = f"/api/session/{shared.id}/shares/{last.removeprefix('/s/')}"
    over = {"token": last.removeprefix("/s/")}
    async with engine.begin() as db:
        await db.execute(text("UPDATE shares SET expires_at = now() - interval '1 day' WHERE token = :token"), over)
    assert (await shared.ask()).status_code == 201
    assert (await shared.owner.patch(named, json={"name": "Over"})).status_code == 200
    assert (await shared.owner.patch(named, json={"days": 3})).status_code == 409


async def test_one_that_follows_shows_the_newest_export_and_outlives_the_older(shared: Shared, web: FastAPI) -> None:
    stays, follows = await shared.make(), await shared.make(follow=True)
    newer = zipped(watched=table(FILM, "2024-01-01,Brand New,2024,"))
    newest = (await upload(shared.owner, newer)).json()["session_id"]

    async def shown(share: str) -> tuple[int, bool]:
        answer = await shared.visitor.get(f"{share}/films.csv")
        return answer.status_code, "Brand New" in answer.text

    assert (await shown(stays), await shown(follows)) == ((200, False), (200, True))
    listed = (await shared.owner.get(f"/api/session/{newest}/shares")).json()
    assert [f"/s/{share['token']}" for share in listed] == [follows]
    assert (await shared.owner.delete(f"/api/session/{shared.id}")).status_code == 204
    assert (await shown(stays), await shown(follows)) == ((404, False), (200, True))


async def opened(visitor: AsyncClient, path: str, **headers: str) -> Response:
    return await visitor.get(path, headers=headers)


async def test_pages_that_others_open_are_counted_and_nothing_else(shared: Shared, engine: AsyncEngine) -> None:
    share = await shared.make(pages=["", "films"])
    await opened(shared.visitor, share)
    await opened(shared.visitor, f"{share}/films?q=x")
    for path in ("/genres", "/films.csv", "/status"):
        await opened(shared.visitor, share + path)
    for headers in (
        {"Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0)"},
        {"Accept": "text/html"},
        {"Sec-Fetch-Dest": "empty"},
    ):
        await opened(shared.visitor, share, **headers)
    await shared.visitor.head(share)
    await shared.owner.get(share)
    today = datetime.now(UTC).date().isoformat()
    assert (await shared.share(share))["visits"] == [{"day": today, "visits": 2}]
    async with engine.connect() as db:
        columns = await db.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = 'share_visits' ORDER BY 1")
        )
    assert columns.scalars().all() == ["day", "share_id", "visits"]


async def test_a_closed_session_is_there_for_its_owner_and_through_shares(web: FastAPI, shared: Shared) -> None:
    share = await shared.make()
    addresses = [f"{prefix}/session/{shared.id}{end}" for prefix, ends in OF_SESSION.items() for end in ends]
    assert {(await shared.visitor.get(path)).status_code for path in addresses} == {200}
    gone = await shared.visitor.get("/session/00000000-0000-0000-0000-000000000001")
    closed = await shared.owner.put(f"/api/session/{shared.id}/access", json={"closed": True})
    assert (closed.status_code, closed.json()) == (200, {"closed": True})
    assert {(await shared.visitor.get(path)).status_code for path in addresses} == {404}
    assert {(await shared.owner.get(path)).status_code for path in addresses} == {200}
    told = (await shared.visitor.get(f"/session/{shared.id}")).text
    assert told.replace(shared.id, "") == gone.text.replace("00000000-0000-0000-0000-000000000001", "")
    assert (await shared.visitor.delete(f"/api/session/{shared.id}")).status_code == 404
    assert (await shared.visitor.get(share)).status_code == 200
    await shared.owner.put(f"/api/session/{shared.id}/access", json={"closed": False})
    assert (await shared.visitor.get(f"/session/{shared.id}")).status_code == 200


OF_SESSION = {
    "": ("", "/genres", "/films", "/films.csv", "/diary.csv", "/settings", "/year/2024"),
    "/api": ("", "/status", "/summary", "/movies", "?include=everything"),
}
