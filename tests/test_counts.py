"""Counts that are kept beside rows, and deleting in portions."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph import jobs
from kinograph.database import raw
from kinograph.films import unnamed
from kinograph.operator import status
from kinograph.sessions import emptying, intake
from tests import filled
from tests.filled import Size


async def test_counting_by_session_waits_for_nobody_and_is_left_out_where_there_are_many(engine: AsyncEngine) -> None:
    ran: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda _c, _d, statement, *_: ran.append(statement))
    async with engine.connect() as vacuuming:
        await vacuuming.execute(text("LOCK TABLE session_films, viewings IN SHARE UPDATE EXCLUSIVE MODE"))
        async with engine.begin() as db:
            await asyncio.wait_for(intake.analyze_tables(db), 30)
    assert sum("ANALYZE" in statement for statement in ran) == 1
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO sessions (id, status) SELECT gen_random_uuid(), 'completed' FROM generate_series(1, :n)"),
            {"n": intake.FEW_SESSIONS},
        )
        await intake.analyze_tables(db)
    assert sum("ANALYZE" in statement for statement in ran) == 1


async def test_counts_are_kept_whatever_happens_to_rows(database_url: str, engine: AsyncEngine) -> None:
    await filled.fill(database_url, Size(sessions=3, session_films=30, viewings=30, facts=50, corrections=3))

    async def agree() -> bool:
        async with engine.connect() as db:
            told = (await status.read_status(await raw(db), rate_group="default"), await counted(db))
        return (dict(told[0].films), dict(told[0].matches), dict(told[0].sessions)) == told[1]

    assert await agree()
    for change in (
        "UPDATE films SET state = 'failed', facts_id = NULL, reason = 'gone' WHERE state = 'matched' AND id % 3 = 0",
        "UPDATE sessions SET status = 'enriching' WHERE id = (SELECT id FROM sessions LIMIT 1)",
        "INSERT INTO sessions (id, status) VALUES (gen_random_uuid(), 'completed')",  # nobody's, as the sample
        "DELETE FROM sessions WHERE status = 'enriching'",
        "INSERT INTO films (title, source) VALUES ('A', 'tmdb'), ('B', 'sample') ON CONFLICT DO NOTHING",
        "DELETE FROM owners WHERE id = (SELECT max(id) FROM owners)",
    ):
        async with engine.begin() as db:
            await db.execute(text(change))
        assert await agree(), change
    await jobs.delete_unnamed_films(engine)
    assert await agree()
    await jobs.fold_tallies(engine)
    assert await agree()
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) = count(DISTINCT (what, name)) FROM tallies"))


async def counted(db: AsyncConnection) -> tuple[dict[str, int], ...]:
    found = []
    for sql in (
        "SELECT state, count(*) FROM films WHERE source = 'tmdb' GROUP BY 1",
        "SELECT kind, count(*) FROM film_facts WHERE source = 'tmdb' GROUP BY 1",
        "SELECT status, count(*) FROM sessions WHERE owner_id IS NOT NULL GROUP BY 1",
    ):
        found.append({row[0]: row[1] for row in await db.execute(text(sql))})
    return tuple(found)


async def test_much_to_delete_goes_in_portions(
    database_url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled.fill(database_url, Size(sessions=5, session_films=50, viewings=50, facts=100, corrections=0))
    monkeypatch.setattr(emptying, "ROWS_AT_ONCE", 4)
    for name, n in (("LOOKED_AT", 30), ("AT_ONCE", 7)):
        monkeypatch.setattr(unnamed, name, n)
    deleted: list[tuple[str, int]] = []

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def note(_db: object, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM"):
            deleted.append((statement.split()[2], cursor.rowcount))

    emptied: list[int] = []
    empty = emptying.EMPTY

    class Noting(AsyncConnection):
        async def scalar(self, statement: Any, *given: Any, **options: Any) -> Any:
            found = await super().scalar(statement, *given, **options)
            if statement is empty:
                emptied.append(found)
            return found

    monkeypatch.setattr(type(engine), "_connection_cls", Noting)

    commits: list[object] = []
    event.listen(engine.sync_engine, "commit", commits.append)
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET expires_at = now() - interval '1 day' WHERE expires_at IS NOT NULL"))
    await jobs.delete_expired_sessions(engine)
    assert [n for name, n in deleted if name == "sessions"] == [1] * 5
    assert max(emptied) == 4 and len(emptied) >= 5 * 6  # of each of five sessions, which have twenty reviews
    await jobs.delete_unnamed_films(engine)
    for name, most, all_of_them in (("films", 7, 102), ("film_facts", 7, 100)):
        portions = [n for each, n in deleted if each == name]
        assert max(portions) <= most and sum(portions) == all_of_them, name
    assert len(commits) >= len([name for name, _ in deleted if name in ("films", "film_facts", "sessions")])
    async with engine.connect() as db:
        left = [await db.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("people", "companies", "films")]
    assert left == [0, 0, 0]
