"""One worker of a rate group leads, and works; the others stand by."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.films import tasks
from kinograph.films.tasks import Retries
from kinograph.films.tmdb_metrics import Reporter, TmdbMetrics
from kinograph.jobs import PERIODS, Period
from kinograph.settings import Settings
from kinograph.worker.periods import repeat
from kinograph.worker.queue import QueueWorker, wait_until

log = logging.getLogger(__name__)

STANDBY_SECONDS = 1.0
GRACE_SECONDS = 8.0
REPORT_SECONDS = 5.0


async def work(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; raises when the database goes away, for the supervisor to start it anew."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work_until(stop, settings)


async def work_until(stop: asyncio.Event, settings: Settings, *, retries: Retries = tasks.RETRIES) -> None:
    """One worker of a rate group works, the others stand by: TMDB counts requests by address."""
    assert settings.session_url
    engine = database.connect(settings.session_url, pool_size=20)
    try:
        async with _leadership(settings, stop) as leading:
            if leading:
                await _lead(engine, settings, stop, retries)
    finally:
        await engine.dispose()


async def _lead(engine: AsyncEngine, settings: Settings, stop: asyncio.Event, retries: Retries) -> None:
    async with asyncio.TaskGroup() as group:
        metrics = TmdbMetrics(limit=settings.tmdb_requests_per_second, rate=settings.tmdb_requests_per_second)
        reporter = Reporter(metrics, rate_group=settings.rate_group)
        kept = (*PERIODS, Period(REPORT_SECONDS, reporter.report_metrics))
        periods = [group.create_task(repeat(period, engine)) for period in kept]
        await _until(
            stop, group.create_task(QueueWorker(engine, settings, stop, retries=retries, metrics=metrics).run())
        )
        for task in periods:
            task.cancel()


@asynccontextmanager
async def _leadership(settings: Settings, stop: asyncio.Event) -> AsyncIterator[bool]:
    """Waits for the group's lock; yields False when told to stop before. Losing the connection is losing the lock."""
    connection = await asyncpg.connect(settings.session_url)
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
                await wait_until(stop, STANDBY_SECONDS)
        if leading:
            log.info("this worker leads")
        connection.add_termination_listener(lambda _: _give_up(stop))
        yield leading
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)


def _give_up(stop: asyncio.Event) -> None:
    if not stop.is_set():
        log.warning("the database connection is lost, so this worker no longer leads and exits")
        stop.set()


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
