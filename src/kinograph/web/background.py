"""What the web server does beside answering: it hears of deleted sessions, and gives back what it can do without once
nobody asks any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from kinograph.operator.durations import Durations
from kinograph.running.freeing import give_back, unmap_code
from kinograph.sessions import deletions

QUIET_SECONDS = 60.0
LOOKED_AFTER = 5.0  # seconds
UNNOTICED = ("/healthz", "/metrics")
"""What programs ask for day and night."""


@asynccontextmanager
async def working_beside(app: FastAPI, url: str) -> AsyncIterator[None]:
    """`url` is that of PostgreSQL itself, which tells of deletions."""
    tasks = [asyncio.create_task(_forget_deleted(app, url)), asyncio.create_task(rest_when_quiet(app))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _forget_deleted(app: FastAPI, url: str) -> None:
    def forget(session_id: UUID) -> None:
        app.state.progress_cache.forget(session_id)
        app.state.frames.forget(session_id)

    await deletions.follow_deletions(url, forget=forget, forget_all=app.state.frames.forget_all)


async def rest_when_quiet(app: FastAPI, *, quiet: float = QUIET_SECONDS, looked_after: float = LOOKED_AFTER) -> None:
    """Rests once after each stretch of answers. Never returns."""
    seen, since, rests = -1, time.monotonic(), False
    while True:
        await asyncio.sleep(looked_after)
        if (asked := count_asked(app.state.durations)) != seen:
            seen, since, rests = asked, time.monotonic(), False
        elif not rests and time.monotonic() - since >= quiet:
            rests = await rest(app)


def count_asked(durations: Durations) -> int:
    return sum(sum(times) for route, times in durations.within.items() if route not in UNNOTICED)


async def rest(app: FastAPI) -> bool:
    """Closes connections, each of which is a process of PostgreSQL that knows by heart what it was asked (5 to 15 MB),
    ends what reads uploads, and has the system take back what was freed and the code of libraries. The next page opens
    its own connection in some 10 ms. Returns whether it did: not while a connection is in use."""
    engine: AsyncEngine = app.state.engine
    pool = engine.pool
    if isinstance(pool, QueuePool) and pool.checkedout():
        return False
    await engine.dispose()
    await app.state.readers.rest()
    await asyncio.to_thread(app.state.frames.close_idle)
    await asyncio.to_thread(give_back)
    await asyncio.to_thread(unmap_code)
    return True
