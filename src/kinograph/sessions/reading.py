"""Reading an upload in a process of its own: it is a stranger's file, and a thread could not be stopped."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from kinograph.errors import AppError
from kinograph.i18n import noop
from kinograph.sessions import export
from kinograph.sessions.export import Export, Upload

DEADLINE = 20.0  # seconds; 20,000 films take one
MEMORY = 1 << 30  # bytes of address space for reading one upload, the interpreter included
AT_ONCE = 2  # uploads read at the same time by one web process


class TookTooLong(AppError):
    status = 422
    sentence = noop("Reading this took too long, so it was given up. Send the ZIP as Letterboxd gave it to you.")


class TooMuch(AppError):
    status = 413
    sentence = noop(
        "Reading this needs more memory than any Letterboxd export does. Send the ZIP as Letterboxd gave it to you."
    )


@dataclass(frozen=True, slots=True)
class Spooled:
    """An uploaded file on disk, under the name it came with."""

    name: str
    path: Path


class Readers:
    """The processes that read. They are forked from a small server that has the reader loaded: that takes 10 ms."""

    def __init__(self, *, deadline: float = DEADLINE, memory: int = MEMORY) -> None:
        self._deadline = deadline
        self._memory = memory
        self._free = asyncio.Semaphore(AT_ONCE)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    async def warm(self) -> None:
        """Starts the server, so that the first upload does not wait for it."""
        await asyncio.to_thread(self._run, [])

    async def read(self, uploads: Sequence[Spooled]) -> Export:
        """Raises the reader's errors, TookTooLong, or TooMuch; nothing of the process is left then."""
        async with self._free:
            answer = await asyncio.to_thread(self._run, uploads)
        if isinstance(answer, AppError):
            raise answer
        assert isinstance(answer, Export)
        return answer

    def _run(self, uploads: Sequence[Spooled]) -> Export | AppError | None:
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_read, args=(uploads, theirs, self._deadline, self._memory), daemon=True)
        process.start()
        theirs.close()
        try:
            return self._answer(ours, process)
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()

    def _answer(self, ours: Connection, process: ForkServerProcess) -> Export | AppError | None:
        if not ours.poll(self._deadline):
            return TookTooLong()
        try:
            answer: Export | AppError | None = pickle.loads(ours.recv_bytes())  # noqa: S301 - from our own process
        except EOFError:
            process.join()
            # Killed by its own clock, or by the system for want of memory.
            return TookTooLong() if process.exitcode in (-signal.SIGXCPU, -signal.SIGALRM) else TooMuch()
        return answer


def _read(uploads: Sequence[Spooled], theirs: Connection, deadline: float, memory: int) -> None:
    _limit(deadline, memory)
    try:
        answer = export.read([Upload(each.name, each.path.read_bytes()) for each in uploads]) if uploads else None
        sent = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except AppError as error:
        sent = pickle.dumps(error)
    except MemoryError:
        sent = pickle.dumps(TooMuch())
    theirs.send_bytes(sent)


def _limit(deadline: float, memory: int) -> None:
    """Ends this process by itself where nobody is left to end it."""
    signal.alarm(int(deadline) + 5)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(deadline) + 5, int(deadline) + 6))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
