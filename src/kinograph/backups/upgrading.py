"""Moves the embedded database to the next major version of PostgreSQL, and keeps the one before."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from kinograph.backups import dumping, restoring
from kinograph.backups.archive import BackupError, sync_folder
from kinograph.i18n import gettext
from kinograph.running import postgres, postgres_folders, postgres_programs
from kinograph.running.postgres import Cluster
from kinograph.running.postgres_folders import UPGRADED
from kinograph.running.postgres_leftovers import stop_left_over
from kinograph.running.postgres_programs import NoPostgres, Programs
from kinograph.settings import Settings

NEW = "data.new"  # until it holds everything
OLD = "data.old-"  # and its major version


def upgrade(found: Settings, *, old_programs: Path | None, delete_old: bool) -> str:
    """Returns what is to be said. Raises BackupError or NoPostgres with the data as they were.

    Killed at any moment, it leaves the data before in their place, or those after, or is finished by the next start.
    """
    if found.database_url:
        raise BackupError(
            gettext(
                "DATABASE_URL is set, and “kinograph upgrade” is for the database that Kinograph brings. Others move"
                " with “kinograph backup” and “kinograph restore”."
            )
        )
    folder = found.data_dir / "postgres"
    if not folder.is_dir():
        raise BackupError(gettext("There is no database yet; “kinograph run” makes one."))
    with postgres_folders.locked(found.data_dir):
        postgres_folders.finish_upgrade(folder)
        major = postgres_folders.read_major(folder / "data")
        new = postgres_programs.find_programs(chosen=found.postgres_bin, major=None)
        if major is None:
            raise BackupError(gettext("There is no database yet; “kinograph run” makes one."))
        if new.major == major:
            return _delete_old(folder, major) if delete_old else _tell_old(folder, major)
        if delete_old:
            raise BackupError(gettext("There is no old database to delete; “kinograph upgrade” leaves one."))
        if new.major < major:
            raise BackupError(postgres_programs.why_none([new], chosen=None, major=major))
        old = _find_old(old_programs, major=major, new=new)
        kept = _move(found.data_dir, old, new)
    return gettext(
        "The database is now on PostgreSQL %(major)s, with the same rows in every table. The old one is kept in"
        " %(folder)s; delete it with “kinograph upgrade --delete-old”.",
        major=new.major,
        folder=kept,
    )


def _find_old(folder: Path | None, *, major: int, new: Programs) -> Programs:
    try:
        return postgres_programs.find_programs(chosen=folder.absolute() if folder else None, major=major)
    except NoPostgres:
        raise NoPostgres(
            gettext(
                "The database can only be read by the programs of PostgreSQL %(major)s, and they are not in"
                " %(place)s. Install your system's postgresql-%(major)s, or name their folder: kinograph upgrade"
                " --from FOLDER",
                major=major,
                place=folder or gettext("any of the usual places"),
            )
        ) from None


def _move(data_dir: Path, old: Programs, new: Programs) -> Path:
    """Where the data before are kept. The two servers run one after the other."""
    account = postgres_folders.find_account(data_dir)
    before = postgres.describe(data_dir, old, account)
    after = postgres.describe(data_dir, new, account, name=NEW)
    kept = before.folder / f"{OLD}{old.major}"
    if kept.exists():
        raise BackupError(gettext("%(folder)s is left from an earlier upgrade. Move it away first.", folder=kept))
    for name in (NEW, UPGRADED):  # of an upgrade that was killed; these are not all there, or not the newest
        stop_left_over(before.folder / name)
        shutil.rmtree(before.folder / name, ignore_errors=True)
    backup = data_dir / "upgrade.backup"
    with before.serving() as url:
        asyncio.run(dumping.write_backup(url, backup, chosen=new.folder))
    postgres.make(after, before.password.read_text())
    with after.serving() as url:
        asyncio.run(restoring.restore(url, backup, chosen=new.folder))
    postgres.sync(after, after.data)
    _swap(before, after, kept)
    backup.unlink()
    return kept


def _swap(before: Cluster, after: Cluster, kept: Path) -> None:
    """Each rename is on the disk before the next. After the first of them a start knows which data are whole."""
    upgraded = after.folder / UPGRADED
    for source, target in ((after.data, upgraded), (before.data, kept), (upgraded, before.data)):
        source.rename(target)
        sync_folder(before.folder)


def _list_old(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{OLD}*"))


def _tell_old(folder: Path, major: int) -> str:
    said = gettext("The database is on PostgreSQL %(major)s already.", major=major)
    for old in _list_old(folder):
        kept = gettext(
            "The old one is kept in %(folder)s; delete it with “kinograph upgrade --delete-old”.", folder=old
        )
        said = f"{said} {kept}"
    return said


def _delete_old(folder: Path, major: int) -> str:
    found = _list_old(folder)
    for old in found:
        try:
            shutil.rmtree(old)
        except OSError as error:
            why = error.strerror or error
            raise BackupError(gettext("%(path)s cannot be deleted: %(why)s.", path=old, why=why)) from error
    if not found:
        return _tell_old(folder, major)
    return gettext("Deleted %(folder)s.", folder=", ".join(map(str, found)))
