"""A web server that nobody asks any more gives back what it can do without."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.operator.durations import Durations
from kinograph.web import background
from kinograph.web.connections import LISTENING

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def until_connected(url: str, count: int) -> None:
    """What is closed takes PostgreSQL a moment."""
    db = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(30):
            while await db.fetchval(CONNECTIONS) != count:
                await asyncio.sleep(0.02)
    finally:
        await db.close()


@pytest.mark.usefixtures("sampled")
async def test_at_rest_it_has_only_the_connection_that_listens(
    web: FastAPI, client: AsyncClient, database_url: str
) -> None:
    page = await client.get("/sample")

    assert await background.rest(web)

    await until_connected(database_url, LISTENING)
    assert (await client.get("/sample/genres")).status_code == page.status_code == 200


async def test_it_does_not_rest_while_a_connection_is_in_use(web: FastAPI) -> None:
    async with web.state.engine.connect() as db:
        assert not await background.rest(web)
        await db.exec_driver_sql("SELECT 1")


async def test_it_rests_once_after_each_stretch_of_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[int] = []
    refusals = 1

    async def rest(*_: Any) -> bool:
        rests.append(background.count_asked(durations))
        return len(rests) > refusals

    async def until_rested(times: int) -> None:
        async with asyncio.timeout(30):
            while len(rests) < times:
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)  # enough for many more looks

    durations = Durations()
    monkeypatch.setattr(background, "rest", rest)
    app: Any = SimpleNamespace(state=SimpleNamespace(durations=durations))
    resting = asyncio.create_task(background.rest_when_quiet(app, quiet=0, looked_after=0.001))
    try:
        await until_rested(2)
        assert rests == [0, 0]  # the first time it was refused
        durations.count("/healthz", 200, 0.1)
        durations.count("/metrics", 200, 0.1)
        await asyncio.sleep(0.05)
        assert rests == [0, 0]
        durations.count("/sample", 200, 0.1)
        await until_rested(3)
        assert rests == [0, 0, 1]
    finally:
        resting.cancel()
