"""One worker of a rate group leads, and works; the others stand by."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database, logs
from kinograph.backups import periodic
from kinograph.database import TablesMissing
from kinograph.films import tasks
from kinograph.films.tasks import Retries
from kinograph.films.tmdb_metrics import Reporter, TmdbMetrics
from kinograph.jobs import PERIODS, Period
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import KeyWatch
from kinograph.worker.lead import LEASE_SECONDS, Lead, Leadership
from kinograph.worker.periods import Rounds, repeat
from kinograph.worker.queue import QueueWorker, wait_until

log = logging.getLogger(__name__)

GRACE_SECONDS = 8.0
REPORT_SECONDS = 5.0
TRIED_AGAIN_SECONDS = 1.0
LEADING = 1  # the connection by which the lead is renewed
PERIOD_CONNECTIONS = 1  # shared by all periods, whose transactions are short
MORE_PERIOD_CONNECTIONS = 1  # closed again once several no longer run at the same time
PERIOD_SECONDS = 600.0  # that one waits for a connection: nobody looks on


async def work(settings: Settings, *, holder: str | None = None, lease: float = LEASE_SECONDS) -> None:
    """Runs until SIGTERM or SIGINT, and waits out a database that goes away. `holder` is what all workers are called of
    which one follows the other. Raises TablesNewer."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work_until(stop, settings, holder=holder, lease=lease)


async def work_until(
    stop: asyncio.Event,
    settings: Settings,
    *,
    retries: Retries = tasks.RETRIES,
    holder: str | None = None,
    lease: float = LEASE_SECONDS,
) -> None:
    """One worker of a rate group works, the others stand by: TMDB counts requests by address."""
    worker = Worker(stop, settings, retries, holder or str(uuid4()), lease)
    trouble: str | None = None
    while not stop.is_set():
        try:
            await worker.stand_by_and_lead()
            trouble = None
        except TablesMissing:
            if trouble != TablesMissing.__name__:
                log.error("the tables are missing or old: run “kinograph migrate”; waiting for them")
            trouble = TablesMissing.__name__
            await wait_until(stop, TRIED_AGAIN_SECONDS)
        except Exception as error:
            if not logs.is_trouble(error):
                raise
            if trouble != logs.name(error):
                log.error("the database does not work: %s; trying again", logs.name(error))
            trouble = logs.name(error)
            await wait_until(stop, TRIED_AGAIN_SECONDS)


@dataclass(frozen=True, slots=True)
class Worker:
    """What stays the same from one lead to the next."""

    stop: asyncio.Event
    settings: Settings
    retries: Retries
    holder: str
    lease: float

    async def stand_by_and_lead(self) -> None:
        """One lead, however it ends. Raises when the database is away, and nothing is sent to TMDB any more."""
        assert self.settings.session_url
        await database.check_tables(self.settings.session_url)
        watch = KeyWatch(self.settings)
        leadership = Leadership(
            self.settings.session_url,
            self.settings.rate_group,
            holder=self.holder,
            has_key=watch.has_hope,
            seconds=self.lease,
        )
        try:
            while lead := await leadership.win(self.stop):
                try:
                    await self._lead(leadership, lead, watch)
                finally:
                    lead.end()
                    await leadership.release(lead)
        finally:
            leadership.close()

    async def _lead(self, leadership: Leadership, lead: Lead, watch: KeyWatch) -> None:
        """Returns when told to stop, or when the lead has ended."""
        settings = self.settings
        metrics = TmdbMetrics(limit=settings.tmdb_requests_per_second, rate=settings.tmdb_requests_per_second)
        reporter = Reporter(metrics, rate_group=settings.rate_group, backs_up=settings.backup_dir is not None)
        async with _engine(settings, lead) as engine:
            queue = QueueWorker(
                engine, settings, self.stop, lead=lead, watch=watch, retries=self.retries, metrics=metrics
            )
            working = asyncio.create_task(queue.run())
            keeping = asyncio.create_task(leadership.keep(lead))
            kept = [*PERIODS, Period(REPORT_SECONDS, reporter.report_metrics)]
            if settings.backup_dir:
                kept.append(Period(periodic.LOOKED_AT_SECONDS, periodic.Backups(settings).back_up))
            rounds = Rounds(engine)
            periods = [asyncio.create_task(repeat(period, rounds)) for period in kept]
            stopping = asyncio.create_task(self.stop.wait())
            try:
                await asyncio.wait([working, keeping, *periods, stopping], return_when=asyncio.FIRST_COMPLETED)
                if self.stop.is_set():  # its jobs are taken over elsewhere if they take longer
                    await asyncio.wait([working, keeping], timeout=GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                lead.end()
                await _cancel(stopping, working, keeping, *periods)


@asynccontextmanager
async def _engine(settings: Settings, lead: Lead) -> AsyncIterator[AsyncEngine]:
    """Every connection says for which lead it writes."""
    assert settings.session_url
    engine = database.connect(
        settings.session_url, pool_size=PERIOD_CONNECTIONS, overflow=MORE_PERIOD_CONNECTIONS, wait=PERIOD_SECONDS
    )
    event.listen(engine.sync_engine, "connect", lambda connection, _: connection.run_async(lead.mark))
    try:
        yield engine
    finally:
        await engine.dispose()


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    """Ends them all, and raises what one of them has raised by itself."""
    ended = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    # One that is cancelled in the middle of a statement may end with any error of the driver.
    errors = {task: task.exception() for task in tasks if task.done() and not task.cancelled()}
    for task in ended:
        if error := errors.get(task):
            raise error
