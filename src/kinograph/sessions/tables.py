"""One CSV file of an export as a table: which one it is, its columns, and its rows with the line each begins on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from operator import itemgetter

from kinograph.i18n import gettext_lazy
from kinograph.sessions import double_encoding, encodings, origins
from kinograph.sessions.archive import Member
from kinograph.sessions.csv_records import check_lines, read_records
from kinograph.sessions.export_errors import (
    EmptyFile,
    ExportTooLarge,
    MissingColumn,
    NoPositions,
    NotAnExport,
    NotATable,
    OnlyPrivateFiles,
    UnclearName,
    display_name,
    from_elsewhere,
)
from kinograph.sessions.file_kinds import FILM_COLUMNS, OWN_COLUMNS, REQUIRED, FileKind, find_kind, find_returned
from kinograph.sessions.formulas import unguard_cell
from kinograph.sessions.row_log import RowLog
from kinograph.sessions.table_shape import begins_a_list, take_head


@dataclass(slots=True)
class Table:
    """Rows come once. What is wrong with them gathers here while they are read."""

    path: str
    kind: FileKind
    columns: dict[str, int]
    width: int
    preamble: list[str]
    log: RowLog
    records: Iterator[tuple[int, list[str]]]
    content: bytes
    n_head: int
    is_western: bool
    was_encoded_twice: bool
    is_own: bool
    is_returned: bool

    @property
    def key(self) -> str:
        """What an export has one file of: a kind, or a list."""
        return self.path if self.is_returned or self.kind is FileKind.list else self.kind

    def again(self, *names: str) -> Iterator[tuple[str, ...]]:
        """The named cells of each row, from the first on and whatever has been read; what is wrong is passed over."""
        columns = [self.columns.get(name, self.width) for name in names]
        for _, cells in islice(read_records(self.content, RowLog(self.log.file)), self.n_head, None):
            if len(cells) == self.width:
                cells.append("")
                yield tuple(cells[column] for column in columns)

    def rows(self, *names: str, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The line and the named cells of each row; a column the file lacks is empty everywhere. Two names or more.

        Raises ExportTooLarge after `most` rows, good or bad.
        """
        pick = itemgetter(*(self.columns.get(name, self.width) for name in names))
        width, log = self.width, self.log
        for line, cells in self.records:
            if log.taken + log.skipped >= most:
                raise ExportTooLarge
            if len(cells) != width:
                told = gettext_lazy(
                    "Fields expected: %(expected)s; found: %(found)s.", expected=width, found=len(cells)
                )
                log.skip(line, told)
                continue
            cells.append("")
            log.taken += 1
            yield line, tuple(map(unguard_cell, pick(cells))) if self.is_own else pick(cells)


def open_table(member: Member) -> Table:
    """Reads as far as the header. Raises an AppError when the file is no table of Letterboxd's."""
    file = display_name(member.path)
    content, is_western = encodings.convert_to_utf8(file, member.content)
    check_lines(content)
    decoded = double_encoding.undo(content)
    content = content if decoded is None else decoded
    log = RowLog(file)
    records = read_records(content, log)
    head = _head(file, records)
    header = head[-1]
    columns: dict[str, int] = {}
    for n, name in enumerate(header):
        columns.setdefault(name.strip(), n)
    returned = find_returned(columns)
    kind, columns = returned or (find_kind(member.path, columns), columns)
    if kind is None:
        raise _unknown(member.path, file, columns)
    missing = [] if returned else [name for name in REQUIRED[kind] if name not in columns]
    if missing:
        if origin := origins.of_table(member.path, columns):
            raise from_elsewhere(file, origin)
        raise MissingColumn(file=file, column=missing[0])
    return Table(
        member.path,
        kind,
        columns,
        len(header),
        _preamble(head),
        log,
        records,
        content,
        len(head),
        is_western,
        decoded is not None,
        columns.keys() >= OWN_COLUMNS,
        returned is not None,
    )


def take_fingerprint(tables: Sequence[Table]) -> bytes:
    """Of what files say, not of how they were packed: SHA-256, the same for a later reader that makes more of it."""
    digest = hashlib.sha256()
    for key, content in sorted((table.key, table.content) for table in tables):
        digest.update(f"{key}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()


def _head(file: str, records: Iterator[tuple[int, list[str]]]) -> list[list[str]]:
    """The records up to and with the header, which is the first where none is found."""
    head, is_found = take_head(records)
    if not head:
        raise EmptyFile(file=file)
    if is_found:
        return head
    if any(map(begins_a_list, head)):
        raise NoPositions(file=file)
    return head[:1]


def _preamble(head: list[list[str]]) -> list[str]:
    """The list's date, name, tags, link and description, in that order; empty where the file begins at Position."""
    for names, values in pairwise(head[:-1]):
        if {"Name", "URL"} <= set(names):
            by_name = dict(zip(names, values, strict=False))
            return [by_name.get(name, "") for name in ("Date", "Name", "Tags", "URL", "Description")]
    return []


def _unknown(path: str, file: str, columns: dict[str, int]) -> NotAnExport:
    if columns.keys() >= set(FILM_COLUMNS):
        return UnclearName(file=file)
    if columns.keys() >= {"Date", "Content"} or "Email Address" in columns:
        return OnlyPrivateFiles(file=file, names=file)
    if origin := origins.of_table(path, columns):
        return from_elsewhere(file, origin)
    start = ", ".join(re.sub(r"\s+", " ", name) for name in columns)
    return NotATable(file=file, start=display_name(start))
