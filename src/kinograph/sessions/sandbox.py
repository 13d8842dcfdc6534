"""Reading an upload in a process of its own: it is a stranger's file, and a thread could not be stopped."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import forkserver, reduction, resource_tracker, util
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import IO, Any, TypeVar, cast

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout.bounds import Bound, count_cores
from kinograph.sessions import export
from kinograph.sessions.export import Export, ExportedFilm, ListFilm, Review, Upload, Viewing

T = TypeVar("T")

log = logging.getLogger(__name__)

DEADLINE = 20.0  # seconds; 20,000 films take one
MEMORY = 1 << 30  # bytes of address space for reading one upload, the interpreter included
WAIT_SECONDS = 120.0  # for a turn; whoever uploads waits longer than whoever looks


class TookTooLong(AppError):
    status = 422
    sentence = gettext_noop(
        "Reading this took too long, so Kinograph gave up. Send the ZIP as Letterboxd gave it to you."
    )


class TooMuch(AppError):
    status = 413
    sentence = gettext_noop(
        "Reading this needs more memory than any Letterboxd export does. Send the ZIP as Letterboxd gave it to you."
    )


@dataclass(frozen=True, slots=True)
class Spooled:
    """Uploaded files one after the other in a file that has no name, so that nothing is left of it whatever ends us:
    the name and the length of each, in bytes."""

    file: IO[bytes]
    parts: Sequence[tuple[str, int]] = ()


def clean_up() -> None:
    """Removes the folder with the socket of the server that readers are forked from. Python does so as it ends, which
    it does not where a signal ends it."""
    util._run_finalizers()  # type: ignore[attr-defined]


class Readers:
    """The processes that read. They are forked from a small server that has the reader loaded: that takes 10 ms."""

    def __init__(self, *, deadline: float = DEADLINE, memory: int = MEMORY) -> None:
        self._deadline = deadline
        self._memory = memory
        self._free = Bound(count_cores(), seconds=WAIT_SECONDS)
        self._under_way = 0
        self._warming: asyncio.Task[None] | None = None
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    async def warm(self) -> None:
        """Starts the server, so that the first upload does not wait for it."""
        await asyncio.to_thread(self._run, None)

    def warm_soon(self) -> None:
        """The same without waiting for it, once: for whoever may be about to upload."""
        if self._warming is None:
            self._warming = asyncio.create_task(self.warm())

    async def close(self) -> None:
        if self._warming:
            await self._warming

    async def rest(self) -> None:
        """Ends the server, which takes 30 MB with the helper that Python gives it. The next one who may be about to
        upload starts it again."""
        if self._under_way == 0 and (self._warming is None or self._warming.done()):
            self._warming = None
            # Python has no other way. It is for its own tests, and starts both again where they are needed.
            helpers: tuple[Any, ...] = (forkserver._forkserver, resource_tracker._resource_tracker)
            for helper in helpers:
                helper._stop()

    async def read(self, spooled: Spooled) -> Export:
        """Raises the reader's errors, TookTooLong, or TooMuch; nothing of the process is left then."""
        return await self.read_by(export.read, spooled)

    async def read_by(self, read: Callable[[list[Upload]], T], spooled: Spooled) -> T:
        """The same by another reader, a function of a module."""
        self._under_way += 1
        try:
            async with self._free.turn():
                answer = await asyncio.to_thread(self._run, spooled, read)
        finally:
            self._under_way -= 1
        if isinstance(answer, AppError):
            raise answer
        return cast(T, answer)

    def _run(self, spooled: Spooled | None, read: Callable[[list[Upload]], Any] = export.read) -> Any:
        """What came of it, or the error; None of nothing."""
        ours, theirs = self._context.Pipe(duplex=False)
        given = Handed(spooled) if spooled else None
        process = self._context.Process(
            target=_read, args=(given, read, theirs, self._deadline, self._memory), daemon=True
        )
        process.start()
        theirs.close()
        try:
            return self._answer(ours, process)
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()

    def _answer(self, ours: Connection, process: ForkServerProcess) -> Any:
        if not ours.poll(self._deadline):
            return TookTooLong()
        try:
            answer = pickle.loads(ours.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError):
            process.join()
            # Killed by its own clock, or by the system for want of memory.
            log.warning("a process that reads an upload ended before it answered: %s", _how(process.exitcode))
            return TookTooLong() if process.exitcode in (-signal.SIGXCPU, -signal.SIGALRM) else TooMuch()
        return _unpack(answer) if isinstance(answer, Packed) else answer


def _how(exitcode: int | None) -> str:
    return signal.Signals(-exitcode).name if exitcode and exitcode < 0 else f"exit code {exitcode}"


class Handed:
    """What was spooled, for the process that reads it, which gets the open file and no name."""

    def __init__(self, spooled: Spooled) -> None:
        self._spooled = spooled

    def __reduce__(self) -> tuple[object, ...]:
        return _take_over, (reduction.DupFd(self._spooled.file.fileno()), tuple(self._spooled.parts))


def _take_over(descriptor: Any, parts: Sequence[tuple[str, int]]) -> Spooled:
    return Spooled(os.fdopen(descriptor.detach(), "rb"), parts)


def _read(
    given: Spooled | None,
    read: Callable[[list[Upload]], Any],
    theirs: Connection,
    deadline: float,
    memory: int,
) -> None:
    _limit(deadline, memory)
    _quieten()
    gc.disable()  # a fifth of the time, for a process that ends at once
    try:
        answer = read(_uploads(given)) if given else None
        sent = pickle.dumps(_pack(answer) if isinstance(answer, Export) else answer, pickle.HIGHEST_PROTOCOL)
    except AppError as error:
        sent = pickle.dumps(error)
    except MemoryError:
        sent = pickle.dumps(TooMuch())
    with suppress(BrokenPipeError):  # nobody is left who asked
        theirs.send_bytes(sent)


def _uploads(spooled: Spooled) -> list[Upload]:
    spooled.file.seek(0)
    return [Upload(name, spooled.file.read(length)) for name, length in spooled.parts]


def _limit(deadline: float, memory: int) -> None:
    """Ends this process by itself where nobody is left to end it."""
    signal.alarm(int(deadline) + 5)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(deadline) + 5, int(deadline) + 6))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _quieten() -> None:
    """What libraries say as they abort, for want of memory, is no line of the log: whoever waits for the answer tells
    what happened. Python's own errors are said as ever."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


@dataclass(frozen=True, slots=True)
class Packed:
    """An export whose rows are plain tuples: to name the type of each would take most of the time to cross."""

    rest: Export
    rows: dict[str, list[Any]]


def _pack(read: Export) -> Packed:
    rows: dict[str, list[Any]] = {
        "films": list(map(tuple, read.films)),
        "viewings": list(map(tuple, read.viewings)),
        "reviews": list(map(tuple, read.reviews)),
        "list films": [list(map(tuple, each.films)) for each in read.lists],
    }
    lists = tuple(replace(each, films=()) for each in read.lists)
    return Packed(replace(read, films=(), viewings=(), reviews=(), lists=lists), rows)


def _unpack(packed: Packed) -> Export:
    rows = packed.rows
    lists = zip(packed.rest.lists, rows["list films"], strict=True)
    return replace(
        packed.rest,
        films=tuple(map(ExportedFilm._make, rows["films"])),
        viewings=tuple(map(Viewing._make, rows["viewings"])),
        reviews=tuple(map(Review._make, rows["reviews"])),
        lists=tuple(replace(each, films=tuple(map(ListFilm._make, films))) for each, films in lists),
    )
