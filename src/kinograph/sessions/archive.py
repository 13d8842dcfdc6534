"""From what was sent to the named files of an export: a ZIP, loose CSVs, or both. Bytes in, bytes out.

Nothing a ZIP says about itself is believed but its central directory's names; sizes are what inflating really gives.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from kinograph.errors import AppError
from kinograph.i18n import Sentence
from kinograph.sessions import folders, origins
from kinograph.sessions.export_errors import (
    AnotherExport,
    AnotherZip,
    BrokenFile,
    EmptyFile,
    Encrypted,
    ExportTooLarge,
    Misplaced,
    NoExportInside,
    NotAnExport,
    NothingSent,
    OnlyPrivateFiles,
    SeveralInside,
    UnusualPacking,
    display_name,
    from_elsewhere,
)
from kinograph.sessions.export_format import FORMAT, LIMITS

T = TypeVar("T")

CHUNK = 1 << 16
LONGEST_NAME = 255
# Others inflate a whole block at a time, however little is asked for.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Letterboxd's own files deflate to a third or a tenth; a file of one repeated byte reaches 1:1000.
LARGEST_RATIO = LIMITS["inflation_ratio"]
RATIO_COUNTS_FROM = LIMITS["inflation_ratio_from_bytes"]
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, IndexError, OverflowError),
)

# The member's address, other people's entries, and what was deleted: never opened, not even inflated.
PRIVATE_FILES = frozenset(FORMAT["private_files"])
PRIVATE_FOLDERS = tuple(FORMAT["private_folders"])
# But these, which name the films that Letterboxd has dropped, beside an export.
ORPHANED_FILES = frozenset(FORMAT["orphaned_files"])
_READ = re.compile(FORMAT["read_files"])
_EVERYTHING = re.compile(FORMAT["everything_name"])
_LITTER = re.compile(FORMAT["litter"])
_NEVER = datetime.min.replace(tzinfo=UTC)
_MADE_AT = re.compile(FORMAT["made_at"])


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may come to when unpacked. The largest real export seen holds 2.4 MB and 11,000 rows."""

    inflated_bytes: int = LIMITS["inflated_bytes"]
    entries: int = LIMITS["zip_entries"]
    rows: int = 300_000
    tags: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the export: its path without wrapper folder, and what is in it."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be used, and the error that would be raised if it had been the only one."""

    file: str
    error: AppError


@dataclass(frozen=True, slots=True)
class Unread:
    """A file in a ZIP that is left alone whatever it holds: a private one, or none of Letterboxd's."""

    file: str


@dataclass(frozen=True, slots=True)
class Contents:
    members: tuple[Member, ...]
    refusals: tuple[RefusedFile, ...]
    unread: tuple[str, ...]
    made_at: datetime | None


def unpack(uploads: Sequence[Upload], *, limits: Limits) -> Contents:
    """The files worth reading. Raises ExportTooLarge; any other fault of a file is a RefusedFile: the others count."""
    if not uploads:
        raise NothingSent
    budget = _Budget(limits)
    members: list[Member] = []
    refusals: list[RefusedFile] = []
    unread: list[str] = []
    for members_of, group in ((_of_zip, _zips(uploads)), (_of_loose_files, _loose(uploads))):
        for found in members_of(group, budget):
            if isinstance(found, Member):
                members.append(found)
            elif isinstance(found, Unread):
                unread.append(found.file)
            else:
                refusals.append(found)
    made_at = max(filter(None, map(_made_at, uploads)), default=None)
    return Contents(tuple(members), tuple(refusals), tuple(unread), made_at)


class _Budget:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.inflated_bytes

    def spend(self, n_bytes: int) -> None:
        self.left -= n_bytes
        if self.left < 0:
            raise ExportTooLarge


def _zips(uploads: Sequence[Upload]) -> list[Upload]:
    return [upload for upload in uploads if _is_zip(upload.content)]


def _loose(uploads: Sequence[Upload]) -> list[Upload]:
    return [upload for upload in uploads if not _is_zip(upload.content)]


