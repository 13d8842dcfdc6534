"""An export in which whatever may be hidden has a name of its own, its owner, and somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films import catalogue
from kinograph.films.facts import Facts, PersonFacts
from kinograph.films.models import Source
from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.test_api import upload

INSIDE, OUTSIDE = 7, 8
"""The directors of the film within the filter, and of one outside of it."""

EXPORT = zipped(
    watched=table(FILM, "2024-01-01,Inside,1985,", "2023-01-01,Secret Outsider,1967,", "2024-01-01,Also Inside,1990,"),
    ratings=table(RATING, "2024-01-01,Inside,1985,,3.5", "2023-01-01,Secret Outsider,1967,,1.5"),
    diary=table(
        DIARY,
        "2024-03-01,Inside,1985,,3.5,,secret cellar,2024-03-01",
        "2024-03-05,Also Inside,1990,,,,,2024-03-05",
        "2023-02-01,Secret Outsider,1967,,1.5,,,2023-02-01",
    ),
    reviews=table(REVIEW, "2024-03-01,Inside,1985,,3.5,,secret words,2024-03-01,"),
    likes__films=table(FILM, "2024-01-01,Inside,1985,"),
    watchlist=table(FILM, "2024-01-01,Secret Wish,2001,"),
    lists__secret_list=table(
        "Letterboxd list export v7", LIST, "2024-01-01,Secret list,,,", "", PLACES, "1,Inside,1985,,", "2,Never,1999,,"
    ),
)


@dataclass(frozen=True)
class Shared:
    """A session with its owner's browser, and that of somebody else."""

    id: str
    owner: AsyncClient
    visitor: AsyncClient

    async def ask(self, **asked: Any) -> Response:
        return await self.owner.post(f"/api/session/{self.id}/shares", json=asked)

    async def make(self, **asked: Any) -> str:
        """The address of a new share."""
        answer = await self.ask(**asked)
        assert answer.status_code == 201, answer.text
        return f"/s/{answer.json()['token']}"

    async def share(self, address: str) -> dict[str, Any]:
        """As the list has it."""
        found = (await self.owner.get(f"/api/session/{self.id}/shares")).json()
        return next(share for share in found if f"/s/{share['token']}" == address)


def browser(web: FastAPI, **more: Any) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000", **more)


@pytest.fixture
async def visitor(web: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browser(web) as stranger:
        yield stranger


@pytest.fixture
async def shared(client: AsyncClient, visitor: AsyncClient, engine: AsyncEngine) -> Shared:
    return await send(client, visitor, engine, EXPORT)


async def send(client: AsyncClient, visitor: AsyncClient, engine: AsyncEngine, export: Upload) -> Shared:
    session_id = (await upload(client, export)).json()["session_id"]
    for title, director in (("Inside", INSIDE), ("Secret Outsider", OUTSIDE)):
        await look_up(engine, title, PersonFacts(director, f"{title} Director"))
    return Shared(session_id, client, visitor)


async def look_up(engine: AsyncEngine, title: str, director: PersonFacts) -> None:
    """As the worker would, with facts of our own."""
    facts = Facts(
        "movie", director.id, None, title, title, "ja", None, 90, genres=("Drama",), crew={"directors": (director,)}
    )
    async with engine.begin() as db:
        facts_id = await catalogue.store_facts(db, facts, source=Source.TMDB)
        await db.execute(
            text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
            {"id": facts_id, "title": title},
        )
