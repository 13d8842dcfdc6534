"""Lists, and what somebody has worked on, for the session whose pages are measured."""

from __future__ import annotations

import asyncio
from datetime import date

import asyncpg

from kinograph.database import connect
from kinograph.films import filmographies
from kinograph.films.filmographies import Credit, Listed
from kinograph.lists import seeding
from kinograph.sessions.hashing import hash_token

TOKEN = "a-token-of-the-bench"
SOMEBODY = 10000003  # a director of the library


async def add_lists(url: str, session_id: str) -> None:
    """Has the films of the built-in lists looked up, as films of the library, and gives the export lists of its own:
    ten of a hundred films, and all films in one."""
    connection = await asyncpg.connect(url)
    # The library's films have ids of its own.
    await connection.execute("SELECT setval(pg_get_serial_sequence('films', 'id'), (SELECT max(id) FROM films))")
    await asyncio.to_thread(seeding.seed, url)
    await connection.execute(
        "UPDATE films SET state = 'matched', settled_at = now(), confidence = 1, facts_id = known.id FROM"
        " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM film_facts) known"
        " WHERE films.id IN (SELECT film_id FROM film_list_entries) AND known.n = 1 + films.id % 900"
    )
    await connection.execute(
        "WITH made AS (INSERT INTO owners (token_hash) VALUES ($2) RETURNING id)"
        " UPDATE sessions SET owner_id = made.id FROM made WHERE sessions.id = $1",
        session_id,
        hash_token(TOKEN),
    )
    names = [*(f"list-{n}" for n in range(10)), "all"]
    for n, name in enumerate(names):
        await connection.execute(
            "INSERT INTO lists (session_id, n, name, slug, uri, tags, description)"
            " VALUES ($1, $2, $3, $3, '', '{}', '')",
            session_id,
            n,
            name,
        )
        await connection.execute(
            "INSERT INTO list_films (session_id, list_n, position, film_n, note)"
            " SELECT session_id, $2, n + 1, n, '' FROM session_films"
            " WHERE session_id = $1 AND ($2 = 10 OR n % 97 = $2)",
            session_id,
            n,
        )
    await connection.execute("ANALYZE")
    await connection.close()


async def add_filmography(url: str) -> None:
    """All that somebody has worked on: three hundred films, two thirds of them among the library's."""
    credits = [
        Credit(
            kind="movie",
            tmdb_id=n * 3 // 2,
            title=f"Film No. {n}",
            released=date(1990 + n % 30, 1, 1),
            score=5 + n % 40 / 10,
            votes=40 + n,
            roles=("director",),
        )
        for n in range(1, 301)
    ]
    engine = connect(url, pool_size=1)
    async with engine.begin() as db:
        await filmographies.store(db, SOMEBODY, Listed.of(credits))
    await engine.dispose()
