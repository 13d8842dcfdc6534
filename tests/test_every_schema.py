"""What was stored under any schema since the first shows the same totals under the newest, and no migration rewrites a
table that has rows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from httpx import ASGITransport, AsyncClient

from kinograph import database
from kinograph.database import MIGRATIONS, alembic_config
from kinograph.settings import Settings
from kinograph.web import app

REVISIONS = sorted(database._revisions())
REWRITTEN = {"0006": {"sessions"}}
"""Tables that migrations from before the rule rewrite."""

# Columns that every schema has had; number $1 is the revision's. Session, owner, film and facts have the same number.
ROWS = """
INSERT INTO owners (id, token_hash) VALUES ($1 + 100, int4send($1));
INSERT INTO people (id, name, gender) VALUES ($1 + 100, 'Director ' || $1, 1);
INSERT INTO film_facts (id, source, kind, tmdb_id, title, original_title, release_date, runtime_minutes, vote_count,
        popularity, genres, countries, languages, keywords, companies, directors, writers, cast_ids, cast_characters,
        composers, photography, editors, producers)
    VALUES ($1 + 100, 'tmdb', 'movie', $1 + 100, 'Film ' || $1, 'Film ' || $1, '2000-01-01', 90, 10, 1, '{Drama}',
        '{FR}', '{fr}', '{}', '{}', ARRAY[$1 + 100], '{}', '{}', '{}', '{}', '{}', '{}', '{}');
INSERT INTO films (id, letterboxd_id, title, year, state, facts_id, confidence, settled_at)
    VALUES ($1 + 100, 1000 + $1, 'Film ' || $1, 2000, 'matched', $1 + 100, 1, now()),
           ($1 + 200, 2000 + $1, 'Other ' || $1, 2000, 'unmatched', NULL, NULL, now());
INSERT INTO sessions (id, owner_id, status, completed_at)
    VALUES (lpad($1::text, 32, '0')::uuid, $1 + 100, 'completed', now());
INSERT INTO session_films (session_id, n, film_id, uri, watched, rating, liked, watchlist)
    SELECT lpad($1::text, 32, '0')::uuid, n, $1 + 100 * (n + 1), 'https://boxd.it/' || n, true, 4, n = 1, false
    FROM generate_series(0, 1) n;
INSERT INTO viewings (session_id, n, film_n, watched_on, logged_on, rating, rewatch, tags)
    SELECT lpad($1::text, 32, '0')::uuid, n, 0, '2024-01-01', '2024-01-01', 4, n > 0, '{}' FROM generate_series(0, 2) n;
INSERT INTO reviews (session_id, n, film_n, watched_on, logged_on, rewatch, tags, text)
    VALUES (lpad($1::text, 32, '0')::uuid, 0, 0, '2024-01-01', '2024-01-01', false, '{}', 'Rain.');
INSERT INTO lists (session_id, n, name, slug, uri, tags, description)
    VALUES (lpad($1::text, 32, '0')::uuid, 0, 'Best', 'best', 'https://boxd.it/b', '{}', '');
INSERT INTO list_films (session_id, list_n, position, film_n, note)
    VALUES (lpad($1::text, 32, '0')::uuid, 0, 1, 0, '');
"""
TOTALS = {
    "films": 2,
    "viewings": 3,
    "rewatches": 2,
    "ratings": 2,
    "rating_mean": 4.0,
    "reviews": 1,
    "likes": 1,
    "lists": 1,
    "undated_films": 1,
    "hours": 4.5,
    "directors": 1,
    "countries": 1,
}
FILES = """
SELECT relname, relfilenode FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
"""


@pytest.fixture(scope="module")
def grown(server: str) -> Iterator[tuple[str, dict[str, set[str]]]]:
    """A database that went through every schema and got rows under each; and what each migration rewrote."""
    url = server.replace("/postgres?", "/grown?")
    asyncio.run(run(server, "CREATE DATABASE grown"))
    rewritten: dict[str, set[str]] = {}
    for revision in REVISIONS:
        before = dict(asyncio.run(run(url, FILES)))
        command.upgrade(alembic_config(url), revision)
        after = dict(asyncio.run(run(url, FILES)))
        if changed := {name for name in before.keys() & after.keys() if before[name] != after[name]}:
            rewritten[revision] = changed
        asyncio.run(run(url, ROWS.replace("$1", str(int(revision)))))
    yield url, rewritten
    asyncio.run(run(server, "DROP DATABASE grown WITH (FORCE)"))


async def run(url: str, script: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        if script.lstrip().startswith("SELECT"):
            found: list[asyncpg.Record] = await connection.fetch(script)
            return found
        await connection.execute(script)
        return []
    finally:
        await connection.close()


async def test_what_was_stored_under_any_schema_shows_the_same_totals(
    grown: tuple[str, object], tmp_path: Path
) -> None:
    made = app.create(Settings(data_dir=tmp_path, database_url=grown[0]))
    transport = ASGITransport(made)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        for revision in REVISIONS:
            address = f"/api/session/{UUID(revision.zfill(32))}"
            summary = (await client.get(f"{address}/summary")).json()
            assert {name: summary[name] for name in TOTALS} == TOTALS, revision
            page = await client.get(f"/session/{UUID(revision.zfill(32))}")
            assert page.status_code == 200, revision


def test_no_migration_rewrites_a_table_that_has_rows(grown: tuple[str, dict[str, set[str]]]) -> None:
    assert grown[1] == REWRITTEN


def test_each_migration_is_one_transaction_and_leaves_the_time_for_locks_alone() -> None:
    """One that is not cannot be taken back in the middle; what waits longer keeps everybody behind it waiting."""
    not_within = re.compile(r"autocommit_block|CONCURRENTLY|\bCOMMIT\b|lock_timeout|isolation_level|VACUUM")
    found = {
        path.name: not_within.findall(path.read_text())
        for path in (MIGRATIONS / "versions").glob("*.py")
        if not_within.search(path.read_text())
    }
    assert found == {}
    assert "transaction_per_migration=True" in (MIGRATIONS / "env.py").read_text()
