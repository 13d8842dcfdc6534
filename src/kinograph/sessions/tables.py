"""One CSV file of an export as a table: which one it is, its columns, and its rows with the line each begins on."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice, pairwise
from operator import itemgetter

from kinograph.i18n import Sentence, gettext_lazy, gettext_noop, ngettext_lazy
from kinograph.sessions import double_encoding, encodings, origins
from kinograph.sessions.archive import (
    BrokenFile,
    EmptyFile,
    Member,
    NotAnExport,
    OnlyPrivateFiles,
    TooLarge,
    display_name,
    from_elsewhere,
)
from kinograph.sessions.export_format import FORMAT, LIMITS
from kinograph.sessions.formulas import unguard
from kinograph.sessions.table_shape import begins_a_list, find_delimiter, take_head

LONGEST_RECORD = LIMITS["line_length"]  # bytes of one line, or signs of one record
PROBLEMS_KEPT = 100
csv.field_size_limit(LIMITS["field_length"])


class FileKind(StrEnum):
    """What a file tells, in the order of reading: film links come before the entries that look for films by name."""

    watched = "watched"
    films = "films"  # Kinograph's own table of the watched films
    ratings = "ratings"
    likes = "likes"
    watchlist = "watchlist"
    list = "list"
    diary = "diary"
    reviews = "reviews"


_FILM = ("Name", "Year")
# Without these a file tells nothing. Link, stars and tags may be missing, and “Rewatch”, written since 2018.
REQUIRED: dict[FileKind, list[str]] = {FileKind(kind): columns for kind, columns in FORMAT["kinds"].items()}
_PATHS = {path: FileKind(kind) for path, kind in FORMAT["kinds_by_path"].items()}
_OWN = frozenset(FORMAT["own_columns"])
_WORDS = {word: FileKind(kind) for word, kind in FORMAT["kinds_by_word"].items()}


class NotATable(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” is not one of Letterboxd's tables; it begins with “%(start)s”."
        " Send the ZIP as Letterboxd gave it to you, or the CSV files from it."
    )


class MissingColumn(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” has no column “%(column)s”. Send the file as Letterboxd wrote it, or the whole ZIP."
    )


class UnclearName(NotAnExport):
    sentence = gettext_noop(
        "“%(file)s” may be watched films, a watchlist or likes: these look alike inside."
        " Keep the name Letterboxd gave the file (watched.csv, watchlist.csv, likes.csv), or send the whole ZIP."
    )


class NoPositions(BrokenFile):
    sentence = gettext_noop(
        "“%(file)s” begins like a list but has no line starting with “Position”, so its films are unknown."
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What was skipped, where, and what was expected. `line` is the record's first, None for the whole file."""

    file: str
    line: int | None
    sentence: Sentence

    def stored(self) -> dict[str, object]:
        """As JSON can hold it."""
        return {"file": self.file, "line": self.line, "sentence": self.sentence.stored()}


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of the export: `rows` were taken, `skipped` were not."""

    path: str
    kind: str
    rows: int
    skipped: int


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
    is_mended: bool
    is_own: bool

    def again(self, *names: str) -> Iterator[tuple[str, ...]]:
        """The named cells of each row, from the first on and whatever has been read; what is wrong is passed over."""
        columns = [self.columns.get(name, self.width) for name in names]
        for _, cells in islice(_records(self.content, RowLog(self.log.file)), self.n_head, None):
            if len(cells) == self.width:
                cells.append("")
                yield tuple(cells[column] for column in columns)

    def rows(self, *names: str, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The line and the named cells of each row; a column the file lacks is empty everywhere. Two names or more.

        Raises TooLarge after `most` rows, good or bad.
        """
        pick = itemgetter(*(self.columns.get(name, self.width) for name in names))
        width, log = self.width, self.log
        for line, cells in self.records:
            if log.taken + log.skipped >= most:
                raise TooLarge
            if len(cells) != width:
                told = gettext_lazy(
                    "Fields expected: %(expected)s; found: %(found)s.", expected=width, found=len(cells)
                )
                log.skip(line, told)
                continue
            cells.append("")
            log.taken += 1
            yield line, tuple(map(unguard, pick(cells))) if self.is_own else pick(cells)


@dataclass(slots=True)
class RowLog:
    """What happened to the rows of one file; the first hundred problems in words, the rest as a number."""

    file: str
    taken: int = 0
    skipped: int = 0
    repeated: int = 0  # of those skipped: what they are about stands in a row before them
    unread_dates: int = 0
    changed_dates: int = 0  # those and what else is no day where one was expected
    unread_ratings: int = 0
    problems: list[Problem] = field(default_factory=list)
    n_problems: int = 0

    def skip(self, line: int, sentence: Sentence) -> None:
        """A row that was not taken."""
        self.skipped += 1
        self.note(line, sentence)

    def drop(self, line: int, sentence: Sentence) -> None:
        """A row that had the right shape and is given up after all."""
        self.taken -= 1
        self.skip(line, sentence)

    def repeat(self, line: int, sentence: Sentence) -> None:
        """A row that is given up because one before it is about the same."""
        self.repeated += 1
        self.drop(line, sentence)

    def note(self, line: int, sentence: Sentence) -> None:
        """A row that was taken without one of its cells."""
        self.n_problems += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(self.file, line, sentence))

    def all_problems(self) -> Iterator[Problem]:
        yield from self.problems
        if more := self.n_problems - len(self.problems):
            yield Problem(
                self.file, None, ngettext_lazy("%(n)s more line like these.", "%(n)s more lines like these.", more)
            )
        if self.unread_dates:
            yield Problem(
                self.file,
                None,
                ngettext_lazy(
                    "%(n)s date is not written as 2024-12-31 and was left out.",
                    "%(n)s dates are not written as 2024-12-31 and were left out.",
                    self.unread_dates,
                ),
            )