def _is_zip(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _made_at(upload: Upload) -> datetime | None:
    """The minute Letterboxd wrote the ZIP, which it puts into the name, in UTC."""
    found = _MADE_AT.search(upload.name[:LONGEST_NAME])
    try:
        return datetime.strptime(found[1], "%Y-%m-%d-%H-%M").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _of_zip(uploads: Sequence[Upload], budget: _Budget) -> Iterator[Member | RefusedFile | Unread]:
    """Of several ZIPs with the same files the newest by its name: two exports are never mixed."""
    taken: dict[str, str] = {}
    for upload in sorted(uploads, key=lambda upload: _made_at(upload) or _NEVER, reverse=True):
        file = display_name(upload.name)
        found = list(_of_one_zip(upload, budget))
        paths = [each.path.lower() for each in found if isinstance(each, Member) and folders.is_named(each.path)]
        if again := next((taken[path] for path in paths if path in taken), None):
            yield RefusedFile(file, AnotherZip(file=file, other=again))
        else:
            taken |= dict.fromkeys(paths, file)
            yield from found


def _of_one_zip(upload: Upload, budget: _Budget) -> Iterator[Member | RefusedFile | Unread]:
    file = display_name(upload.name)
    # Counted before zipfile makes an object of each. The number that the end of a ZIP gives may be a lie, and
    # zipfile does not look at it; but every entry it lists begins with this signature.
    if upload.content.count(b"PK\x01\x02") > budget.limits.entries:
        raise ExportTooLarge
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
            yield from _of_archive(file, archive, budget, size=len(upload.content))
    except DAMAGE:
        yield RefusedFile(file, BrokenFile(file=file))


def _of_archive(
    file: str, archive: zipfile.ZipFile, budget: _Budget, *, size: int
) -> Iterator[Member | RefusedFile | Unread]:
    entries, refusals = _by_path(archive.infolist(), lambda entry: entry.filename)
    yield from refusals
    wanted = [(path, entry) for path, entry in entries if _is_read(path)]
    if all(_is_orphaned(path) for path, _ in wanted):
        yield RefusedFile(file, _nothing_wanted(file, [path for path, _ in entries]))
    elif any(entry.flag_bits & 1 for _, entry in wanted):
        yield RefusedFile(file, Encrypted(file=file))
    else:
        yield from (Unread(display_name(path)) for path, _ in entries if not _is_read(path))
        for path, entry in wanted:
            if entry.compress_type not in METHODS:
                yield RefusedFile(display_name(path), UnusualPacking(file=display_name(path)))
                continue
            try:
                yield Member(path, _inflate(archive, entry, budget, size=size))
            except DAMAGE:
                yield RefusedFile(display_name(path), BrokenFile(file=display_name(path)))


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, *, size: int) -> bytes:
    produced = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            budget.spend(len(chunk))
            produced += chunk
            if len(produced) > max(RATIO_COUNTS_FROM, LARGEST_RATIO * size):
                raise ExportTooLarge
    return bytes(produced)


def _nothing_wanted(file: str, paths: Sequence[str]) -> AppError:
    if not paths:
        return EmptyFile(file=file)
    if any(map(_EVERYTHING.search, paths)):
        return SeveralInside(file=file)
    if what := origins.find_office(paths):
        return NotAnExport(file=file, what=what)
    private = [path for path in paths if _is_private(path) or _is_orphaned(path)]
    if private:
        return OnlyPrivateFiles(file=file, names=_some(private))
    if origin := origins.of_names([file, *paths]):
        return from_elsewhere(file, origin)
    return NoExportInside(file=file, names=_some(paths))


def _not_a_table(path: str, content: bytes, what: Sentence) -> AppError:
    file = display_name(path)
    is_text = content[:1] in (b"{", b"[") or b"<" in content[:512]
    origin = origins.of_text(path, content) if is_text else None
    return from_elsewhere(file, origin) if origin else NotAnExport(file=file, what=what)


def _some(names: Sequence[str]) -> str:
    most = LIMITS["names_listed"]
    shown = ", ".join(map(display_name, names[:most]))
    return shown + ", …" if len(names) > most else shown


def _of_loose_files(uploads: Sequence[Upload], budget: _Budget) -> Iterator[Member | RefusedFile | Unread]:
    placed, refusals = _by_path(uploads, lambda upload: upload.name)
    yield from refusals
    for path, upload in placed:
        file = display_name(path)
        budget.spend(len(upload.content))
        if _is_private(path):
            yield RefusedFile(file, OnlyPrivateFiles(file=file, names=file))
        elif "/" in path and not _is_read(path):
            yield RefusedFile(file, Misplaced(file=file))
        elif not upload.content:
            yield RefusedFile(file, EmptyFile(file=file))
        elif what := origins.find_nature(upload.content):
            yield RefusedFile(file, _not_a_table(path, upload.content, what))
        else:
            yield Member(path, upload.content)


def _by_path(items: Iterable[T], name: Callable[[T], str]) -> tuple[list[tuple[str, T]], list[RefusedFile]]:
    """Items with their path inside the export, those named as in one first; and what is of a further export.

    Litter is left out, slashes are made alike, and the folders that an export lies in taken off.
    """
    named = [(name(item).replace("\\", "/").removeprefix("./").lstrip("/"), item) for item in items]
    named = [(path, item) for path, item in named if not path.endswith("/") and not _LITTER.search(path)]
    inside, repeated = folders.find_exports([path for path, _ in named])
    placed = [(path, item) for path, (_, item) in zip(inside, named, strict=True)]
    refusals = [
        RefusedFile(display_name(file), AnotherExport(file=display_name(file), other=display_name(other)))
        for file, other in repeated
    ]
    return sorted(placed, key=lambda place: not folders.is_named(place[0])), refusals


def _is_read(path: str) -> bool:
    return not _is_private(path) and _READ.fullmatch(path.lower()) is not None


def _is_private(path: str) -> bool:
    path = path.lower()
    return path in PRIVATE_FILES or (path.startswith(PRIVATE_FOLDERS) and not _is_orphaned(path))


def _is_orphaned(path: str) -> bool:
    return path.lower() in ORPHANED_FILES
