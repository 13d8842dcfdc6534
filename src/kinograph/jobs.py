"""Every job and every period, and the worker that runs them."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph import database, logs
from kinograph.database import raw
from kinograph.errors import SourceError
from kinograph.films import catalogue, questions, refresh, second_look, sharing, tasks
from kinograph.films.figures import Figures, Reporter
from kinograph.films.models import TmdbState
from kinograph.films.tasks import Retries
from kinograph.films.tmdb import Client, KeyRefused
from kinograph.repairs import agreement, choices
from kinograph.sessions import progress
from kinograph.settings import KeyWatch, Settings

log = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=8)  # a killed worker's jobs are taken over after so long
QUEUE_LOOKED_AT = timedelta(seconds=0.2)  # while as many films are under way as may be
KEY_LOOKED_AT_SECONDS = 0.5
REFUSED_KEY_TRIED_AGAIN_SECONDS = 60.0
STANDBY_SECONDS = 1.0
GRACE_SECONDS = 8.0
REPORT_SECONDS = 5.0
HANDLER_CONNECTIONS = 4
LOG_KEPT = timedelta(hours=6)


async def complete_sessions(db: AsyncConnection) -> None:
    if done := await progress.complete(db):
        log.info("sessions completed: %d", done)


async def rebuild_queue(db: AsyncConnection) -> None:
    await tasks.rebuild(await raw(db))
    await questions.rebuild(await raw(db))


async def refresh_facts(db: AsyncConnection) -> None:
    if due := await refresh.enqueue_due(await raw(db)):
        log.info("facts to refresh and films to look up again: %d", due)


async def retry_failed_films(db: AsyncConnection) -> None:
    if failed := await tasks.retry_failed(await raw(db)):
        log.info("failed films to try again: %d", failed)


async def delete_expired_sessions(db: AsyncConnection) -> None:
    gone = await db.execute(text("DELETE FROM sessions WHERE expires_at < now()"))
    if gone.rowcount:
        log.info("deleted %d expired sessions", gone.rowcount)


async def delete_unnamed_films(db: AsyncConnection) -> None:
    if gone := await catalogue.purge(db):
        log.info("deleted %d films that no session names", gone)


async def prune_queue_log(db: AsyncConnection) -> None:
    await db.execute(
        text("DELETE FROM pgqueuer_log WHERE created < now() - CAST(:kept AS interval)"), {"kept": LOG_KEPT}
    )


async def forget_questions(db: AsyncConnection) -> None:
    await questions.forget(db)


async def agree_on_repairs(db: AsyncConnection) -> None:
    await agreement.settle(db)


@dataclass(frozen=True, slots=True)
class Period:
    seconds: float
    task: Callable[[AsyncConnection], Awaitable[None]]


PERIODS = (
    Period(0.5, complete_sessions),
    Period(60, rebuild_queue),
    Period(3600, refresh_facts),
    Period(3600, retry_failed_films),
    Period(600, delete_expired_sessions),
    Period(3600, delete_unnamed_films),
    Period(3600, prune_queue_log),
    Period(3600, forget_questions),
    Period(3600, agree_on_repairs),
)


async def work(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; raises when the database goes away, for the supervisor to start it anew."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work_until(stop, settings)


async def work_until(stop: asyncio.Event, settings: Settings, *, retries: Retries = tasks.RETRIES) -> None:
    """One worker of a rate group works, the others stand by: TMDB counts requests by address."""
    assert settings.database_url
    engine = database.connect(settings.database_url, pool_size=20)
    try:
        async with _leadership(settings, stop) as leading:
            if leading:
                await _lead(engine, settings, stop, retries)
    finally:
        await engine.dispose()


async def _lead(engine: AsyncEngine, settings: Settings, stop: asyncio.Event, retries: Retries) -> None:
    async with asyncio.TaskGroup() as group:
        figures = Figures(limit=settings.tmdb_requests_per_second, rate=settings.tmdb_requests_per_second)
        reporter = Reporter(figures, rate_group=settings.rate_group)
        kept = (*PERIODS, Period(REPORT_SECONDS, reporter.report_figures))
        periods = [group.create_task(_every(period, engine)) for period in kept]
        await _until(stop, group.create_task(_look_up_films(engine, settings, stop, retries, figures)))
        for task in periods:
            task.cancel()


@asynccontextmanager
async def _leadership(settings: Settings, stop: asyncio.Event) -> AsyncIterator[bool]:
    """Waits for the group's lock; yields False when told to stop before. Losing the connection is losing the lock."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        leading = is_waiting = False
        while not leading and not stop.is_set():
            leading = await connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended('enrichment:' || $1, 0))", settings.rate_group
            )
            if not leading:
                if not is_waiting:
                    log.info("another worker leads; this one stands by")
                is_waiting = True
                await _pause(stop, STANDBY_SECONDS)
        if leading:
            log.info("this worker leads")
        connection.add_termination_listener(lambda _: _give_up(stop))
        yield leading
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


def _give_up(stop: asyncio.Event) -> None:
    if not stop.is_set():
        log.warning("the database is gone, and with it the lead: this worker ends")
        stop.set()


async def _every(period: Period, engine: AsyncEngine) -> None:
    trouble: str | None = None
    while True:
        before, trouble = trouble, await _trouble_with(period, engine)
        if trouble and trouble != before:  # some periods are half a second, and a disk may be full for hours
            log.error("%s failed: %s", period.task.__name__, trouble)
        elif before and not trouble:
            log.info("%s succeeds again", period.task.__name__)
        await asyncio.sleep(period.seconds)


