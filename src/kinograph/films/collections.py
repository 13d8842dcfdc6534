"""The films of collections: one request for each, whoever has seen some of it, behind all that a person waits for.

A collection is asked for once two of its films are here: of one with a single film nothing is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import asyncpg
import orjson
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from kinograph.errors import SourceError
from kinograph.films.facts import PartFacts
from kinograph.films.tasks import DATABASE_TROUBLE, Retries
from kinograph.films.tmdb import Client, KeyRefused

log = logging.getLogger(__name__)

ENTRYPOINT = "fetch_collection"
# After every film, before refreshes, among which those of collections are.
PRIORITY, REFRESH_PRIORITY = -700_000_000, -1_000_000_000
AT_ONCE = 500  # collections that a period looks at in one transaction, at most

# A scalar query for the second film: a count would read all facts of a collection. With the condition of the index,
# which the planner cannot infer.
DUE = """
SELECT id, parts IS NULL AS is_new, (
    SELECT 1 FROM film_facts WHERE collection_id <> 0 AND collection_id = due.id OFFSET 1 LIMIT 1
) IS NOT NULL AND NOT EXISTS (
    SELECT FROM pgqueuer WHERE dedupe_key = 'collection:' || due.id AND status IN ('queued', 'picked')
) AS is_wanted
FROM (SELECT id, parts FROM collections WHERE due_at <= now() AND id > $1 ORDER BY id LIMIT $2) due ORDER BY id
"""

# Beside the parts stand the runtimes that are known here: TMDB's answer has none.
STORE = """
UPDATE collections SET fetched_at = now(), due_at = facts_due(now(), $3) AT TIME ZONE 'UTC', parts = (
    SELECT coalesce(jsonb_agg(part || jsonb_build_object('runtime_minutes', facts.runtime_minutes) ORDER BY n), '[]')
    FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY given(part, n)
    LEFT JOIN film_facts facts
    ON facts.source = 'tmdb' AND facts.kind = 'movie' AND facts.tmdb_id = (part ->> 'tmdb_id')::bigint
) WHERE id = $1
"""


async def store_parts(driver: asyncpg.Connection, collection_id: int, parts: Sequence[PartFacts]) -> None:
    """Due again as facts are, by the newest film; one without a day may get one within a month."""
    days = [part.release_date for part in parts]
    newest = None if not days or None in days else max(day for day in days if day)
    await driver.execute(STORE, collection_id, orjson.dumps([asdict(part) for part in parts]).decode(), newest)


async def enqueue_due(driver: asyncpg.Connection, after: int = 0, *, most: int = AT_ONCE) -> tuple[int, int | None]:
    """A job for collections that were never fetched, or have grown old, and have none. Returns how many, and the
    collection to go on after, if there are more."""
    rows = await driver.fetch(DUE, after, most)
    wanted = [row for row in rows if row["is_wanted"]]
    await driver.execute(
        "INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status)"
        " SELECT priority, $1, convert_to(id::text, 'utf8'), 'collection:' || id, 'queued'"
        " FROM unnest($2::bigint[], $3::int[]) w(id, priority)"
        " ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING",
        ENTRYPOINT,
        [row["id"] for row in wanted],
        [PRIORITY if row["is_new"] else REFRESH_PRIORITY for row in wanted],
    )
    return len(wanted), rows[-1]["id"] if len(rows) == most else None


class FetchCollection:
    """The handler of a collection's job. What cannot be had is left as it is: the next round enqueues it again."""

    def __init__(self, pool: asyncpg.Pool, client: Client, *, key_refused: asyncio.Event, retries: Retries) -> None:
        self._pool = pool
        self._client = client
        self._key_refused = key_refused
        self._retries = retries

    async def __call__(self, job: Job) -> None:
        collection_id = int(job.payload or b"0")
        try:
            async with self._pool.acquire() as driver:
                is_due = await driver.fetchval("SELECT due_at <= now() FROM collections WHERE id = $1", collection_id)
            if is_due:
                parts = await self._ask(collection_id)
                async with self._pool.acquire() as driver:
                    await store_parts(driver, collection_id, parts)
        except (SourceError, *DATABASE_TROUBLE) as error:
            self._put_off(job, error)

    async def _ask(self, collection_id: int) -> Sequence[PartFacts]:
        """None for one that TMDB has deleted, or will not tell of."""
        try:
            return await self._client.collection(collection_id)
        except KeyRefused:
            raise
        except SourceError as error:
            if not error.permanent:
                raise
            log.warning("a collection cannot be had: %s", error)
            return ()

    def _put_off(self, job: Job, error: Exception) -> None:
        if isinstance(error, KeyRefused):
            self._key_refused.set()
            raise RetryRequested(timedelta(seconds=1), "the key was refused") from error
        if isinstance(error, SourceError) and job.attempts >= self._retries.attempts:
            log.warning("a collection could not be fetched: %s", error)
            return
        raise RetryRequested(self._retries.delay(job.attempts), type(error).__name__) from error
