"""A session's ratings in the form of IMDb's own ratings export, which other services read."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import IO
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.spooling import read_portions

HEADER = (
    *("Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type", "IMDb Rating"),
    *("Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date", "Directors"),
)
TYPES = {"movie": "Movie", "tv": "TV Series"}

# Two films of a session may share an entry: its newest rating holds.
RATED = """
SELECT DISTINCT ON (facts.imdb_id) facts.imdb_id, own.rating, own.rated_on, facts.title, facts.original_title,
       facts.kind, facts.runtime_minutes, facts.release_date, facts.genres,
       coalesce(extract(year FROM facts.release_date)::int, own.year) AS year,
       ARRAY(SELECT name FROM unnest(facts.directors) WITH ORDINALITY d(id, n) JOIN people USING (id) ORDER BY d.n)
           AS directors
FROM session_matches own JOIN film_facts facts ON facts.id = own.facts_id
WHERE own.session_id = $1 AND own.rating IS NOT NULL AND facts.imdb_id <> ''
ORDER BY facts.imdb_id, own.rated_on DESC NULLS LAST, own.n
"""
NAMELESS = (
    "SELECT count(*) FILTER (WHERE coalesce(facts.imdb_id, '') = '') FROM session_matches own"
    " LEFT JOIN film_facts facts ON facts.id = own.facts_id WHERE own.session_id = :id AND own.rating IS NOT NULL"
)


async def write_imdb(driver: asyncpg.Connection, session_id: UUID, file: IO[bytes]) -> None:
    file.write(_lines([HEADER]))
    async for rows in read_portions(driver, RATED, session_id):
        file.write(await asyncio.to_thread(_lines, [_cells(row) for row in rows]))


async def count_left_out(db: AsyncConnection, session_id: UUID) -> int:
    """Rated films that IMDb's number is not known of, or not yet."""
    return await db.scalar(text(NAMELESS), {"id": session_id}) or 0


def _cells(film: asyncpg.Record) -> tuple[object, ...]:
    address = f"https://www.imdb.com/title/{film['imdb_id']}"
    told = (film["title"], film["original_title"], address, TYPES[film["kind"]], "", film["runtime_minutes"] or "")
    more = (film["year"] or "", ", ".join(film["genres"]), "", film["release_date"] or "", ", ".join(film["directors"]))
    return film["imdb_id"], round(film["rating"] * 2), film["rated_on"] or "", *told, *more


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
