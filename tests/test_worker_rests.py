"""A worker gives back what it can do without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from kinograph import database
from kinograph.jobs import Period
from kinograph.settings import Settings
from kinograph.worker import queue
from kinograph.worker.periods import RARE_SECONDS, Rounds, repeat
from kinograph.worker.picking import PacedQueue
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, until, working


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


@pytest.fixture
async def pooled(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = database.connect(database_url, pool_size=1, overflow=1)
    yield engine
    await engine.dispose()


def count_checks(tmdb: FakeTmdb) -> int:
    """How often a key was tried, as at the beginning of work."""
    return sum(each.path == "authentication" for each in tmdb.requests)


async def has_begun(tmdb: FakeTmdb, times: int) -> bool:
    return count_checks(tmdb) >= times


async def test_once_there_is_nothing_to_do_after_work_it_begins_anew_and_works_on(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(queue, "QUIET_LOOKED_AT_SECONDS", 0.01)
    given_back: list[int] = []
    monkeypatch.setattr(queue, "give_back", lambda: given_back.append(count_checks(tmdb)))
    with_key = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)
    async with working(with_key):
        await until(lambda: has_begun(tmdb, 1))
        await asyncio.sleep(0.2)  # in which it would have rested twice
        assert count_checks(tmdb) == 1

        await completed(engine, await store(engine, "Some Film,2001"))
        await until(lambda: has_begun(tmdb, 2))
        assert given_back == [1]  # after the work, before the next
        await completed(engine, await store(engine, "Another Film,2002"))


async def test_it_does_not_begin_anew_while_tmdb_is_away(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which would say that it is not, until films have been in vain once more for a while."""

    async def has_asked(times: int) -> bool:
        return len(tmdb.requests) - count_checks(tmdb) >= times

    monkeypatch.setattr(queue, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(queue, "QUIET_LOOKED_AT_SECONDS", 0.01)
    with_key = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)
    async with working(with_key):
        await until(lambda: has_begun(tmdb, 1))
        tmdb.outage = True
        session = await store(engine, "Some Film,2001")
        await until(lambda: has_asked(2))  # a second and more apart
        assert count_checks(tmdb) == 1
        tmdb.outage = False
        await completed(engine, session)
        await until(lambda: has_begun(tmdb, 2))


@pytest.mark.parametrize(("seconds", "kept"), [(RARE_SECONDS, 0), (RARE_SECONDS / 2, 1)])
async def test_connections_by_which_something_rare_was_done_are_closed(
    pooled: AsyncEngine, seconds: float, kept: int
) -> None:
    assert await count_after_a_round(pooled, seconds) == kept


async def test_connections_are_not_closed_while_one_is_in_use(pooled: AsyncEngine) -> None:
    async with pooled.connect() as other:
        assert await count_after_a_round(pooled, RARE_SECONDS) == 1
        await other.execute(text("SELECT 1"))


async def count_after_a_round(engine: AsyncEngine, seconds: float) -> int:
    """Connections that nobody uses, once a period has done something."""
    done = asyncio.Event()

    async def task(given: AsyncEngine) -> None:
        async with given.begin() as db:
            await db.execute(text("SELECT 1"))
        done.set()

    repeating = asyncio.create_task(repeat(Period(seconds, task), Rounds(engine)))
    await done.wait()
    for _ in range(100):  # turns of the loop until it waits for its next round
        await asyncio.sleep(0.001)
    repeating.cancel()
    with suppress(asyncio.CancelledError):
        await repeating
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedin()


async def test_the_queue_does_not_look_through_the_catalogue_which_its_connection_would_remember(
    database_url: str,
) -> None:
    """The revision of the tables says that they are as pgqueuer wants them: its own look finds nothing amiss."""
    asked: list[str] = []
    connection = await asyncpg.connect(database_url)
    try:
        await QueueManager(Queries(AsyncpgDriver(connection))).verify_structure()
        connection.add_query_logger(lambda record: asked.append(record.query))
        queue = PacedQueue(connection, count_waiting=lambda: 0, line=1)

        @queue.entrypoint("nothing")
        async def _(job: Job) -> None: ...

        running = asyncio.create_task(queue.run(batch_size=1, dequeue_timeout=timedelta(seconds=0.01)))
        while not any("FOR UPDATE" in query for query in asked):  # it takes jobs
            await asyncio.sleep(0.01)
        queue.shutdown.set()
        await running
    finally:
        await connection.close()
    assert [query for query in asked if "information_schema" in query or "pg_indexes" in query] == []
