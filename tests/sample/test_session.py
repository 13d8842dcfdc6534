"""The sample in the database: whole from the home page on, and stored once."""

from __future__ import annotations

import asyncio

import asyncpg

from kinograph.sample import diary, library, session

COUNTS = (
    "SELECT (SELECT count(*) FROM sessions WHERE status = 'completed'),"
    " (SELECT count(*) FROM films WHERE state = 'matched'), (SELECT count(*) FROM film_facts),"
    " (SELECT count(*) FROM people), (SELECT count(*) FROM viewings)"
)


async def counts(url: str) -> tuple[int, ...]:
    connection = await asyncpg.connect(url)
    row = await connection.fetchrow(COUNTS)
    await connection.close()
    return tuple(row)


def test_the_planted_sample_is_complete_and_planted_once(database_url: str) -> None:
    whole = (1, len(library.films()), len(library.films()), len(library.people()), len(diary.viewings()))
    for _ in range(2):
        session.seed(database_url)
        assert asyncio.run(counts(database_url)) == whole
