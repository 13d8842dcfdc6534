"""The job that looks one film up, and how such jobs come into the queue."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from kinograph.errors import SourceError
from kinograph.films import catalogue, lookup
from kinograph.films.batching import Batched
from kinograph.films.candidates import FilmRef
from kinograph.films.catalogue import Failed
from kinograph.films.lookup import Found, Unmatched
from kinograph.films.models import State
from kinograph.films.tmdb import Client, KeyRefused

log = logging.getLogger(__name__)

ENTRYPOINT = "look_up_film"
QUEUE_LOCK = 0x71756575  # "queu"
# How far below the watched films those only on a watchlist, liked or in a list stand. Priorities fall by one with each
# turn while the queue is never empty: this is room for months of that.
OTHERS_LOWER = 100_000_000
# Films that stand on the lists of the installation and in nobody's export: nobody waits for them. Refreshes are lower.
LISTED_LOWER = 500_000_000
# An upload's first films come sixteen in a turn: its page is right early, and a small one is soon complete.
TURN = 16
TURNS_OF_MANY = 4
AT_ONCE = 500  # films that a period looks at in one transaction, at most
BATCH = 50  # films read or written together, at most
DATABASE_TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    # Of a connection: the database is being restored, or its account changed.
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)

Outcome = Found | Unmatched | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Seconds until the second attempt, doubled each time, and the attempts after which a film has failed."""

    first: float
    longest: float
    attempts: int

    def delay(self, attempts: int) -> timedelta:
        """Spread by a quarter, so that what failed together does not come back together."""
        seconds = min(self.first * 2 ** min(attempts, 30), self.longest)
        return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


RETRIES = Retries(first=1, longest=60, attempts=30)  # some 25 minutes of one film failing again and again


async def enqueue_films(
    driver: asyncpg.Connection,
    *,
    watched: Sequence[int],
    others: Sequence[int],
    listed: Sequence[int] = (),
    state: State = State.PENDING,
) -> None:
    """A job for each of these films that is in this state, in this order, as part of the caller's transaction.

    Uploads take turns, however many films each has: a turn is a priority, and within it the longest waiting film comes
    first. A newcomer joins the turn after the one being served, which thus comes to an end however many follow. A
    film that waits already is moved up.

    All who enqueue wait for each other until they commit: so this is to be the last of a transaction. Where every film
    is settled nobody waits.
    """
    open_ones = await _select_in_state(driver, [*watched, *others, *listed], state)
    if not open_ones:
        return
    mine = dict.fromkeys(film for film in watched if film in open_ones)
    rest = dict.fromkeys(film for film in others if film in open_ones and film not in mine)
    last = dict.fromkeys(film for film in listed if film in open_ones and film not in mine and film not in rest)
    # Two uploads of the same films, each in its own order, would deadlock over their jobs.
    await driver.execute("SELECT pg_advisory_xact_lock($1)", QUEUE_LOCK)
    first = await _next_turn(driver)
    wanted = [(film, first - _turn(n)) for n, film in enumerate(mine)]
    wanted += [(film, first - OTHERS_LOWER - _turn(n)) for n, film in enumerate(rest)]
    wanted += [(film, first - LISTED_LOWER - _turn(n)) for n, film in enumerate(last)]
    await _enqueue(driver, wanted)


async def _select_in_state(driver: asyncpg.Connection, film_ids: Sequence[int], state: State) -> set[int]:
    found = await driver.fetchval(  # one array, for rows of an id each take four times as long to be read
        "SELECT array_agg(films.id) FROM unnest($2::bigint[]) named(id) JOIN films USING (id) WHERE state = $1",
        state.value,
        film_ids,
    )
    return set(found or ())


async def _next_turn(driver: asyncpg.Connection) -> int:
    """The priority of the turn after the one being served."""
    # Of the films under way most still wait to be asked for, and those of a large upload are each of another turn: the
    # highest is the one that is served. Films that wait for another attempt may stand above it.
    serving = await driver.fetchval(
        "SELECT coalesce(max(priority) FILTER (WHERE execute_after <= now()), max(priority)) FROM pgqueuer"
        " WHERE entrypoint = $1 AND status IN ('queued', 'picked') AND priority > $2",
        ENTRYPOINT,
        -OTHERS_LOWER // 2,
    )
    return 0 if serving is None else min(serving, 0) - 1


async def _enqueue(driver: asyncpg.Connection, wanted: Sequence[tuple[int, int]]) -> None:
    """A job for each (film, priority); one that is there already is moved up."""
    films, priorities = [film for film, _ in wanted], [priority for _, priority in wanted]
    await driver.execute(
        "UPDATE pgqueuer SET priority = w.priority FROM unnest($1::text[], $2::int[]) w(key, priority)"
        " WHERE pgqueuer.dedupe_key = w.key AND status = 'queued' AND pgqueuer.priority < w.priority",
        [f"film:{film}" for film in films],
        priorities,
    )
    # As PgQueuer's own enqueue, but for a line of its log for each job: 30,000 take 0.3 s in place of 0.8.
    await driver.execute(
        "INSERT INTO pgqueuer (priority, entrypoint, payload, dedupe_key, status)"
        " SELECT priority, $1, convert_to(film::text, 'utf8'), 'film:' || film, 'queued'"
        " FROM unnest($2::bigint[], $3::int[]) w(film, priority)"
        " ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING",
        ENTRYPOINT,
        films,
        priorities,
    )


def _turn(position: int) -> int:
    """How many turns after an upload's first its film at this position comes."""
    return position // TURN if position < TURN * TURNS_OF_MANY else position - (TURN - 1) * TURNS_OF_MANY


