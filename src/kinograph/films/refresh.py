"""Keeps what TMDB says young: its terms allow no copy older than six months, and recent films still change much.

Refreshes stand below everything a person waits for. What TMDB has deleted or merged is looked up anew; until that is
done the old match holds, so that no session falls back behind what it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from kinograph.errors import SourceError
from kinograph.films import catalogue, lookup, sharing
from kinograph.films.candidates import FilmRef
from kinograph.films.facts import Facts
from kinograph.films.lookup import Found
from kinograph.films.tasks import DATABASE_TROUBLE, Retries
from kinograph.films.tmdb import Client, KeyRefused, NotFoundAtSource

log = logging.getLogger(__name__)

REFRESH = "refresh_facts"
LOOK_AGAIN = "look_up_again"
PRIORITY = -1_000_000_000
UNCHECKED_PRIORITY = -1_100_000_000
AT_ONCE = 250  # enqueued in one portion
IN_A_ROUND = 10_000

# Scalar queries rather than "EXISTS", which may be hashed: the other tables would be read whole for each portion.
# Five months at the latest, with two weeks for the queue. `facts_due` says when, and an index knows it.
DUE = """
SELECT id, facts_due(fetched_at, release_date) AS due FROM film_facts
WHERE source = 'tmdb' AND facts_due(fetched_at, release_date) < now() AT TIME ZONE 'UTC'
AND (facts_due(fetched_at, release_date), id) > ($1, $2)
AND coalesce(
    (SELECT true FROM films WHERE facts_id = film_facts.id LIMIT 1),
    (SELECT true FROM repairs WHERE facts_id = film_facts.id LIMIT 1)
)
ORDER BY facts_due(fetched_at, release_date), id LIMIT $3
"""

# Stored before collections were: nobody has asked which one the film is in.
UNCHECKED = """
SELECT id, now() AT TIME ZONE 'UTC' AS due FROM film_facts
WHERE source = 'tmdb' AND kind = 'movie' AND collection_id IS NULL
AND $1::timestamp IS NOT NULL AND id > $2
AND coalesce(
    (SELECT true FROM films WHERE facts_id = film_facts.id LIMIT 1),
    (SELECT true FROM repairs WHERE facts_id = film_facts.id LIMIT 1)
)
ORDER BY id LIMIT $3
"""

# TMDB gains entries every day.
UNMATCHED = """
SELECT id, settled_at AS due FROM films
WHERE source = 'tmdb' AND state = 'unmatched' AND settled_at < now() - interval '30 days'
AND (settled_at, id) > ($1, $2)
AND coalesce(
    (SELECT true FROM session_films WHERE film_id = films.id LIMIT 1),
    (SELECT true FROM film_list_entries WHERE film_id = films.id LIMIT 1)
)
ORDER BY settled_at, id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a round has come: the row that was enqueued last, by when it was due."""

    due: datetime
    id: int = 0


async def enqueue_due_facts(driver: asyncpg.Connection, after: Place | None = None) -> tuple[int, Place | None]:
    """A job for facts that have grown old, the oldest first. Returns how many, and where to go on if there are more."""
    return await _enqueue_due(driver, DUE, REFRESH, "facts", after or Place(datetime.min))


async def enqueue_unchecked(driver: asyncpg.Connection, after: Place | None = None) -> tuple[int, Place | None]:
    """The same of facts that were stored before collections were, behind everything else; each is written once more,
    and is then none of these."""
    return await _enqueue_due(
        driver, UNCHECKED, REFRESH, "facts", after or Place(datetime.min), priority=UNCHECKED_PRIORITY
    )


async def enqueue_unmatched(driver: asyncpg.Connection, after: Place | None = None) -> tuple[int, Place | None]:
    """The same of films that were not found a month ago."""
    return await _enqueue_due(driver, UNMATCHED, LOOK_AGAIN, "again", after or Place(datetime.min.replace(tzinfo=UTC)))


async def _enqueue_due(
    driver: asyncpg.Connection, sql: str, entrypoint: str, key: str, after: Place, *, priority: int = PRIORITY
) -> tuple[int, Place | None]:
    rows = await driver.fetch(sql, after.due, after.id, AT_ONCE)
    await _enqueue(driver, entrypoint, key, [row["id"] for row in rows], priority=priority)
    return len(rows), Place(rows[-1]["due"], rows[-1]["id"]) if len(rows) == AT_ONCE else None


async def _enqueue(
    driver: asyncpg.Connection, entrypoint: str, key: str, ids: Sequence[int], *, priority: int = PRIORITY
) -> None:
    if ids:
        await Queries.from_asyncpg_connection(driver).enqueue(
            [entrypoint] * len(ids),
            [str(each).encode() for each in ids],
            [priority] * len(ids),
            dedupe_key=[f"{key}:{each}" for each in ids],
            on_conflict="skip",
        )


class Refresher:
    """The handlers of both jobs. What cannot be had is left as it is: the next round enqueues it again."""

    def __init__(self, pool: asyncpg.Pool, client: Client, *, key_refused: asyncio.Event, retries: Retries) -> None:
        self._pool = pool
        self._client = client
        self._key_refused = key_refused
        self._retries = retries

    async def refresh(self, job: Job) -> None:
        """Writes the facts of a row anew, and follows where TMDB has merged or deleted them."""
        facts_id = int(job.payload or b"0")
        try:
            async with self._pool.acquire() as driver:
                subject = await driver.fetchrow("SELECT kind, tmdb_id FROM film_facts WHERE id = $1", facts_id)
            if subject is None:
                return
            ask = self._client.movie if subject["kind"] == "movie" else self._client.tv
            try:
                details = await ask(subject["tmdb_id"])
            except NotFoundAtSource:
                await self._look_again(facts_id)
            else:
                await self._store(facts_id, details.facts)
        except (SourceError, *DATABASE_TROUBLE) as error:
            self._put_off(job, error)

    async def look_again(self, job: Job) -> None:
        """Looks a film up as if it were new; what is found takes the place of its match."""
        film_id = int(job.payload or b"0")
        try:
            async with self._pool.acquire() as driver:
                film = await driver.fetchrow("SELECT title, year FROM films WHERE id = $1", film_id)
            if film is None:
                return
            found = await lookup.look_up(self._client, FilmRef(film["title"], film["year"]))
            async with self._pool.acquire() as driver, driver.transaction():
                before = await driver.fetchval("SELECT facts_id FROM films WHERE id = $1 FOR UPDATE", film_id)
                await catalogue.store_outcomes(driver, {film_id: found}, anew=True)
                if isinstance(found, Found):
                    # A person who chose the deleted entry by hand meant what it became part of.
                    await driver.execute(
                        "UPDATE repairs SET facts_id = films.facts_id FROM films"
                        " WHERE films.id = $1 AND repairs.facts_id = $2",
                        film_id,
                        before,
                    )
        except (SourceError, *DATABASE_TROUBLE) as error:
            self._put_off(job, error)

    async def _look_again(self, facts_id: int) -> None:
        async with self._pool.acquire() as driver, driver.transaction():
            films = await driver.fetch("SELECT id FROM films WHERE facts_id = $1", facts_id)
            if not films:  # a correction alone names it: its owner said so, and TMDB is not asked every hour
                await driver.execute(
                    "UPDATE film_facts SET fetched_at = now(), collection_id = coalesce(collection_id, 0)"
                    " WHERE id = $1",
                    facts_id,
                )
            await _enqueue(driver, LOOK_AGAIN, "again", [film["id"] for film in films])
        log.info("TMDB has deleted an entry; films to look up again: %d", len(films))

    async def _store(self, facts_id: int, facts: Facts) -> None:
        async with self._pool.acquire() as driver, driver.transaction():
            stored = await catalogue.store(driver, facts)
            if stored != facts_id:  # TMDB answers with the entry that this one was merged into
                for table in ("films", "repairs"):
                    await driver.execute(
                        f"UPDATE {table} SET facts_id = $1 WHERE facts_id = $2",  # noqa: S608 - our own names
                        stored,
                        facts_id,
                    )
                merged = await driver.fetch("SELECT id FROM films WHERE facts_id = $1", stored)
                await sharing.enqueue_shared(driver, [film["id"] for film in merged])

    def _put_off(self, job: Job, error: Exception) -> None:
        if isinstance(error, KeyRefused):
            self._key_refused.set()
            raise RetryRequested(timedelta(seconds=1), "the key was refused") from error
        if isinstance(error, SourceError) and (error.permanent or job.attempts >= self._retries.attempts):
            log.warning("facts could not be refreshed: %s", error)
            return
        raise RetryRequested(self._retries.delay(job.attempts), type(error).__name__) from error
