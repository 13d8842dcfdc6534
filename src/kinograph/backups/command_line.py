"""`kinograph backup`, `restore` and `upgrade`: their words. What they do is imported when they do it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kinograph.i18n import gettext
from kinograph.settings import Settings


class Add(Protocol):
    def __call__(
        self, name: str, command: Callable[[Settings, argparse.Namespace], int], help: str
    ) -> argparse.ArgumentParser: ...


def add_commands(add: Add, command: Callable[[Settings, argparse.Namespace], int]) -> None:
    backup = add("backup", command, gettext("Back everything up into a file, while it runs."))
    backup.add_argument("file", type=Path, nargs="?", help=gettext("if none: a new one in KINOGRAPH_BACKUP_DIR"))
    restore = add("restore", command, gettext("Restore a backup into an empty database."))
    restore.add_argument("file", type=Path)
    upgrade = add("upgrade", command, gettext("Move Kinograph's own database to the PostgreSQL of this version."))
    upgrade.add_argument(
        "--from",
        dest="old_programs",
        type=Path,
        metavar="FOLDER",
        help=gettext("the folder of the PostgreSQL programs that made the database"),
    )
    upgrade.add_argument(
        "--delete-old", action="store_true", help=gettext("delete the old database that an upgrade kept")
    )
    for name, parser in (("backup", backup), ("restore", restore), ("upgrade", upgrade)):
        parser.set_defaults(what=name)


def run(found: Settings, given: argparse.Namespace, *, migrate: Callable[[str], None]) -> str:
    """Returns what is to be said. Raises BackupError, NoPostgres or SettingsError."""
    from kinograph.backups import commands

    if given.what == "backup":
        return commands.backup(found, given.file)
    if given.what == "restore":
        return commands.restore(found, given.file, migrate=migrate)
    return commands.upgrade(found, old_programs=given.old_programs, delete_old=given.delete_old)
