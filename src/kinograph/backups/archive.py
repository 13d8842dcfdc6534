"""The file of a backup: a ZIP of a dump, as pg_dump writes it, and of a manifest that says what is in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from kinograph import database
from kinograph.i18n import gettext

DUMP, MANIFEST = "database.dump", "manifest.json"
FORMAT = 1
"""Raised when a version could not be read by the one before."""
LONGEST_MANIFEST = 1 << 20  # bytes
CHUNK = 1 << 20  # bytes
TABLE = re.compile(r"[\w .-]+")
# What reading a ZIP or a manifest raises where bytes of it are others.
DAMAGED = (zipfile.BadZipFile, zlib.error, LookupError, TypeError, ValueError, EOFError, RuntimeError)


class BackupError(Exception):
    """A backup cannot be made, read or restored. The text is for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    made_at: str
    """ISO 8601, in UTC: nothing later is in it."""
    kinograph: str
    """The version that made it."""
    revision: str
    """Of its tables."""
    server: str
    """The version of PostgreSQL that it was made of."""
    dumped_by: int
    """The major version of pg_dump; an older pg_restore cannot read it."""
    tables: Mapping[str, int]
    """How many rows each has."""
    n_bytes: int
    sha256: str
    """Of the dump, as is `n_bytes`."""


@contextmanager
def replace(path: Path) -> Iterator[Draft]:
    """A new file that takes the place of `path` once the block has ended well. Until then nobody sees it, and whatever
    ends this process leaves at most a hidden file that the next backup removes. Raises BackupError."""
    draft = None
    try:
        _refuse_others(path)
        sweep(path.parent)
        draft = _begin(path)
        yield draft
        os.fsync(draft.file.fileno())
        draft.path.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        why = error.strerror or error
        raise BackupError(gettext("%(path)s cannot be written: %(why)s.", path=path, why=why)) from error
    finally:
        if draft:
            with suppress(OSError):  # of a full disk, said above
                draft.path.unlink(missing_ok=True)
                draft.file.close()


@dataclass(frozen=True, slots=True)
class Draft:
    path: Path
    file: IO[bytes]

    def write_dump(self, dump: IO[bytes]) -> tuple[int, str]:
        """The dump's bytes and their SHA-256. Stored as it comes: pg_dump has compressed it."""
        digest, n_bytes = hashlib.sha256(), 0
        with zipfile.ZipFile(self.file, "w") as archive, archive.open(DUMP, "w", force_zip64=True) as entry:
            while chunk := dump.read(CHUNK):
                digest.update(chunk)
                n_bytes += len(chunk)
                entry.write(chunk)
        return n_bytes, digest.hexdigest()

    def write_manifest(self, manifest: Manifest) -> None:
        with zipfile.ZipFile(self.file, "a") as archive:
            archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1))
        self.file.flush()


def sweep(folder: Path) -> None:
    """Removes what backups that were killed have left; those that are being written are locked."""
    for path in folder.glob(".*.partial"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def read_manifest(path: Path) -> Manifest:
    """Raises BackupError where it is no backup, is damaged, or was made by a newer version."""
    with _reading(path) as archive:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LONGEST_MANIFEST:
            raise ValueError(info.file_size)
        told: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if told.pop("format") > FORMAT:
            raise BackupError(
                gettext(
                    "%(path)s was made by a newer Kinograph (%(version)s). Restore it with that version.",
                    path=path,
                    version=told["kinograph"],
                )
            )
        found = Manifest(**told)
        if not all(TABLE.fullmatch(name) and isinstance(rows, int) for name, rows in found.tables.items()):
            raise ValueError(found.tables)
    try:
        database.check_revision(found.revision)
    except database.TablesMissing:
        pass  # it is older, and migrated when it is restored
    except database.TablesNewer:
        raise BackupError(
            gettext(
                "%(path)s was made by a newer Kinograph (%(version)s). Restore it with that version.",
                path=path,
                version=found.kinograph,
            )
        ) from None
    return found


def check_dump(path: Path, manifest: Manifest) -> None:
    """Reads all of it. Raises BackupError where a byte is not as it was written."""
    digest = hashlib.sha256()
    with read_dump(path) as dump:
        while chunk := dump.read(CHUNK):
            digest.update(chunk)
        if digest.hexdigest() != manifest.sha256:
            raise zipfile.BadZipFile


@contextmanager
def read_dump(path: Path) -> Iterator[IO[bytes]]:
    with _reading(path) as archive, archive.open(DUMP) as dump:
        yield dump


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise zipfile.BadZipFile  # a pipe or a device may never end
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise BackupError(gettext("%(path)s cannot be read: %(why)s.", path=path, why=error.strerror)) from error
    except DAMAGED as error:
        raise BackupError(gettext("%(path)s is no backup of Kinograph, or is damaged.", path=path)) from error


def _refuse_others(path: Path) -> None:
    """A slip at the terminal must not cost a file that is something else, nor a link that leads to one."""
    if path.is_symlink():
        raise BackupError(
            gettext("%(path)s is a link, and a backup would take its place. Name the file it leads to.", path=path)
        )
    if path.is_dir():
        raise BackupError(gettext("%(path)s is a folder; name a file in it.", path=path))
    if path.exists():
        try:
            with _reading(path) as archive:
                archive.getinfo(MANIFEST)
        except BackupError:
            raise BackupError(
                gettext("%(path)s exists and is no backup, so it is left alone. Name another file.", path=path)
            ) from None


def _begin(path: Path) -> Draft:
    while True:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")  # with mode 0600
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # not swept by another backup in between
            return Draft(Path(name), os.fdopen(handle, "w+b"))
        os.close(handle)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