async def enqueue_pending(driver: asyncpg.Connection, after: int = 0, *, most: int = AT_ONCE) -> int | None:
    """A job for pending films that have none, so many at once. The truth is in `films`; the queue can be made anew from
    it. Returns the film to go on after, if there are more."""
    rows = await driver.fetch(
        "SELECT id, (SELECT bool_or(watched) FROM session_films WHERE film_id = looked_at.id AND has_none) AS watched,"
        " (SELECT true FROM film_list_entries WHERE film_id = looked_at.id AND has_none LIMIT 1) AS is_listed"
        " FROM (SELECT id, NOT EXISTS"
        " (SELECT FROM pgqueuer WHERE dedupe_key = 'film:' || films.id AND status IN ('queued', 'picked')) AS has_none"
        " FROM films WHERE state = 'pending' AND id > $1 ORDER BY id LIMIT $2) looked_at ORDER BY id",
        after,
        most,
    )
    watched = [row["id"] for row in rows if row["watched"]]
    others = [row["id"] for row in rows if row["watched"] is False]
    listed = [row["id"] for row in rows if row["watched"] is None and row["is_listed"]]
    if watched or others or listed:
        await enqueue_films(driver, watched=watched, others=others, listed=listed)
    return rows[-1]["id"] if len(rows) == most else None


async def retry_failed(driver: asyncpg.Connection, after: int = 0, *, most: int = AT_ONCE) -> tuple[int, int | None]:
    """A job for failed films that a session or a list names, so many at once. Returns how many, and the film to go on
    after, if there are more."""
    rows = await driver.fetch(
        "SELECT id, coalesce((SELECT true FROM session_films WHERE film_id = films.id LIMIT 1),"
        " (SELECT true FROM film_list_entries WHERE film_id = films.id LIMIT 1)) AS is_named"
        " FROM films WHERE state = 'failed' AND id > $1 ORDER BY id LIMIT $2",
        after,
        most,
    )
    if failed := [row["id"] for row in rows if row["is_named"]]:
        await enqueue_films(driver, watched=[], others=failed, state=State.FAILED)
    return len(failed), rows[-1]["id"] if len(rows) == most else None


async def retry_failed_of_session(driver: asyncpg.Connection, session_id: UUID, *, film: int | None = None) -> int:
    """A job for every failed film of a session, or for that of this number in it; each goes on counting as failed until
    it is done. Somebody waits for these. Returns how many there are."""
    rows = await driver.fetch(
        "SELECT DISTINCT films.id FROM films JOIN session_films ON session_films.film_id = films.id"
        " WHERE films.state = 'failed' AND session_id = $1 AND ($2::int IS NULL OR n = $2) ORDER BY films.id",
        session_id,
        film,
    )
    failed = [row["id"] for row in rows]
    await enqueue_films(driver, watched=failed, others=[], state=State.FAILED)
    return len(failed)


class LookUp:
    """The handler of a film's job: asks TMDB and writes what was found. May run twice for a film without harm.

    Films are read and written together with those that come in the same moment, each batch in a short transaction.
    """

    def __init__(self, pool: asyncpg.Pool, client: Client, *, key_refused: asyncio.Event, retries: Retries) -> None:
        self._pool = pool
        self._client = client
        self._key_refused = key_refused
        self._retries = retries
        self._find = Batched(self._find_all, seconds=0.005, most=BATCH)
        self._settle = Batched(self._settle_all, seconds=0.1, most=BATCH)

    async def __call__(self, job: Job) -> None:
        film_id = int(job.payload or b"0")
        try:
            if ref := await self._find(film_id):
                await self._write(film_id, await self._look_up(film_id, ref, job.attempts))
        except DATABASE_TROUBLE as error:
            # A full disk, a restart: what was asked for in vain is asked for again.
            raise RetryRequested(self._retries.delay(job.attempts), type(error).__name__) from error

    async def _look_up(self, film_id: int, ref: FilmRef, attempts: int) -> Outcome:
        try:
            return await lookup.look_up(self._client, ref)
        except KeyRefused as error:
            self._key_refused.set()
            raise RetryRequested(timedelta(seconds=1), "the key was refused") from error
        except SourceError as error:
            if not error.permanent and attempts < self._retries.attempts:
                raise RetryRequested(self._retries.delay(attempts), str(error)) from error
            return _failed(film_id, str(error))
        except Exception:
            # A bug in our own code must not keep a session waiting for ever.
            log.exception("looking up film %d failed", film_id)
            return _failed(film_id, "internal")

    async def _write(self, film_id: int, outcome: Outcome) -> None:
        try:
            await self._settle((film_id, outcome))
        except DATABASE_TROUBLE:
            raise
        except asyncpg.PostgresError as error:  # whose text would quote the row
            log.error("film %d cannot be stored: %s", film_id, type(error).__name__)
            await self._settle((film_id, _failed(film_id, "internal")))

    async def _find_all(self, film_ids: Sequence[int]) -> list[FilmRef | None]:
        async with self._pool.acquire() as driver:
            return await catalogue.find_unsettled(driver, film_ids)

    async def _settle_all(self, outcomes: Sequence[tuple[int, Outcome]]) -> Sequence[None]:
        async with self._pool.acquire() as driver, driver.transaction():
            await catalogue.store_outcomes(driver, dict(outcomes))
        return [None] * len(outcomes)


def _failed(film_id: int, reason: str) -> Failed:
    log.warning("film %d failed: %s", film_id, reason)
    return Failed(reason)
