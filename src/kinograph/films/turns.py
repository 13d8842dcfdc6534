"""Who of those that wait in one process goes first: the highest turn, and within a turn who came first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from pgqueuer.models import Job

# Of the job that is being done: its priority in the queue.
TURN: ContextVar[int] = ContextVar("turn", default=0)


def in_turn(handle: Callable[[Job], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
    """Lets what a job asks for wait behind what jobs of a higher priority ask for."""

    async def handler(job: Job) -> None:
        TURN.set(job.priority)
        await handle(job)

    return handler


class Turnstile:
    """A lock that goes to the highest turn of those that wait for it."""

    def __init__(self) -> None:
        self._held = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()

    @asynccontextmanager
    async def pass_through(self) -> AsyncIterator[None]:
        await self._acquire()
        try:
            yield
        finally:
            self._release()

    async def _acquire(self) -> None:
        if not self._held:
            self._held = True
            return
        called = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-TURN.get(), next(self._arrivals), called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():  # it was called just before
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            *_, called = heapq.heappop(self._waiting)
            if not called.done():
                called.set_result(None)
                return
        self._held = False
