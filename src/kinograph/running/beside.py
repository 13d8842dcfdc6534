"""Work that goes on beside a web server, in its process: in a thread with an event loop of its own, so that neither
waits for the other, and an error of one is none of the other."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from kinograph import logs
from kinograph.running.delays import Delays

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""After which Python lets another thread go on, in place of 0.005: pages then took half as long again while films were
looked up, as each of their many steps had to wait for its turn."""
STOP_SECONDS = 9.0  # for its end; the supervisor waits a little longer for ours

Work = Callable[[asyncio.Event], Awaitable[None]]
"""Goes on until the event is set."""


class Beside:
    """One piece of work, begun again whenever it ends, after a longer wait each time."""

    def __init__(
        self, name: str, work: Work, *, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    ) -> None:
        self._name = name
        self._work = work
        self._loop_factory = loop_factory
        self._delays = Delays()
        self._thread: threading.Thread | None = None
        self._told = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        # Nothing waits for it at our end: what has not ended by then is as if it was killed, which loses nothing.
        self._thread = threading.Thread(target=self._live, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tells it to end, from any thread."""
        self._told.set()
        loop, stop = self._loop, self._stop
        if loop and stop:
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(stop.set)

    @property
    def has_ended(self) -> bool:
        return self._thread is None or not self._thread.is_alive()

    async def ended(self, seconds: float = STOP_SECONDS) -> None:
        """Returns once it has, or after so long."""
        if self._thread:
            await asyncio.to_thread(self._thread.join, seconds)

    def _live(self) -> None:
        said: str | None = None
        while not self._told.is_set():
            self._delays.note_begin()
            try:
                with asyncio.Runner(loop_factory=self._loop_factory) as runner:
                    runner.run(self._run())
                why, error = "ended", None
            except BaseException as raised:  # a stray cancellation, too: nobody else begins it again
                why, error = f"ended by {logs.name(raised)}", raised
            if self._told.is_set():
                break
            delay = self._delays.next()
            # Where it went wrong is told once, not every ten seconds.
            log.error(
                "%s: %s; beginning again in %.1f s", self._name, why, delay, exc_info=error if why != said else None
            )
            said = why
            self._told.wait(delay)

    async def _run(self) -> None:
        self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
        if self._told.is_set():
            return
        try:
            await self._work(self._stop)
        finally:
            self._loop = None
