"""Lists for the session whose pages are measured."""

from __future__ import annotations

import asyncio

import asyncpg

from kinograph.lists import seeding
from kinograph.sessions.hashing import hash_token

TOKEN = "a-token-of-the-bench"


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
