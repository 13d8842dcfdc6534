"""Folders of the tests, and those that a killed run left."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

OURS = re.compile(r"kinograph-tests-(\d+)-")


def name_folder() -> str:
    """How the name of a folder begins that goes when this process has gone."""
    return f"kinograph-tests-{os.getpid()}-"


def sweep(place: Path | None = None) -> None:
    """Removes the folders of processes that are gone; where a database of theirs still runs, it is left alone."""
    place = place or Path(tempfile.gettempdir())
    _sweep_sockets(place)
    for folder in place.glob("kinograph-tests-*"):
        of_whom = OURS.match(folder.name)
        if of_whom and not psutil.pid_exists(int(of_whom[1])) and not _has_database(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _sweep_sockets(place: Path) -> None:
    """Of Python's `multiprocessing`, with the folder of each: whoever is killed leaves it. The system lists those at
    which somebody listens."""
    sockets, list_of_all = list(place.glob("pymp-*/listener-*")), Path("/proc/net/unix")
    listened_at = list_of_all.read_text() if list_of_all.exists() else None
    for socket in sockets:
        if listened_at is not None and f"{socket.parent.name}/{socket.name}" not in listened_at:
            shutil.rmtree(socket.parent, ignore_errors=True)


def _has_database(folder: Path) -> bool:
    for file in folder.rglob("postmaster.pid"):
        with suppress(OSError):
            if psutil.pid_exists(int(file.read_text().split()[0])):
                return True
    return False
