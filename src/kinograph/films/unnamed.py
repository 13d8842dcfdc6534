"""Deletes what nobody names any more, in portions: each keeps uploads waiting for a moment at most."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.database import LOCK_NOT_AVAILABLE
from kinograph.films.catalogue import REFERENCES_LOCK
from kinograph.films.models import MAKERS
from kinograph.films.portions import Portion

LOOKED_AT = 2_000  # rows of one look, which takes no lock
AT_ONCE = 500  # rows of one deletion, with the people and companies that go with them
FIRST = 10
FIRST_ID = -(2**63)  # those of the sample are negative
# Whoever stores an upload has the lock, and while this waits for it all other uploads wait behind: so no longer than
# this, and then again.
LOCK_MILLISECONDS = 25
TRIED_AGAIN_SECONDS = 0.2
TRIES = 300

# A row of each table that nothing refers to. The job that holds a film just now will want to write to it.
# "NOT EXISTS" may be hashed, which reads the other table whole for each portion.
UNNAMED = {
    "films": (
        "(SELECT 1 FROM session_films WHERE session_films.film_id = films.id LIMIT 1) IS NULL"
        " AND (SELECT 1 FROM film_list_entries WHERE film_list_entries.film_id = films.id LIMIT 1) IS NULL"
        " AND NOT EXISTS"
        " (SELECT FROM pgqueuer WHERE dedupe_key = 'film:' || films.id AND status = 'picked')"
    ),
    "film_facts": (
        "(SELECT 1 FROM films WHERE facts_id = film_facts.id LIMIT 1) IS NULL"
        " AND (SELECT 1 FROM repairs WHERE facts_id = film_facts.id LIMIT 1) IS NULL"
    ),
    # With the condition of the index, which the planner cannot infer.
    "collections": (
        "(SELECT 1 FROM film_facts WHERE collection_id <> 0 AND collection_id = collections.id LIMIT 1) IS NULL"
    ),
}


async def delete_unnamed(engine: AsyncEngine) -> int:
    """Deletes films no session and no list names, facts no film and no correction points to, and people, companies and
    collections left without facts. Returns how many films went."""
    films = await _go_through(engine, "films")
    await _go_through(engine, "film_facts")
    await _go_through(engine, "collections")
    return films


async def _go_through(engine: AsyncEngine, table: str) -> int:
    """Every row in the order of ids, so many in one look. Whoever names a row meanwhile holds the lock, or made the
    reference before the portion asks once more."""
    gone, after = 0, FIRST_ID
    look, deletion = Portion(LOOKED_AT, first=100), Portion(AT_ONCE, first=FIRST)
    while True:
        most = look.size
        with look.measured():
            async with engine.begin() as db:
                rows = await db.execute(
                    text(
                        f"SELECT id, {UNNAMED[table]} AS is_unnamed"  # noqa: S608 - our own names
                        f" FROM (SELECT id FROM {table} WHERE id > :after ORDER BY id LIMIT :most) {table} ORDER BY id"
                    ),
                    {"after": after, "most": most},
                )
                looked_at = rows.all()
        unnamed = [row.id for row in looked_at if row.is_unnamed]
        while unnamed:
            portion, unnamed = unnamed[: deletion.size], unnamed[deletion.size :]
            gone += await _delete_unless_busy(engine, table, portion, deletion)
        if len(looked_at) < most:
            return gone
        after = looked_at[-1].id


async def _delete_unless_busy(engine: AsyncEngine, table: str, ids: Sequence[int], portion: Portion) -> int:
    """What cannot be done for uploads that follow one another is left to the next round."""
    for _ in range(TRIES):
        try:
            async with engine.connect() as db:
                await db.execute(text(f"SET LOCAL lock_timeout = '{LOCK_MILLISECONDS}ms'"))
                await db.execute(select(func.pg_advisory_xact_lock(REFERENCES_LOCK)))
                with portion.measured():
                    gone = await _delete(db, table, ids)
                    await db.commit()
                return gone
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
        await asyncio.sleep(TRIED_AGAIN_SECONDS)
    return 0


async def _delete(db: AsyncConnection, table: str, ids: Sequence[int]) -> int:
    makers = f", {MAKERS} AS makers, companies" if table == "film_facts" else ""
    rows = (
        await db.execute(
            text(
                f"DELETE FROM {table} WHERE id = ANY(:ids) AND {UNNAMED[table]}"  # noqa: S608 - our own names
                f" RETURNING id{makers}"
            ),
            {"ids": list(ids)},
        )
    ).all()
    if makers and rows:
        await _delete_left(db, "people", MAKERS, sorted({person for row in rows for person in row.makers}))
        await _delete_left(db, "companies", "companies", sorted({each for row in rows for each in row.companies}))
    return len(rows)


async def _delete_left(db: AsyncConnection, table: str, column: str, ids: Sequence[int]) -> None:
    """Of those whom deleted facts named, the ones that no other facts name."""
    # The index of the arrays is asked for each by itself: one that many facts name is soon found.
    await db.execute(
        text(
            f"DELETE FROM {table} WHERE id = ANY(:ids) AND NOT EXISTS"  # noqa: S608 - our own names
            f" (SELECT FROM film_facts WHERE ({column}) && ARRAY[{table}.id])"
        ),
        {"ids": list(ids)},
    )