async def _trouble_with(period: Period, engine: AsyncEngine) -> str | None:
    """Runs it once. Names what will pass, such as a full disk or a deadlock: the next round does what this one could
    not. Raises when the database is gone."""
    try:
        async with engine.begin() as db:
            await period.task(db)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return logs.name(error)
    except asyncpg.PostgresError as error:  # of what goes past SQLAlchemy, to the queue
        if isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError):
            raise
        return type(error).__name__
    return None


async def _look_up_films(
    engine: AsyncEngine, settings: Settings, stop: asyncio.Event, retries: Retries, figures: Figures
) -> None:
    """Works the queue while there is a key that TMDB takes; without one, waits until there is."""
    watch = KeyWatch(settings)
    while not stop.is_set():
        if watch.key is None:
            await _report(engine, settings, "no_key")
            await _key_changes(watch, stop)
        elif not await _work_with(watch, engine, settings, stop, retries, figures):
            await _report(engine, settings, "bad_key")
            await _key_changes(watch, stop, seconds=REFUSED_KEY_TRIED_AGAIN_SECONDS)


async def _work_with(
    watch: KeyWatch,
    engine: AsyncEngine,
    settings: Settings,
    stop: asyncio.Event,
    retries: Retries,
    figures: Figures,
) -> bool:
    """Works the queue until told to stop or the key changes. False when TMDB refuses the key."""
    assert watch.key
    async with Client(
        settings.tmdb_base_url,
        token=None if watch.key.is_api_key else watch.key.value,
        api_key=watch.key.value if watch.key.is_api_key else None,
        per_second=settings.tmdb_requests_per_second,
        language=settings.tmdb_language,
        figures=figures,
    ) as client:
        try:
            await client.check_key()
        except KeyRefused:
            return False
        except SourceError as error:
            # An outage says nothing about the key; the jobs wait it out.
            log.warning("TMDB cannot be asked about the key: %s", error)
        await _report(engine, settings, "ok")
        refused = asyncio.Event()
        pool = await asyncpg.create_pool(
            settings.database_url, min_size=1, max_size=HANDLER_CONNECTIONS, reset=_nothing_to_reset
        )
        connection = await asyncpg.connect(settings.database_url)
        try:
            queue = PgQueuer.from_asyncpg_connection(connection)
            queue.entrypoint(tasks.ENTRYPOINT)(tasks.LookUp(pool, client, key_refused=refused, retries=retries))
            queue.entrypoint(questions.ENTRYPOINT)(
                questions.Answer(
                    engine=engine, client=client, key_refused=refused, retries=retries, then=choices.fulfil
                )
            )
            look_twice = second_look.SecondLook(pool, client, key_refused=refused, retries=retries)
            queue.entrypoint(sharing.ENTRYPOINT)(look_twice)
            refresher = refresh.Refresher(pool, client, key_refused=refused, retries=retries)
            queue.entrypoint(refresh.REFRESH)(refresher.refresh)
            queue.entrypoint(refresh.LOOK_AGAIN)(refresher.look_again)
            working = asyncio.create_task(_work_queue(queue, settings))
            ends = [asyncio.create_task(end) for end in (stop.wait(), refused.wait(), _key_changes(watch, stop))]
            await asyncio.wait([working, *ends], return_when=asyncio.FIRST_COMPLETED)
            queue.shutdown.set()
            for end in ends:
                end.cancel()
            await working
        finally:
            await connection.close(timeout=2)
            pool.terminate()
    return not refused.is_set()


async def _nothing_to_reset(connection: asyncpg.Connection) -> None:
    """What the look-ups do ends with their transaction, so giving a connection back costs no round trip."""


async def _work_queue(queue: PgQueuer, settings: Settings) -> None:
    # Enough films under way to fill the rate at an answer in a third of a second; more would only wait for their turn
    # at TMDB in this process, where a newcomer's cannot overtake them.
    at_once = max(20, round(settings.tmdb_requests_per_second * 0.5))
    queue.qm.min_dequeue_poll_interval = QUEUE_LOOKED_AT
    await queue.qm.run(
        batch_size=min(50, at_once // 2),
        max_concurrent_tasks=at_once,
        heartbeat_timeout=HEARTBEAT,
        dequeue_timeout=timedelta(seconds=1),  # a film put off for another attempt tells nobody
        log_aggregation_interval=timedelta(0),
    )


async def _key_changes(watch: KeyWatch, stop: asyncio.Event, *, seconds: float = math.inf) -> None:
    """Returns when another key holds, when told to stop, or after so many seconds."""
    ends = time.monotonic() + seconds
    while not watch.changed() and not stop.is_set() and time.monotonic() < ends:
        await _pause(stop, KEY_LOOKED_AT_SECONDS)


async def _report(engine: AsyncEngine, settings: Settings, key_state: str) -> None:
    """Lets the pages say how the key stands."""
    values = {"rate_group": settings.rate_group, "key_state": key_state, "changed_at": func.now()}
    async with engine.begin() as db:
        before = await db.scalar(select(TmdbState.key_state).where(TmdbState.rate_group == settings.rate_group))
        if before != key_state:
            log.info("TMDB key: %s", key_state)
        await db.execute(
            insert(TmdbState).values(values).on_conflict_do_update(index_elements=["rate_group"], set_=values)
        )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _until(stop: asyncio.Event, task: asyncio.Task[None]) -> None:
    """Waits for the task, and no longer than GRACE_SECONDS once told to stop: its jobs are taken over elsewhere."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not task.done():
        await asyncio.wait([task], timeout=GRACE_SECONDS)
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task