def open_table(member: Member) -> Table:
    """Reads as far as the header. Raises an AppError when the file is no table of Letterboxd's."""
    file = display_name(member.path)
    content, is_western = encodings.to_utf8(file, member.content)
    _check_lines(content)
    mended = double_encoding.mend(content)
    content = content if mended is None else mended
    log = RowLog(file)
    records = _records(content, log)
    head = _head(file, records)
    header = head[-1]
    columns: dict[str, int] = {}
    for n, name in enumerate(header):
        columns.setdefault(name.strip(), n)
    kind = _kind(member.path, columns)
    if kind is None:
        raise _unknown(member.path, file, columns)
    missing = [name for name in REQUIRED[kind] if name not in columns]
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
        mended is not None,
        columns.keys() >= _OWN,
    )


def fingerprint(tables: Sequence[Table]) -> bytes:
    """Of what files say, not of how they were packed: SHA-256, the same for a later reader that makes more of it."""
    digest = hashlib.sha256()
    for key, content in sorted(
        (table.path if table.kind is FileKind.list else table.kind, table.content) for table in tables
    ):
        digest.update(f"{key}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()


def _records(content: bytes, log: RowLog) -> Iterator[tuple[int, list[str]]]:
    """Each record with its first line, which is not the n-th where fields hold line breaks.

    Empty lines are left out, and those that a spreadsheet filled with delimiters.
    """
    # Decoded as it is asked for, too.
    lines: Iterable[str] = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
    bounded = _Bounded(lines)
    if len(content) > LONGEST_RECORD:
        lines = bounded
    reader = csv.reader(lines, delimiter=find_delimiter(content), strict=True)
    line = 1
    while True:
        bounded.n_signs = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            log.skip(line, _broken_record(str(error)))
            if "field larger" in str(error):
                return
        else:
            if any(cells):
                yield line, cells
        line = reader.line_num + 1


class _Bounded:
    """Lines, with the number of signs since it was last set to 0. Raises TooLarge for a record of too many lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.n_signs = 0

    def __iter__(self) -> _Bounded:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.n_signs += len(line)
        if self.n_signs > LONGEST_RECORD:
            raise TooLarge
        return line


def _check_lines(content: bytes) -> None:
    """Raises TooLarge for more or longer lines than an export can have, before the csv module builds rows of them."""
    if content.count(b"\n") + content.count(b"\r") > LIMITS["line_ends"]:
        raise TooLarge
    start = 0
    while len(content) - start > LONGEST_RECORD:
        end = content.rfind(b"\n", start, start + LONGEST_RECORD)
        if end < 0:
            raise TooLarge
        start = end + 1


def _broken_record(error: str) -> Sentence:
    if "field larger" in error:
        return gettext_lazy(
            "A field begins here that is longer than any text on Letterboxd; the rest of the file was not read."
        )
    if "unexpected end" in error:
        return gettext_lazy("A quotation mark opens here and never closes; what follows could not be read.")
    return gettext_lazy("A quotation mark stands where a comma was expected.")


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


def _kind(path: str, columns: dict[str, int]) -> FileKind | None:
    """By path, but a list and Kinograph's own films by their columns; else by columns; else by a word in the name."""
    path = path.lower()
    named = FileKind.list if path.startswith("lists/") else _PATHS.get(path)
    by_columns = _kind_by_columns(columns)
    if by_columns in (FileKind.list, FileKind.films) or not named:
        named = by_columns
    if named:
        return None if columns.keys() >= {"Date", "Content"} else named
    if not all(name in columns for name in _FILM):
        return None
    return next((kind for word, kind in _WORDS.items() if word in path), None)


def _kind_by_columns(columns: dict[str, int]) -> FileKind | None:
    if "Position" in columns:
        return FileKind.list
    if columns.keys() >= _OWN and columns.keys().isdisjoint(("Rewatch", "Review")):
        return FileKind.films
    if "Watched Date" not in columns and "Letterboxd URI" not in columns:
        return None
    if "Review" in columns:
        return FileKind.reviews
    if "Watched Date" in columns or "Rewatch" in columns:
        return FileKind.diary
    return FileKind.ratings if "Rating" in columns else None


def _unknown(path: str, file: str, columns: dict[str, int]) -> NotAnExport:
    if columns.keys() >= set(_FILM):
        return UnclearName(file=file)
    if columns.keys() >= {"Date", "Content"} or "Email Address" in columns:
        return OnlyPrivateFiles(file=file, names=file)
    if origin := origins.of_table(path, columns):
        return from_elsewhere(file, origin)
    start = ", ".join(re.sub(r"\s+", " ", name) for name in columns)
    return NotATable(file=file, start=display_name(start))
