"""Children that are forks of ourselves, not programs started anew: what all of them load is in memory once, loaded
once. On Linux only; elsewhere libraries of the system do not bear it."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kinograph.running import processes

LONGEST_LOOK = 0.02  # seconds between two looks whether one has ended, while that is waited for
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


class Forked:
    """A child, as far as subprocess.Popen is used of others."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, below 0 the signal that ended it; None while it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Raises subprocess.TimeoutExpired where it still runs after so many seconds."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if (left := end - time.monotonic()) <= 0:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(min(left, LONGEST_LOOK))
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


@dataclass(frozen=True, slots=True)
class Forking:
    """The program as a function of its arguments, and what its children have in common, to be loaded before the first
    of them is forked. That must start no thread: a fork has but the one that forked."""

    main: Callable[[Sequence[str]], int]
    load: Callable[[], object]

    def prepare(self) -> bool:
        """Returns whether that started no thread, so that one may fork."""
        gc.disable()  # nothing of what is imported is garbage
        self.load()
        gc.freeze()  # a search for garbage writes to each object, and so would copy it
        gc.enable()
        return len(list(Path("/proc/self/task").iterdir())) == 1

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], keep_open: Collection[int] = ()) -> Forked:
        """In a session of its own, with these variables of the environment and no open file but ours 1 and 2 and those
        to keep. It is killed when we end in whatever way."""
        tie = processes.tie_to(os.getpid(), signal.SIGKILL)
        sys.stdout.flush()
        sys.stderr.flush()
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # what comes for it waits until it is itself
        try:
            if child := os.fork():
                return Forked(child)
            _live(lambda: _become(arguments, environ, keep_open, tie, blocked, self.main))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _live(life: Callable[[], int]) -> NoReturn:
    """Never returns into what called the parent: files and locks of that are not ours to close."""
    code = 1
    try:
        code = life()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _become(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    keep_open: Collection[int],
    tie: Callable[[], None] | None,
    mask: Collection[int],
    main: Callable[[Sequence[str]], int],
) -> int:
    os.setsid()
    if tie:
        tie()
    _forget_signals()
    _close_files({0, 1, 2, *keep_open})
    os.environ.clear()
    os.environ.update(environ)
    _rename(f"kinograph {arguments[0]}")
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return main(arguments)


def _forget_signals() -> None:
    """As a program begins."""
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _close_files(kept: Collection[int]) -> None:
    """Python's objects of them stay, for what holds them waits in the frames below ours and never goes on."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
        if number not in kept:
            with suppress(OSError):  # the one that listed them
                os.close(number)


def _rename(title: str) -> None:
    """What `ps` shows of us, written over our command line, as far as it has room."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[45]), int(fields[46])
    if 0 < begin < end:
        ctypes.memmove(begin, title.encode()[: end - begin - 1].ljust(end - begin, b"\0"), end - begin)
