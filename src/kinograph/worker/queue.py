"""Works the queue of jobs while there is a key that TMDB takes."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.errors import SourceError
from kinograph.films.models import TmdbState
from kinograph.films.tasks import DATABASE_TROUBLE, Retries
from kinograph.films.tmdb import Client, KeyRefused
from kinograph.films.tmdb_metrics import TmdbMetrics
from kinograph.jobs import Tools, register_jobs
from kinograph.running.freeing import give_back
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import KeyWatch
from kinograph.worker.lead import Lead
from kinograph.worker.picking import PacedQueue

log = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=8)  # a killed worker's jobs are taken over after so long
# While as many films are under way as may be: with few, a newcomer waits longer for one to end than for the look.
QUEUE_LOOKED_AT = timedelta(seconds=0.2)
QUEUE_OF_FEW_LOOKED_AT = timedelta(seconds=0.1)
FEW = 40  # films under way
LOOKED_AT_LATE = 0.15  # seconds, on a busy machine
SHORTEST_LINE = 4  # requests
KEY_LOOKED_AT_SECONDS = 0.5
REFUSED_KEY_TRIED_AGAIN_SECONDS = 60.0
HANDLER_CONNECTIONS = 3
IDLE_SECONDS = 10.0  # for which a connection of the handlers is kept
QUEUE_CONNECTIONS = 1
OUTAGE_LOOKED_AT_SECONDS = 1.0
OUTAGE_SECONDS = 10.0
"""How long nothing is answered before the pages call it an outage: a broken connection is none."""
QUIET_SECONDS = 45.0  # without a request, after which PostgreSQL's process for the queue and its memory are given back
QUIET_LOOKED_AT_SECONDS = 1.0
JOBS_END_SECONDS = 2.0  # that jobs have where the lead is lost


class QueueWorker:
    """Of one leader: it ends when told to stop, and begins anew with every key."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Settings,
        stop: asyncio.Event,
        *,
        lead: Lead,
        watch: KeyWatch,
        retries: Retries,
        metrics: TmdbMetrics,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._stop = stop
        self._lead = lead
        self._watch = watch
        self._retries = retries
        self._metrics = metrics

    async def run(self) -> None:
        """Works the queue while there is a key that TMDB takes; without one, waits until there is."""
        while not self._stop.is_set():
            if self._watch.key is None:
                await self._report("no_key")
                await self._key_changes()
            elif not self._watch.key.is_word:
                log.warning("%s holds no key: a key is one word", self._settings.key_file.name)
                await self._report("bad_key")
                await self._key_changes()
            elif not await self._work():
                self._watch.refused = self._watch.key
                await self._report("bad_key")
                await self._key_changes(seconds=REFUSED_KEY_TRIED_AGAIN_SECONDS)

    async def _work(self) -> bool:
        """Works the queue until told to stop, the key changes, or there has been nothing to do for a while after there
        was: what was needed for it is given back then, and the next work begins anew. False when TMDB refuses the key.
        """
        async with self._client() as client:
            try:
                await client.check_key()
            except KeyRefused:
                return False
            except SourceError as error:
                # An outage says nothing about the key; the jobs wait it out.
                log.warning("TMDB cannot be asked about the key: %s", error)
            self._watch.refused = None
            await self._report("ok")
            refused = asyncio.Event()
            async with self._connections() as (pool, connection):
                queue = PacedQueue(connection, count_waiting=client.count_waiting, line=self._line)
                register_jobs(queue, Tools(self._engine, pool, client, key_refused=refused, retries=self._retries))
                working = asyncio.create_task(self._drain(queue))
                watching = asyncio.create_task(self._report_outages(client))
                rested = asyncio.create_task(_has_worked(client))
                reasons = (self._stop.wait(), refused.wait(), self._key_changes())
                ends = [rested, *(asyncio.create_task(reason) for reason in reasons)]
                try:
                    await asyncio.wait([working, *ends], return_when=asyncio.FIRST_COMPLETED)
                    queue.shutdown.set()
                    await working
                finally:
                    await _end(working, watching, *ends)
        if rested.done() and not rested.cancelled():
            await asyncio.to_thread(give_back)
        return not refused.is_set()

    async def _report_outages(self, client: Client) -> None:
        """Lets the pages say when TMDB has answered nothing for some seconds, and when it answers again."""
        key_state = "ok"
        answered, unanswered, since = 0, 0, None
        while True:
            await asyncio.sleep(OUTAGE_LOOKED_AT_SECONDS)
            before, found, now = (answered, unanswered), key_state, time.monotonic()
            unanswered = client.outcomes["unavailable"]
            answered = client.outcomes.total() - unanswered
            if answered > before[0]:
                found, since = "ok", None
            elif unanswered > before[1]:
                since = since or now
                found = "away" if now - since >= OUTAGE_SECONDS else found
            if found != key_state:
                with suppress(*DATABASE_TROUBLE, SQLAlchemyError):  # else told with the next look
                    await self._report(found)
                    key_state = found

    def _client(self) -> Client:
        key, settings = self._watch.key, self._settings
        assert key
        return Client(
            settings.tmdb_base_url,
            token=None if key.is_api_key else key.value,
            api_key=key.value if key.is_api_key else None,
            per_second=settings.tmdb_requests_per_second,
            language=settings.tmdb_language,
            metrics=self._metrics,
            may_send=self._lead.holds,
        )

    @asynccontextmanager
    async def _connections(self) -> AsyncIterator[tuple[asyncpg.Pool, asyncpg.Connection]]:
        """Those that the jobs share, and the queue's own."""
        url = self._settings.session_url
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=HANDLER_CONNECTIONS,
            max_inactive_connection_lifetime=IDLE_SECONDS,
            init=self._lead.mark,
            reset=_nothing_to_reset,
        )
        connection = await asyncpg.connect(url)
        try:
            yield pool, connection
        finally:
            await connection.close(timeout=2)
            pool.terminate()

    @property
    def _at_once(self) -> int:
        """Films under way: enough to fill the rate at an answer in a third of a second."""
        return max(20, round(self._settings.tmdb_requests_per_second * 0.5))

    @property
    def _looked_at(self) -> timedelta:
        return QUEUE_OF_FEW_LOOKED_AT if self._at_once <= FEW else QUEUE_LOOKED_AT

    @property
    def _line(self) -> int:
        """Requests that wait: enough that the next look finds some left."""
        seconds = self._looked_at.total_seconds() + LOOKED_AT_LATE
        return max(SHORTEST_LINE, round(self._settings.tmdb_requests_per_second * seconds))

    async def _drain(self, queue: PacedQueue) -> None:
        queue.min_dequeue_poll_interval = self._looked_at
        await queue.run(
            batch_size=min(50, self._at_once // 2),
            max_concurrent_tasks=self._at_once,
            heartbeat_timeout=HEARTBEAT,
            dequeue_timeout=timedelta(seconds=1),  # a film put off for another attempt tells nobody
            log_aggregation_interval=timedelta(0),
        )

    async def _key_changes(self, *, seconds: float = math.inf) -> None:
        """Returns when another key holds, when told to stop, or after so many seconds."""
        ends = time.monotonic() + seconds
        while not self._watch.changed() and not self._stop.is_set() and time.monotonic() < ends:
            await wait_until(self._stop, KEY_LOOKED_AT_SECONDS)

    async def _report(self, key_state: str) -> None:
        """Lets the pages say how the key stands."""
        values = {"rate_group": self._settings.rate_group, "key_state": key_state, "changed_at": func.now()}
        async with self._engine.begin() as db:
            stored = select(TmdbState.key_state).where(TmdbState.rate_group == self._settings.rate_group)
            if await db.scalar(stored) != key_state:
                log.info("TMDB key: %s", key_state)
            await db.execute(
                insert(TmdbState).values(values).on_conflict_do_update(index_elements=["rate_group"], set_=values)
            )


async def _has_worked(client: Client) -> None:
    """Returns once TMDB has answered and was then not asked for a while: films that it did not answer for wait longer
    for their next attempt, and an outage is still one then. What checks the key does not count."""
    seen, unanswered = client.outcomes.total(), client.outcomes["unavailable"]
    since, has_answered = time.monotonic(), False
    while not has_answered or time.monotonic() - since < QUIET_SECONDS:
        await asyncio.sleep(QUIET_LOOKED_AT_SECONDS)
        if (asked := client.outcomes.total()) != seen:
            has_answered = client.outcomes["unavailable"] == unanswered
            unanswered = client.outcomes["unavailable"]
            seen, since = asked, time.monotonic()


async def _end(working: asyncio.Task[None], *others: asyncio.Task[Any]) -> None:
    """Cancels them. The queue waits for its jobs when it is told so once; told twice, it ends them."""
    for task in (working, *others):
        task.cancel()
    await asyncio.wait([working], timeout=JOBS_END_SECONDS)
    working.cancel()
    working.add_done_callback(lambda task: task.cancelled() or task.exception())


async def _nothing_to_reset(connection: asyncpg.Connection) -> None:
    """What the look-ups do ends with their transaction, so giving a connection back costs no round trip."""


async def wait_until(stop: asyncio.Event, seconds: float) -> None:
    """Ends early when told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
