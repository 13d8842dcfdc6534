"""A database as many people would leave it, filled by PostgreSQL itself: a million films of sessions in half a minute.

Film number k is called "Film k", of the year 1920 + k mod 105, linked as `film_uri` says. Sessions name the films with
small numbers more often than those with large ones, as people do. Only columns are filled that every version has had.
"""

from __future__ import annotations

import asyncio
import string
import sys
from dataclasses import dataclass

import asyncpg

DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
FIRST_ID = 50_000  # of Letterboxd's number of film 1, less one
FIRST_YEAR, YEARS = 1920, 105
FILLED = (
    "films",
    "film_facts",
    "collections",
    "people",
    "companies",
    "owners",
    "repairs",
    "sessions",
    "session_films",
    "viewings",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is: of sessions, and in all of them together; `facts` are matched films, and every fiftieth film
    more was not found, or failed."""

    sessions: int = 2_000
    session_films: int = 1_000_000
    viewings: int = 600_000
    facts: int = 60_000
    corrections: int = 10_000

    def of_sessions(self, sessions: int) -> Size:
        """The same sessions, but so many: the films stay nearly the same."""
        share = sessions / self.sessions
        return Size(
            sessions=sessions,
            session_films=round(self.session_films * share),
            viewings=round(self.viewings * share),
            facts=self.facts,
            corrections=round(self.corrections * share),
        )


def film_title(k: int) -> str:
    return f"Film {k}"


def film_year(k: int) -> int:
    return FIRST_YEAR + k % YEARS


def film_uri(k: int) -> str:
    number, code = 10 * (FIRST_ID + k), ""
    while number:
        number, digit = divmod(number, 62)
        code = DIGITS[digit] + code
    return f"https://boxd.it/{code}"


FILMS = f"""
INSERT INTO people (id, name, gender) SELECT p, 'Person ' || p, p % 3 FROM generate_series(1, 4 * $1 + 100) p;
INSERT INTO companies (id, name, country) SELECT c, 'Company ' || c, 'FR' FROM generate_series(1, $1 / 20 + 10) c;
INSERT INTO film_facts (source, kind, tmdb_id, imdb_id, title, original_title, original_language, release_date,
        runtime_minutes, vote_average, vote_count, popularity, poster_path, genres, countries, languages, keywords,
        companies, directors, writers, cast_ids, cast_characters, composers, photography, editors, producers)
    SELECT 'tmdb', 'movie', k, 'tt' || lpad(k::text, 7, '0'), 'Film ' || k, 'Film ' || k, 'fr',
           make_date({FIRST_YEAR} + k % {YEARS}, 1 + k % 12, 1 + k % 28), 80 + k % 70, 4 + k % 50 / 10.0, 10 + k % 5000,
           k % 90, '/poster' || k || '.jpg', ARRAY[(ARRAY['Drama', 'Comedy', 'Crime', 'Western'])[1 + k % 4]],
           ARRAY[(ARRAY['FR', 'US', 'JP'])[1 + k % 3]], ARRAY['fr'], ARRAY['rain'], ARRAY[1 + k % ($1 / 20 + 10)],
           ARRAY[1 + k % (4 * $1 + 100)], ARRAY[1 + k * 3 % (4 * $1 + 100)],
           ARRAY(SELECT 1 + (k * 7 + c * 13) % (4 * $1 + 100) FROM generate_series(1, 12) c),
           ARRAY(SELECT 'Role ' || c FROM generate_series(1, 12) c), ARRAY[1 + k * 5 % (4 * $1 + 100)],
           ARRAY[1 + k * 11 % (4 * $1 + 100)], '{{}}', '{{}}'
    FROM generate_series(1, $1) k;
INSERT INTO films (source, letterboxd_id, title, year, state, facts_id, confidence, reason, settled_at)
    SELECT 'tmdb', CASE WHEN k % 20 > 0 THEN {FIRST_ID} + k END, 'Film ' || k, {FIRST_YEAR} + k % {YEARS},
           CASE WHEN facts.id IS NOT NULL THEN 'matched' WHEN k % 5 = 0 THEN 'failed' ELSE 'unmatched' END,
           facts.id, CASE WHEN facts.id IS NOT NULL THEN 0.9 + k % 10 / 100.0 END,
           CASE WHEN facts.id IS NULL THEN 'nothing fits' END, now() - interval '1 day'
    FROM generate_series(1, $1 + $1 / 50) k
    LEFT JOIN film_facts facts ON facts.source = 'tmdb' AND facts.kind = 'movie' AND facts.tmdb_id = k;
"""

# Apart, for benches fill databases of an older version as well, which knows none.
COLLECTIONS = """
UPDATE film_facts SET collection_id = CASE WHEN tmdb_id % 12 < 3 THEN 1 + tmdb_id / 12 ELSE 0 END WHERE source = 'tmdb';
INSERT INTO collections (id, name, parts, fetched_at, due_at)
    SELECT k, 'Collection ' || k, jsonb_build_array(jsonb_build_object('tmdb_id', 12 * k - 12, 'title', 'Film')), now(),
           now() + CASE WHEN k = 2 THEN interval '0' ELSE interval '100 days' END
    FROM generate_series(1, 1 + $1 / 12) k;
"""

# Numbered apart from ids, for the sample has rows of its own.
SESSIONS = """
CREATE TEMP TABLE made AS
    SELECT s, gen_random_uuid() AS session_id, nextval('owners_id_seq') AS owner_id FROM generate_series(1, $1) s;
CREATE TEMP TABLE pool AS SELECT row_number() OVER (ORDER BY id) - 1 AS k, id FROM films WHERE source = 'tmdb';
CREATE INDEX ON pool (k);
ANALYZE pool, made;
INSERT INTO owners (id, token_hash) SELECT owner_id, sha256(session_id::text::bytea) FROM made;
INSERT INTO sessions (id, owner_id, status, completed_at, created_at, expires_at, fingerprint)
    SELECT session_id, owner_id, 'completed', now(), now() - s * interval '20 minutes',
           now() + interval '10 days' + s * interval '1 minute', sha256(session_id::text::bytea) FROM made;
INSERT INTO session_films (session_id, n, film_id, uri, watched, marked_on, rating, liked, watchlist)
    SELECT session_id, n, pool.id, 'https://boxd.it/' || pool.id, true, date '2020-01-01' + (n % 2000)::int,
           (1 + n % 10) / 2.0, n % 5 = 0, false
    FROM (SELECT session_id, n, floor(size.films * random() ^ 2)::bigint AS k
          FROM made, (SELECT count(*) AS films FROM pool) size, generate_series(0, $2 / $1 - 1) n OFFSET 0) named
    JOIN pool USING (k);
INSERT INTO viewings (session_id, n, film_n, entry_id, watched_on, logged_on, rating, rewatch, tags)
    SELECT session_id, n, n % ($2 / $1), s * 100000 + n, day, day, (1 + n % 10) / 2.0, false, '{}'
    FROM made, generate_series(0, $3 / $1 - 1) n, LATERAL (SELECT date '2020-01-01' + (n * 7) % 2000 AS day) days;
INSERT INTO reviews (session_id, n, film_n, watched_on, logged_on, rewatch, tags, text)
    SELECT session_id, n, n, date '2024-01-01', date '2024-01-01', false, '{}', repeat('Seen in the rain. ', 20)
    FROM made, generate_series(0, 19) n;
INSERT INTO lists (session_id, n, name, slug, uri, tags, description)
    SELECT session_id, 0, 'Favorites', 'favorites', 'https://boxd.it/x', '{}', '' FROM made;
INSERT INTO list_films (session_id, list_n, position, film_n, note)
    SELECT session_id, 0, n + 1, n, '' FROM made, generate_series(0, 39) n;
INSERT INTO repairs (owner_id, letterboxd_id, answer, facts_id)
    SELECT owner_id, letterboxd_id, 'entry', facts_id
    FROM made, generate_series(0, $4 / $1 - 1) c
    JOIN LATERAL (SELECT id FROM pool WHERE k = (made.s * 13 + c) % (SELECT count(*) FROM pool)) named ON true
    JOIN films ON films.id = named.id WHERE letterboxd_id IS NOT NULL AND facts_id IS NOT NULL
    ON CONFLICT DO NOTHING;
DROP TABLE made, pool;
"""


async def fill(url: str, size: Size) -> None:
    """Fills a migrated database, which may hold sessions already, and lets PostgreSQL count it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT setseed(0.5)")
        if not await connection.fetchval("SELECT count(*) FROM film_facts WHERE source = 'tmdb'"):
            await _run(connection, FILMS, size.facts)
            if await connection.fetchval("SELECT to_regclass('collections')"):
                await _run(connection, COLLECTIONS, size.facts)
        if size.sessions:
            async with _Bare(connection, "session_films", "viewings"):
                await _run(
                    connection, SESSIONS, size.sessions, size.session_films, size.viewings, size.corrections
                )  # fmt: skip
        there = await connection.fetchval(
            "SELECT array_agg(t) FROM unnest($1::text[]) t WHERE to_regclass(t) > 0", FILLED
        )
        await connection.execute(f"VACUUM ANALYZE {', '.join(there)}")
    finally:
        await connection.close()


async def _run(connection: asyncpg.Connection, script: str, *numbers: int) -> None:
    for n, number in enumerate(numbers, 1):
        script = script.replace(f"${n}", str(number))
    await connection.execute(script)


class _Bare:
    """Tables without indexes and keys of their own while they are filled: these are made sooner afterwards."""

    def __init__(self, connection: asyncpg.Connection, *tables: str) -> None:
        self._connection = connection
        self._tables = list(tables)
        self._again: list[str] = []

    async def __aenter__(self) -> None:
        rows = await self._connection.fetch(
            "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS away,"
            " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
            " AS again FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY($1::regclass[])"
            " UNION ALL SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
            " FROM pg_index WHERE NOT indisunique AND indrelid = ANY($1::regclass[])",
            self._tables,
        )
        for row in rows:
            await self._connection.execute(row["away"])
            self._again.append(row["again"])

    async def __aexit__(self, *error: object) -> None:
        for statement in self._again:
            await self._connection.execute(statement)


if __name__ == "__main__":
    asyncio.run(fill(sys.argv[1], Size().of_sessions(int(sys.argv[2])) if sys.argv[2:] else Size()))
