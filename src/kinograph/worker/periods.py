"""Runs what comes round by the clock, and outlives what passes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from kinograph import logs
from kinograph.jobs import Period

log = logging.getLogger(__name__)


RARE_SECONDS = 60.0  # from one round of a period to the next


class Rounds:
    """What all periods share: their connections. Those by which something rare was done are closed after it: each is a
    process of PostgreSQL that remembers all it was asked (4 MB in place of one), and would do so for good."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._rare = 0

    @asynccontextmanager
    async def one(self, period: Period) -> AsyncIterator[None]:
        if period.seconds < RARE_SECONDS:
            yield
            return
        self._rare += 1
        try:
            yield
        finally:
            self._rare -= 1
        pool = self.engine.pool
        if self._rare == 0 and isinstance(pool, QueuePool) and not pool.checkedout():
            await self.engine.dispose()


async def repeat(period: Period, rounds: Rounds) -> None:
    """Without end; raises when the database is gone."""
    trouble: str | None = None
    while True:
        async with rounds.one(period):
            before, trouble = trouble, await _trouble_with(period, rounds.engine)
        if trouble and trouble != before:  # some periods are half a second, and a disk may be full for hours
            log.error("%s failed: %s", period.task.__name__, trouble)
        elif before and not trouble:
            log.info("%s succeeds again", period.task.__name__)
        await asyncio.sleep(period.seconds)


async def _trouble_with(period: Period, engine: AsyncEngine) -> str | None:
    """Runs it once. Names what will pass, such as a full disk or a deadlock: the next round does what this one could
    not. Raises when the database is gone."""
    try:
        await period.task(engine)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return logs.name(error)
    except asyncpg.PostgresError as error:  # of what goes past SQLAlchemy, to the queue
        if isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError):
            raise
        return type(error).__name__
    return None
