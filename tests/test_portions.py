"""Periods do their work in portions, which grow as long as each is done in a moment."""

from __future__ import annotations

import asyncio
from itertools import count

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.films import unnamed
from kinograph.films.catalogue import REFERENCES_LOCK
from kinograph.films.portions import Portion


@pytest.mark.parametrize(
    ("took", "sizes"),
    [
        ([0.001] * 5, [10, 20, 40, 80, 100, 100]),
        ([0.1] * 4, [10, 2, 1, 1, 1]),
        ([0.025] * 3, [10, 10, 10, 10]),
        ([0.001, 9.0, 0.0], [10, 20, 2, 4]),
    ],
)
def test_a_portion_is_as_large_as_can_be_done_in_a_moment(took: list[float], sizes: list[int]) -> None:
    now = iter([moment for n, seconds in enumerate(took) for moment in (100.0 * n, 100.0 * n + seconds)])
    portion = Portion(100, first=10, clock=lambda: next(now))
    seen = [portion.size]
    for _ in took:
        with portion.measured():
            pass
        seen.append(portion.size)
    assert seen == sizes


async def test_a_slow_database_has_fewer_films_deleted_at_a_time(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO films (title, state) SELECT 'Gone ' || n, 'pending' FROM generate_series(1, 40) n")
        )
    moments = count(0.0, 0.1)  # each portion takes four times as long as it is to
    monkeypatch.setattr(unnamed, "Portion", lambda most, first: Portion(most, first=first, clock=lambda: next(moments)))
    deleted: list[int] = []
    delete = unnamed._delete

    async def note(*given: object) -> int:
        deleted.append(await delete(*given))  # type: ignore[arg-type]
        return deleted[-1]

    monkeypatch.setattr(unnamed, "_delete", note)
    await jobs.delete_unnamed_films(engine)
    assert deleted[:3] == [10, 2, 1] and sum(deleted) == 40


async def test_uploads_do_not_wait_behind_a_deletion_that_waits_for_another(
    engine: AsyncEngine, database_url: str
) -> None:
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO films (title, state) VALUES ('Gone', 'pending')"))
    long, short = [await asyncpg.connect(database_url) for _ in range(2)]
    try:
        async with long.transaction():
            await long.execute("SELECT pg_advisory_xact_lock_shared($1)", REFERENCES_LOCK)
            deleting = asyncio.create_task(jobs.delete_unnamed_films(engine))
            async with engine.connect() as db:
                while not await db.scalar(
                    text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                ):
                    await asyncio.sleep(0.005)
            # It gives way long before this would.
            await short.execute("SET lock_timeout = '20s'")
            await short.execute("SELECT pg_advisory_xact_lock_shared($1)", REFERENCES_LOCK)
            assert not deleting.done()
            async with engine.connect() as db:
                assert await db.scalar(text("SELECT count(*) FROM films")) == 1
        await deleting
        async with engine.connect() as db:
            assert await db.scalar(text("SELECT count(*) FROM films")) == 0
    finally:
        await long.close()
        await short.close()
