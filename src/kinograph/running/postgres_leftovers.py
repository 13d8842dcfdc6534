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


def stop_left_over(data: Path) -> None:
    """A server that outlived its Kinograph may still be writing; two at once would ruin the data."""
    for number, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        until = time.monotonic() + seconds
        running = find_running(data)
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        while running and time.monotonic() < until:
            time.sleep(0.02)
            running = find_running(data)
        if not running:
            return
    raise NoPostgres(gettext("An earlier database is still running in %(folder)s.", folder=data))


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
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return []
    name = processes.run(["/bin/ps", "-p", str(pid), "-o", "comm="]).stdout
    return [pid] if "postgres" in name else []
