"""A worker at a small TMDB, beside the web application that people use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, working
from tests.sessions.export_files import DIARY, FILM, RATING, table


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb() as tmdb:
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)


@pytest.fixture
async def worker(worker_settings: Settings) -> AsyncIterator[None]:
    async with working(worker_settings):
        yield


@dataclass(frozen=True)
class Owned:
    """A session, and what its owner asks of it."""

    client: AsyncClient
    id: str
    token: str

    async def get(self, path: str) -> Any:
        return (await self.client.get(f"/api/session/{self.id}{path}", headers=self.headers)).json()

    async def put(self, n: int, **match: object) -> Any:
        answer = await self.client.put(f"/api/session/{self.id}/films/{n}/match", json=match, headers=self.headers)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    async def undo(self, n: int) -> Any:
        return (await self.client.delete(f"/api/session/{self.id}/films/{n}/match", headers=self.headers)).json()

    async def counts(self) -> tuple[int, int]:
        status = await self.get("/status")
        return status["enriched_count"], status["unmatched_count"]

    async def version(self) -> str:
        version: str = (await self.get("/status"))["version"]
        return version

    async def page(self, path: str = "", **parameters: str) -> str:
        address = f"/session/{self.id}{path}"
        return (await self.client.get(address, params=parameters, headers=self.headers)).text

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


Send = Callable[..., Awaitable[Owned]]


@pytest.fixture
def send(client: AsyncClient, engine: AsyncEngine) -> Send:
    """Uploads films given as "Title,Year,Link", as a new owner or as one who has a token; waits until all are settled
    unless told not to."""

    async def sent(*films: str, token: str | None = None, wait: bool = True, **more: bytes) -> Owned:
        client.cookies.clear()
        uploads = [Upload("watched.csv", table(FILM, *(f"2024-01-01,{film}" for film in films)))]
        uploads += [Upload(f"{name}.csv", content) for name, content in more.items()]
        answer = await client.post(
            "/api/upload",
            files=[("files", (each.name, each.content)) for each in uploads],
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        assert answer.status_code in (200, 201), answer.text
        client.cookies.clear()
        body = answer.json()
        if wait:
            await completed(engine, body["session_id"])
        return Owned(client, body["session_id"], body["owner_token"])

    return sent


def diary(*entries: str) -> bytes:
    """Entries as "Title,Year,Link of the entry,Day"."""
    rows = (entry.rsplit(",", 1) for entry in entries)
    return table(DIARY, *(f"2024-01-01,{named},,,,{day}" for named, day in rows))


def ratings(*films: str) -> bytes:
    """Films as "Title,Year,Link,Stars"."""
    return table(RATING, *(f"2024-01-01,{film}" for film in films))
