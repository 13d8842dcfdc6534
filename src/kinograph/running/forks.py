"""Children that are forks of one process, not programs started anew: what all of them load is in memory once, loaded
once. On Linux only; elsewhere libraries of the system do not bear it."""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from kinograph.running import processes

log = logging.getLogger(__name__)

LONGEST_LOOK = 0.02  # seconds between two looks whether one has ended, while that is waited for
WAIT_SECONDS = 10.0  # for the end of what ends by itself
_PR_SET_CHILD_SUBREAPER = 36
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


class Forking:
    """The program as a function of its arguments, and what its children have in common.

    A process of its own loads that, forks as many as are to come, who wait until they are told what they are, and ends:
    their parent is then this process, which has loaded nothing. Whoever is started after them loads for itself.
    """

    def __init__(self, main: Callable[[Sequence[str]], int], load: Callable[[], object]) -> None:
        """`load` must start no thread: a fork has but the one that forked."""
        self._main = main
        self._load = load
        self._loading: _Loading | None = None
        self._waiting: list[tuple[Forked, int]] = []  # with what is written to, to tell it

    def prepare(self, children: int, keep_open: Collection[int] = ()) -> None:
        """Begins to load, beside us, for so many children, who may be told to keep these files open."""
        gc.freeze()  # a search for garbage writes to each object, and so would copy it
        tellings = [os.pipe() for _ in range(children)]
        hears, says = os.pipe()
        _adopt_orphans(True)
        told_by = [told for told, _ in tellings]
        loader = self._fork(partial(self._be_loader, os.getpid(), told_by, says, keep_open))
        for number in (says, *told_by):
            os.close(number)
        self._loading = _Loading(loader, hears, [tell for _, tell in tellings])

    @property
    def is_loading(self) -> bool:
        """Whether the first start would wait for that."""
        return self._loading is not None and self._loading.loader.poll() is None

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], keep_open: Collection[int] = ()) -> Forked:
        """In a session of its own, with these variables of the environment and no open file but ours 1 and 2 and those
        to keep. It is killed when we end in whatever way."""
        self._end_loading()
        life = _Life(tuple(arguments), dict(environ), tuple(keep_open))
        if not self._waiting:
            return self._fork(partial(_become, life, os.getpid(), self._main))
        child, tell = self._waiting.pop(0)
        with suppress(BrokenPipeError), os.fdopen(tell, "wb") as file:  # else it has died, and is started again
            file.write(json.dumps([*life]).encode())
        return child

    def close(self) -> None:
        """Ends those who wait still, and what loads for them, whatever keeps it."""
        if self._loading:
            self._loading.loader.send_signal(signal.SIGKILL)
        self._end_loading()
        while self._waiting:
            child, tell = self._waiting.pop()
            os.close(tell)
            _wait_for(child)

    def _end_loading(self) -> None:
        """Returns once our children wait, or it is known that there are none."""
        loading, self._loading = self._loading, None
        if loading is None:
            return
        with os.fdopen(loading.hears, "rb") as file:
            said = file.read()  # until the loader has ended, whatever ends it
        _wait_for(loading.loader)
        _adopt_orphans(False)
        pids = said.split() if loading.loader.returncode == 0 else []
        self._waiting = [(Forked(int(pid)), tell) for pid, tell in zip(pids, loading.tells, strict=False)]
        for tell in loading.tells[len(pids) :]:
            os.close(tell)

    def _be_loader(self, parent: int, told_by: Sequence[int], says: int, keep_open: Collection[int]) -> int:
        _begin(parent, (says, *told_by, *keep_open))
        gc.disable()  # nothing of what is imported is garbage
        self._load()
        gc.freeze()
        gc.enable()
        if len(list(Path("/proc/self/task").iterdir())) > 1:
            log.warning("something that is loaded in common starts threads: web server and worker load it anew")
            return 1
        children = [self._fork(partial(_be_told, told, keep_open, parent, self._main)) for told in told_by]
        os.write(says, " ".join(str(child.pid) for child in children).encode())
        return 0

    @staticmethod
    def _fork(life: Callable[[], int]) -> Forked:
        sys.stdout.flush()
        sys.stderr.flush()
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # what comes for it waits until it is itself
        try:
            if child := os.fork():
                return Forked(child)
            _live(life)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


class _Life(NamedTuple):
    """What a child is told."""

    arguments: Sequence[str]
    environ: Mapping[str, str]
    keep_open: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Loading:
    """Of a loader: what it says comes from `hears`, and its children are told by `tells`."""

    loader: Forked
    hears: int
    tells: Sequence[int]


def _adopt_orphans(adopts: bool) -> None:
    """Whether the children of a child that ends become ours."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(adopts))


def _wait_for(child: Forked) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(WAIT_SECONDS)


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


def _be_told(told: int, keep_open: Collection[int], parent: int, main: Callable[[Sequence[str]], int]) -> int:
    """Of a fork that waits until it knows what it is, or nobody is left to tell it."""
    _close_files({0, 1, 2, told, *keep_open})
    with os.fdopen(told, "rb") as file:
        said = file.read()
    return _become(_Life(*json.loads(said)), parent, main) if said else 0


def _become(life: _Life, parent: int, main: Callable[[Sequence[str]], int]) -> int:
    os.environ.clear()
    os.environ.update(life.environ)
    _rename(f"kinograph {life.arguments[0]}")
    _begin(parent, life.keep_open)
    return main(life.arguments)


def _begin(parent: int, keep_open: Collection[int]) -> None:
    """As a program does that this parent has started."""
    os.setsid()
    if tie := processes.tie_to(parent, signal.SIGKILL):
        tie()
    _forget_signals()
    _close_files({0, 1, 2, *keep_open})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


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
