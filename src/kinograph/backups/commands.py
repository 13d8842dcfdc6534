"""`kinograph backup`, `restore` and `upgrade`, as the terminal sees them."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

import asyncpg

from kinograph.backups import archive, dumping, folder, restoring, state, upgrading
from kinograph.backups.archive import BackupError, Manifest
from kinograph.i18n import gettext, number, rounded
from kinograph.running import postgres
from kinograph.running.postgres_programs import NoPostgres
from kinograph.settings import Settings, SettingsError
from kinograph.settings.tmdb_key import find_key

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def backup(found: Settings, file: Path | None) -> str:
    """Into the folder of the settings, whose oldest then go, where no file is named. Returns what is to be said. Raises
    BackupError, NoPostgres or SettingsError."""
    if file is None and found.backup_dir is None:
        raise SettingsError(gettext("KINOGRAPH_BACKUP_DIR: set it to a folder, or name a file: kinograph backup FILE"))
    with _ended_by_signals(), _reached(found) as url:
        try:
            path, manifest = _backup(found, url, file)
        except (BackupError, NoPostgres) as error:
            asyncio.run(state.note_failed(url, str(error)))
            raise
        asyncio.run(state.note_made(url, manifest))
    return gettext(
        "Backed up to %(path)s (%(size)s, %(rows)s rows) and read back. The TMDB key is not in it.",
        path=path,
        size=_size(manifest.n_bytes),
        rows=number(sum(manifest.tables.values())),
    )


def _backup(found: Settings, url: str, file: Path | None) -> tuple[Path, Manifest]:
    if file:
        return file, asyncio.run(dumping.write_backup(url, file.absolute(), chosen=found.postgres_bin))
    place = found.backup_dir
    assert place
    if place.parent == found.data_dir and found.data_dir.is_dir():
        place.mkdir(mode=0o700, exist_ok=True)
    if not place.is_dir():  # not made elsewhere: it may be the place of a disk that is not there
        raise BackupError(gettext("KINOGRAPH_BACKUP_DIR: there is no folder %(path)s.", path=place))
    path = folder.name_next(place, datetime.now(UTC))
    manifest = asyncio.run(dumping.write_backup(url, path, chosen=found.postgres_bin))
    try:
        folder.delete_old(place, found.backup_keep)
    except OSError as error:
        said = gettext("%(path)s: old backups cannot be deleted: %(why)s.", path=place, why=error.strerror)
        raise BackupError(said) from error
    return path, manifest


def restore(found: Settings, file: Path, *, migrate: Callable[[str], None]) -> str:
    """`migrate` brings older tables up to date. Returns what is to be said; raises as `backup` does."""
    with _ended_by_signals():
        if found.session_url:
            manifest = _restore(found, found.session_url, file, migrate)
        else:
            archive.check_dump(file, archive.read_manifest(file))  # before a database is made for it
            with postgres.open_cluster(found.data_dir, chosen=found.postgres_bin) as cluster, cluster.serving() as url:
                manifest = _restore(found, url, file, migrate)
    said = gettext(
        "Restored as it was at %(when)s (%(rows)s rows).",
        when=f"{datetime.fromisoformat(manifest.made_at):%Y-%m-%d %H:%M} UTC",
        rows=number(sum(manifest.tables.values())),
    )
    if find_key(found) is None:
        said += " " + gettext("The TMDB key is never in a backup; give it with “kinograph key”.")
    return said


def upgrade(found: Settings, *, old_programs: Path | None, delete_old: bool) -> str:
    """As `upgrading.upgrade`."""
    with _ended_by_signals(), _sentences():
        return upgrading.upgrade(found, old_programs=old_programs, delete_old=delete_old)


def _restore(found: Settings, url: str, file: Path, migrate: Callable[[str], None]) -> Manifest:
    with _sentences():
        manifest = asyncio.run(restoring.restore(url, file.absolute(), chosen=found.postgres_bin))
    migrate(url)
    return manifest


@contextmanager
def _reached(found: Settings) -> Iterator[str]:
    """The database that runs; its own is started for the time where it does not."""
    with _sentences():
        if url := found.session_url:
            yield url
            return
        url = postgres.find_address(found.data_dir)
        if url is None:
            raise BackupError(gettext("There is no database yet; “kinograph run” makes one."))
        if asyncio.run(_answers(url)):
            yield url
            return
        with postgres.open_cluster(found.data_dir, chosen=found.postgres_bin) as cluster, cluster.serving() as url:
            yield url


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except OSError:
        return False
    await connection.close(timeout=2)
    return True


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        why = str(error).rstrip(".") or type(error).__name__
        raise BackupError(gettext("The database cannot be reached: %(why)s.", why=why)) from error


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does, with nothing left behind."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, before)


def _size(n_bytes: int) -> str:
    return f"{rounded(n_bytes / 1e6, 1)} MB"
