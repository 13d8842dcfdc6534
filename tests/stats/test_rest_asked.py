"""Asking TMDB for a filmography: who may, how often, and what is said when it fails."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.corrections.conftest import tmdb, worker_settings
from tests.stats.test_rest import BETTER, KUROSAWA, RAN, ask, count_asked, keep, read_left, session

__all__ = ["session", "tmdb", "worker_settings"]


async def test_a_look_asks_nothing_and_nobody_but_the_owner_may(
    client: AsyncClient, engine: AsyncEngine, session: str
) -> None:
    stranger = {"Cookie": ""}
    await client.get(f"{session}/person/{KUROSAWA}/left")  # a form's address: nothing to open
    assert await count_asked(engine) == 0
    assert (await client.post(f"{session}/person/999/left")).status_code == 404
    assert await ask(client, session, headers={"Origin": "https://elsewhere.example"}) == 403
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert await ask(client, session, headers=stranger) == 403
    assert await read_left(client, session) == ""  # and is not offered it
    assert await count_asked(engine) == 0
    await keep(engine, RAN, BETTER)
    assert "1 of 2 films seen, 1 left." in await read_left(client, session)  # what is kept everybody may see
    client.cookies.update(cookies)
    assert await ask(client, session) == 303
    assert await count_asked(engine) == 0  # it is kept


async def fail(engine: AsyncEngine, reason: str) -> None:
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO questions (asked, answered_at, reason) VALUES (:asked, now(), :reason)"),
            {"asked": f"person/{KUROSAWA}", "reason": reason},
        )


async def test_a_failure_is_said_and_may_be_asked_again(client: AsyncClient, engine: AsyncEngine, session: str) -> None:
    await fail(engine, "unavailable")
    assert await read_left(client, session) == "Left to see TMDB did not answer. Ask again"
    async with engine.begin() as db:
        await db.execute(text("UPDATE questions SET answered_at = now() - interval '11 seconds'"))
    assert await ask(client, session) == 303
    assert "is being asked" in await read_left(client, session)


async def test_somebody_tmdb_no_longer_knows_is_not_asked_for_again(
    client: AsyncClient, engine: AsyncEngine, session: str
) -> None:
    await fail(engine, "not_found")
    said = await read_left(client, session)
    assert "TMDB no longer knows Akira Kurosawa by this number." in said and "Ask" not in said


@pytest.mark.parametrize(
    ("key_state", "said"),
    [
        ("no_key", "This needs TMDB, and this Kinograph has no key for it."),
        ("bad_key", "This needs TMDB, which refuses this Kinograph's key."),
    ],
)
async def test_without_a_working_key_nothing_is_asked(
    client: AsyncClient, engine: AsyncEngine, session: str, web: FastAPI, key_state: str, said: str
) -> None:
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', :state)"), {"state": key_state}
        )
    assert await read_left(client, session) == f"Left to see {said}"
    assert await ask(client, session) == 303
    assert await count_asked(engine) == 0


async def test_who_asks_too_much_is_refused_and_nothing_is_asked(
    client: AsyncClient, engine: AsyncEngine, session: str
) -> None:
    async with engine.begin() as db:
        await db.execute(
            text(
                "INSERT INTO throttles (what, sender, began_at, times) SELECT 'questions of owner',"
                " sha256((SELECT salt FROM throttle_salt) || convert_to(id::text, 'UTF8')), now(), 300 FROM owners"
            )
        )
    assert await ask(client, session) == 429
    assert await count_asked(engine) == 0


async def test_a_share_shows_and_asks_nothing(client: AsyncClient, engine: AsyncEngine, session: str) -> None:
    await keep(engine, RAN, BETTER)
    made = await client.post(f"/api{session}/shares", json={"pages": ["people"]})
    assert made.status_code == 201, made.text
    token = made.json()["token"]
    client.cookies.clear()
    page = await client.get(f"/s/{token}/person/{KUROSAWA}")
    assert page.status_code == 200 and "Akira Kurosawa" in page.text
    assert 'id="left"' not in page.text and "High and Low" not in page.text
    assert (await client.post(f"/s/{token}/person/{KUROSAWA}/left")).status_code in (404, 405)
    assert await count_asked(engine) == 0
