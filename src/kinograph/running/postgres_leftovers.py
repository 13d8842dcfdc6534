"""A server that outlived its Kinograph: found by where it works, and stopped before another is started."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from kinograph.i18n import gettext
from kinograph.running import processes
from kinograph.running.postgres_programs import NoPostgres

STOP_SIGNALS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
"""In turn to a server, with the seconds that each is given: it writes everything down; it ends at once."""


def stop_left_over(data: Path) -> None:
    """A server that outlived its Kinograph may still be writing; two at once would ruin the data.

    Its processes are the server's to end, in their order. Those that have lost it can do nothing but end.
    """
    for number, seconds in STOP_SIGNALS:
        until = time.monotonic() + seconds
        server = _written_pid(data)
        if server is None or server not in find_running(data):
            break
        with suppress(ProcessLookupError):
            os.kill(server, number)
        while server in find_running(data) and time.monotonic() < until:
            time.sleep(0.02)
    until = time.monotonic() + 5
    while running := find_running(data):
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > until:
            raise NoPostgres(gettext("An earlier database is still running in %(folder)s.", folder=data))
        time.sleep(0.02)


def find_running(data: Path) -> list[int]:
    """Every process of a server works in its data directory, which a number in a file cannot prove."""
    if sys.platform != "linux":
        return read_pid_file(data)
    place = os.path.realpath(data)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if str((entry / "cwd").readlink()) == place:
                    found.append(int(entry.name))
    return found


def read_pid_file(data: Path) -> list[int]:
    if (pid := _written_pid(data)) is None:
        return []
    name = processes.run(["/bin/ps", "-p", str(pid), "-o", "comm="]).stdout
    return [pid] if "postgres" in name else []


def _written_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
