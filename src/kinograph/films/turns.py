"""Who of those that wait in one process goes first: the highest turn, and within a turn who came first. What more
requests will follow has a head start of some turns."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from pgqueuer.models import Job

from kinograph.films.rate_limiter import RateLimiter

# Of the job that is being done: its priority in the queue.
TURN: ContextVar[int] = ContextVar("turn", default=0)


def in_turn(handle: Callable[[Job], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
    """Lets what a job asks for wait behind what jobs of a higher priority ask for."""

    async def handler(job: Job) -> None:
        TURN.set(job.priority)
        await handle(job)

    return handler


class Gate:
    """Lets requests go as connections and the pace allow: the highest turn first, whoever waits."""

    def __init__(self, limiter: RateLimiter, *, connections: int, head_start: int = 0) -> None:
        """`head_start` is in turns."""
        self._limiter = limiter
        self._head_start = head_start
        self._free = asyncio.Semaphore(connections)
        self._waiting: list[tuple[int, int, asyncio.Future[float]]] = []
        self._arrivals = itertools.count()
        self._calling: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Requests that have not been let go."""
        return len(self._waiting)

    @asynccontextmanager
    async def pass_through(self, *, is_followed: bool = False) -> AsyncIterator[float]:
        """A connection is free within; yields the moment from which the limiter counts the request. One that is
        followed by others goes first among its neighbors: else the last films would each wait for their own answers,
        with nobody left to go meanwhile."""
        started = await self._wait(TURN.get() + (self._head_start if is_followed else 0))
        try:
            yield started
        finally:
            self._free.release()

    async def _wait(self, turn: int) -> float:
        called: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-turn, next(self._arrivals), called))
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call())
        try:
            return await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():  # it was called just before
                self._free.release()
            raise

    async def _call(self) -> None:
        # One task calls all: where several are late, they go together, and not one in each round of a busy loop. And
        # while anybody waits the schedule is kept up, though whoever goes first may have come only now.
        asked = time.monotonic()
        while self._waiting:
            await self._free.acquire()
            started = await self._limiter.wait(asked)
            while self._waiting:
                *_, called = heapq.heappop(self._waiting)
                if not called.done():
                    called.set_result(started)
                    break
            else:
                self._free.release()
