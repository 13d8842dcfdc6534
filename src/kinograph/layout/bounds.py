"""How much is done at once by one process, chosen by its cores, and what is said to whoever would wait too long."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import TypeVar

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

Result = TypeVar("Result")

WAIT_SECONDS = 20.0  # after which hardly anybody still looks


def count_cores() -> int:
    """Those that this process may use, which in a container are fewer than the machine has."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


class Busy(AppError):
    status = 503
    heading = gettext_noop("Not now.")
    sentence = gettext_noop("Kinograph is busy right now. Try again in a few seconds; nothing is lost.")
    retry_after = 5


class Bound:
    """At most `at_once` at the same time; the others wait their turn, first come, first served, and no longer than
    `seconds`."""

    def __init__(self, at_once: int, *, seconds: float = WAIT_SECONDS, name: str = "") -> None:
        self._free = asyncio.Semaphore(at_once)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name) if name else None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Busy."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            yield
        finally:
            self._free.release()

    async def run(self, work: Callable[..., Result], *given: object) -> Result:
        """In one of the bound's own threads, with the language of whoever asks. Raises Busy."""
        async with self.turn():
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._threads, copy_context().run, work, *given)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])  # the thread works on, so its turn is not over
                raise

    def close(self) -> None:
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)
