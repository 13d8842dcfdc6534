"""Deletes sessions that nobody can see any more, in portions: a large one has a hundred thousand rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.portions import Portion

TABLES = ("session_films", "viewings", "reviews", "list_films")
ROWS_AT_ONCE, FIRST_ROWS = 10_000, 500
SESSIONS_LISTED = 100


async def delete_sessions(engine: AsyncEngine, which: str) -> int:
    """Those of which the condition is true, of names of ours; it must never become false again, for the rows of a
    session go before it does. Returns how many."""
    gone, rows = 0, Portion(ROWS_AT_ONCE, first=FIRST_ROWS)
    while True:
        async with engine.begin() as db:
            found = await db.scalars(text(f"SELECT id FROM sessions WHERE {which} LIMIT {SESSIONS_LISTED}"))  # noqa: S608
            sessions = found.all()
        for session_id in sessions:
            for table in TABLES:
                await _empty(engine, table, session_id, rows)
            async with engine.begin() as db:
                deleted = await db.execute(
                    text(f"DELETE FROM sessions WHERE id = :id AND {which}"),  # noqa: S608 - our own text
                    {"id": session_id},
                )
            gone += deleted.rowcount
        if len(sessions) < SESSIONS_LISTED:
            return gone


async def _empty(engine: AsyncEngine, table: str, session_id: UUID, rows: Portion) -> None:
    while True:
        most = rows.size
        with rows.measured():
            async with engine.begin() as db:
                deleted = await db.execute(
                    text(
                        f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table}"  # noqa: S608 - our own
                        " WHERE session_id = :id LIMIT :most))"
                    ),
                    {"id": session_id, "most": most},
                )
        if deleted.rowcount < most:
            return
