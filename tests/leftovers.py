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
    for folder in (place or Path(tempfile.gettempdir())).glob("kinograph-tests-*"):
        of_whom = OURS.match(folder.name)
        if of_whom and not psutil.pid_exists(int(of_whom[1])) and not _has_database(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _has_database(folder: Path) -> bool:
    for file in folder.rglob("postmaster.pid"):
        with suppress(OSError):
            if psutil.pid_exists(int(file.read_text().split()[0])):
                return True
    return False
