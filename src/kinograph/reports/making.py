"""Reports being made: one at a time in each web process, by a process started for it, and the others in turn."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.pictures.cache import PictureCache
from kinograph.reports.writer import SYSTEM_FONTS

log = logging.getLogger(__name__)

WAITING = 8
DEADLINE = 30.0  # seconds for one report, once it is its turn
KEPT = 32 << 20  # bytes of reports made last
# With an arena of memory and a thread for every core it would need more address space on large machines.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "4"}
WRITER = (sys.executable, "-I", "-m", "kinograph.reports.writer")


class TooManyReports(AppError):
    status = 503
    heading = gettext_noop("Not now.")
    sentence = gettext_noop("Too many reports are being made at the moment. Try again in half a minute.")
    retry_after = 30


class NotMade(AppError):
    status = 500
    sentence = gettext_noop(
        "This report could not be made. Nothing you stored is lost; try again, or pick fewer films."
    )


@dataclass(eq=False)
class Making:
    """One report on its way: `drawn` of `cards` are drawn; its pages are set once all are."""

    cards: int = 0
    drawn: int = 0
    is_first: bool = False  # whether it is its turn
    task: asyncio.Task[bytes] = field(init=False, repr=False)

    @property
    def percent(self) -> int:
        """Drawing its cards is half of the work."""
        return 50 * self.drawn // self.cards if self.cards else 0

    def tell(self, drawn: int, cards: int) -> None:
        self.drawn, self.cards = drawn, cards


@dataclass(frozen=True, slots=True)
class Written:
    """What a report is set from; it is kept where it `is_whole`."""

    text: bytes
    is_whole: bool = True
    needs_system_fonts: bool = False


Write = Callable[[Making], Awaitable[Written]]


class Reports:
    """Of one web process."""

    def __init__(self, *, deadline: float = DEADLINE, writer: Sequence[str] = WRITER) -> None:
        self._deadline = deadline
        self._writer = writer
        self._turn = asyncio.Semaphore(1)
        self._under_way: dict[Hashable, Making] = {}
        self._kept = PictureCache(KEPT)
        self._process: subprocess.Popen[bytes] | None = None

    def find(self, key: str) -> bytes | None:
        """One that is made."""
        return self._kept.get(key)

    def make(self, key: str, write: Write) -> Making:
        """The report of this key on its way, begun where it was not; it is made to its end, whoever leaves.

        Raises TooManyReports while so many wait.
        """
        making = self._under_way.get(key)
        if making is None:
            if len(self._under_way) > WAITING:
                raise TooManyReports
            making = self._under_way[key] = Making()
            making.task = asyncio.create_task(self._make(key, making, write))
            making.task.add_done_callback(lambda task: task.cancelled() or task.exception())  # somebody may ask for it
        return making

    def count_before(self, making: Making) -> int:
        """How many are made before it."""
        others = list(self._under_way.values())
        return others.index(making) if making in others else 0

    async def _make(self, key: str, making: Making, write: Write) -> bytes:
        try:
            async with self._turn:
                making.is_first = True
                written = await write(making)
                pdf = await asyncio.to_thread(self._set, written)
        finally:
            del self._under_way[key]
        if written.is_whole:
            self._kept.keep(key, pdf)
        return pdf

    def _set(self, written: Written) -> bytes:
        """It gets nothing of our environment. Raises NotMade where typst fails, takes too long or too much memory."""
        arguments = [*self._writer, SYSTEM_FONTS] if written.needs_system_fonts else self._writer
        process = self._process = subprocess.Popen(  # noqa: S603 - our own program, and nothing of a request
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )
        try:
            pdf, _ = process.communicate(written.text, timeout=self._deadline)
        except subprocess.TimeoutExpired:
            pdf = b""
        finally:
            self._process = None
            process.kill()
            process.wait()
        if process.returncode or not pdf.startswith(b"%PDF"):
            log.error("a report was not made: its process ended with %s", process.returncode)
            raise NotMade
        return pdf

    def close(self) -> None:
        for making in list(self._under_way.values()):
            making.task.cancel()
        if process := self._process:
            with suppress(OSError):
                process.kill()
