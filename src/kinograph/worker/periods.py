"""Runs what comes round by the clock, and outlives what passes."""

from __future__ import annotations

import asyncio
import logging

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import logs
from kinograph.jobs import Period

log = logging.getLogger(__name__)


async def repeat(period: Period, engine: AsyncEngine) -> None:
    """Without end; raises when the database is gone."""
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
