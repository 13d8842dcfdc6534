"""Processes of ours that end when we do. Start them from the main thread: Linux watches the thread that forked."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a child runs as, when that is not ourselves."""

    uid: int
    gid: int


def start(
    command: Sequence[str | Path],
    *,
    account: Account | None = None,
    environ: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    keep_open: Sequence[int] = (),
    at_our_death: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Starts it in a session of its own, so that Ctrl-C reaches only us.

    `at_our_death` is sent to it when we end in whatever way, kill -9 included; on Linux only.
    """
    return subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
        pass_fds=keep_open,
        preexec_fn=tie_to(os.getpid(), at_our_death),
        cwd="/" if account else None,  # it may not see where we are
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def pipe(
    command: Sequence[str | Path], *, environ: Mapping[str, str], errors: IO[bytes], reads: bool, writes: bool
) -> subprocess.Popen[bytes]:
    """A program that is read from, written to, or both. What it complains of goes to `errors`."""
    return subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        stdin=subprocess.PIPE if writes else subprocess.DEVNULL,
        stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
        preexec_fn=tie_to(os.getpid(), signal.SIGKILL),
    )


def run(
    command: Sequence[str | Path],
    *,
    account: Account | None = None,
    environ: Mapping[str, str] | None = None,
    given: str = "",
) -> subprocess.CompletedProcess[str]:
    """Waits for its end; `given` is its standard input. Raises OSError when it cannot be run by that account."""
    return subprocess.run(  # noqa: S603
        command,
        env=environ,
        input=given,
        text=True,
        capture_output=True,
        check=False,
        start_new_session=True,
        preexec_fn=tie_to(os.getpid(), signal.SIGKILL),
        cwd="/" if account else None,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(processes: Sequence[subprocess.Popen[bytes]], *signals: tuple[signal.Signals, float]) -> None:
    """Sends each signal to all and waits so many seconds for their end; SIGKILL comes last in any case."""
    for number, seconds in (*signals, (signal.SIGKILL, 10.0)):
        for process in processes:
            process.send_signal(number)
        until = time.monotonic() + seconds
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
        if all(process.poll() is not None for process in processes):
            return


def fork(work: Callable[[], int]) -> Callable[[], int]:
    """Has something done beside ourselves that takes memory for a while, which goes with it: migrating takes 30 MB.
    Returns what waits for its end, and tells its exit code. Only for a process of one thread."""
    tie = tie_to(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if child:
        return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        if tie:
            tie()
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def follow_parent() -> None:
    """Ends this process within a second of its parent's end: what `at_our_death` does on Linux, for other systems."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def tie_to(parent: int, at_death: signal.Signals) -> Callable[[], None] | None:
    """To be run in a child, after the change of account, which would undo the tie, and before the program."""
    if _libc is None:
        return None
    prctl = _libc.prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(at_death))
        if os.getppid() != parent:  # it died before the tie held
            os._exit(1)

    return tie
