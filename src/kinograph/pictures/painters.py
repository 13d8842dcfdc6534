"""The processes that make PNGs of pictures: two at most, started when they are needed, and none while nobody asks."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer

import orjson

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.pictures.canvas import Picture
from kinograph.pictures.colors import Light
from kinograph.pictures.layers import write_picture
from kinograph.pictures.legible import drawing_with, make_legible
from kinograph.pictures.painter import DONE, LENGTH, LETTERS

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 20
DEADLINE = 10.0  # seconds for one picture
MADE_BY_ONE = 100  # pictures; then its memory is given back


class TooBusy(AppError):
    status = 503
    heading = gettext_noop("Not now.")
    sentence = gettext_noop("Too many pictures are being drawn at the moment. Try again in a few seconds.")
    retry_after = 5


class NotDrawn(AppError):
    status = 500
    sentence = gettext_noop("This picture could not be drawn. Nothing you stored is lost; try again.")


class Painters:
    """Of one web process."""

    def __init__(self, *, deadline: float = DEADLINE, made_by_one: int = MADE_BY_ONE) -> None:
        self._free = [_Painter(deadline, made_by_one) for _ in range(AT_ONCE)]
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._asking = 0
        self._letters: list[tuple[int, int]] | None = None
        self._learning = Lock()

    async def paint(self, compose: Callable[[], Picture], light: Light) -> bytes:
        """A PNG of what is composed, in a thread, once it is this one's turn.

        Raises TooBusy at once while so many wait, NotDrawn where typst fails or takes too long, and what composing
        raises.
        """
        if self._asking >= AT_ONCE + WAITING:
            raise TooBusy
        self._asking += 1
        try:
            async with self._turn:
                painter = self._free.pop()
                try:
                    return await asyncio.to_thread(self._paint, painter, compose, light)
                finally:
                    self._free.append(painter)
        finally:
            self._asking -= 1

    def _paint(self, painter: _Painter, compose: Callable[[], Picture], light: Light) -> bytes:
        with drawing_with(self.has_system_letter):
            message = write_picture(make_legible(compose()), light)
        return painter.paint(message.encode())

    def has_system_letter(self, letter: str) -> bool:
        """Whether a font of the system has it; for a thread. A process of its own is asked once, and only for a name
        that needs it. Raises NotDrawn."""
        with self._learning:
            if self._letters is None:
                asked = _Painter(DEADLINE, 1)
                self._letters = [tuple(run) for run in orjson.loads(asked.paint(LETTERS))]
        place = bisect_right(self._letters, (ord(letter), sys.maxunicode)) - 1
        return place >= 0 and self._letters[place][0] <= ord(letter) <= self._letters[place][1]

    def close(self) -> None:
        for painter in self._free:
            painter.close()


class _Painter:
    """One process, and the next after it."""

    def __init__(self, deadline: float, made_by_one: int) -> None:
        self._deadline = deadline
        self._made_by_one = made_by_one
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None

    def paint(self, message: bytes) -> bytes:
        """What is answered. Raises NotDrawn."""
        answer = self._ask(message)
        if answer is None:  # it had been idle and ended just now
            answer = self._ask(message)
        if not answer or answer[:1] != DONE:
            log.error("a picture was not drawn: %s", "typst refused it" if answer else "its process ended")
            raise NotDrawn
        return answer[1:]

    def _ask(self, message: bytes) -> bytes | None:
        """None where the process has ended or was ended."""
        process = self._process = self._process or self._start()
        assert process.stdin and process.stdout
        clock = Timer(self._deadline, process.kill)
        clock.start()
        try:
            process.stdin.write(LENGTH.pack(len(message)) + message)
            process.stdin.flush()
            head = process.stdout.read(LENGTH.size)
            answer = process.stdout.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None
        except OSError:
            answer = None
        finally:
            clock.cancel()
        self._made += 1
        if answer is None or self._made >= self._made_by_one:
            self.close()
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        """It gets nothing of our environment: no address of a database, no key."""
        self._made = 0
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "kinograph.pictures.painter"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )

    def close(self) -> None:
        if process := self._process:
            self._process = None
            for end in (process.stdin, process.stdout):
                with suppress(OSError):
                    assert end
                    end.close()
            process.kill()
            process.wait()
