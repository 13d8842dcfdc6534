"""Deletes sessions that nobody can see any more, in portions: a large one has a hundred thousand rows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.portions import Portion

TABLES = ("session_films", "viewings", "reviews", "list_films")
ROWS_AT_ONCE, FIRST_ROWS = 5_000, 500  # of each table
SESSIONS_LISTED = 100

PART = (
    "{0} AS (DELETE FROM {0} WHERE ctid = ANY(ARRAY("
    "SELECT ctid FROM {0} WHERE session_id = :id LIMIT :most)) RETURNING 1)"
)
PARTS = ", ".join(PART.format(table) for table in TABLES)
COUNTS = ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)  # noqa: S608 - our own names
EMPTY = text(f"WITH {PARTS} SELECT greatest({COUNTS})")


async def delete_sessions(engine: AsyncEngine, which: str) -> int:
    """Those of which the condition is true, of names of ours; it must never become false again, for the rows of a large
    session go before it does. Returns how many."""
    gone, rows = 0, Portion(ROWS_AT_ONCE, first=FIRST_ROWS)
    while True:
        async with engine.begin() as db:
            found = await db.scalars(text(f"SELECT id FROM sessions WHERE {which} LIMIT {SESSIONS_LISTED}"))  # noqa: S608
            sessions = found.all()
        for session_id in sessions:
            while not await _delete_part(engine, which, session_id, rows):
                pass
        gone += len(sessions)
        if len(sessions) < SESSIONS_LISTED:
            return gone


async def _delete_part(engine: AsyncEngine, which: str, session_id: UUID, rows: Portion) -> bool:
    """Whether it was the last."""
    most = rows.size
    with rows.measured():
        async with engine.begin() as db:
            is_last = bool(await db.scalar(EMPTY, {"id": session_id, "most": most}) < most)
            if is_last:
                delete = text(f"DELETE FROM sessions WHERE id = :id AND {which}")  # noqa: S608 - our own text
                await db.execute(delete, {"id": session_id})
    return is_last
