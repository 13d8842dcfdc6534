"""What the worker keeps in order by itself."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.sessions.export import Upload
from tests.sessions.export_files import FILM, table
from tests.sessions.test_intake import EXPORT, rows, store

PARTS = ("session_films", "viewings", "reviews", "lists", "list_films")


async def test_an_expired_session_goes_with_everything_of_it_and_with_films_nobody_names(engine: AsyncEngine) -> None:
    expired = await store(engine, EXPORT)
    kept = await store(engine, Upload("watched.csv", table(FILM, "2024-01-01,Seven Samurai,1954,https://boxd.it/2ahS")))
    async with engine.begin() as db:
        await db.execute(
            text(
                "UPDATE sessions SET expires_at = now() + make_interval(secs => CASE id WHEN :id THEN -61 ELSE 60 END)"
            ),
            {"id": expired},
        )
    for period in jobs.PERIODS:
        await period.task(engine)

    assert await rows(engine, "SELECT id FROM sessions") == [(kept,)]
    for part in PARTS:
        assert await rows(engine, f"SELECT count(*) FROM {part} WHERE session_id = '{expired}'") == [(0,)], part
    assert await rows(engine, "SELECT title FROM films") == [("Seven Samurai",)]


async def test_a_session_without_a_day_is_kept(engine: AsyncEngine) -> None:
    await store(engine, EXPORT)
    await jobs.delete_expired_sessions(engine)
    assert await rows(engine, "SELECT count(*), max(expires_at) FROM sessions") == [(1, None)]
