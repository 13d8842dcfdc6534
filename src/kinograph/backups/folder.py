"""The folder of periodic backups: a file a day, the newest of which are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

EVERY = timedelta(days=1)
NAME = "kinograph-%Y-%m-%d-%H%M%S.backup"
OURS = re.compile(r"kinograph-\d{4}-\d\d-\d\d-\d{6}\.backup")


def name_next(folder: Path, now: datetime) -> Path:
    return folder / now.astimezone(UTC).strftime(NAME)


def list_backups(folder: Path) -> list[Path]:
    """The newest first. Files of other names are somebody's own. Raises OSError."""
    return sorted((path for path in folder.iterdir() if OURS.fullmatch(path.name)), reverse=True)


def is_due(folder: Path, now: datetime) -> bool:
    """Raises OSError where there is no such folder."""
    found = list_backups(folder)
    return not found or _when(found[0]) <= now - EVERY or _when(found[0]) > now + EVERY  # of a clock that was wrong


def delete_old(folder: Path, keep: int) -> None:
    for path in list_backups(folder)[keep:]:
        path.unlink(missing_ok=True)


def _when(path: Path) -> datetime:
    try:
        return datetime.strptime(path.name, NAME).replace(tzinfo=UTC)
    except ValueError:  # figures that are no day
        return datetime.min.replace(tzinfo=UTC)
