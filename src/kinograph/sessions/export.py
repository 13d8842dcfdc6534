"""A Letterboxd export: bytes in, typed rows out, or a sentence saying what is wrong. No database, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kinograph.errors import AppError
from kinograph.i18n import Sentence, ngettext_lazy
from kinograph.sessions import missing, own_tables, returned_tables
from kinograph.sessions.archive import Contents, Limits, RefusedFile, Upload, unpack
from kinograph.sessions.days import Days, UnclearDays
from kinograph.sessions.everything_reader import find_everything, read_everything
from kinograph.sessions.export_errors import (
    BrokenFile,
    EmptyExport,
    ExportTooLarge,
    FromElsewhere,
    NoRowRead,
    NotAnExport,
    NothingSent,
    OnlyPrivateFiles,
    SentTwice,
    display_name,
)
from kinograph.sessions.export_rows import ExportRows
from kinograph.sessions.exported import Export, List, ListFilm, Orphan, Review, Viewing
from kinograph.sessions.file_kinds import ORPHANED, FileKind
from kinograph.sessions.film_index import ExportedFilm
from kinograph.sessions.orphans import read_orphans
from kinograph.sessions.reading_warnings import (
    warn_of_changed_dates,
    warn_of_changed_ratings,
    warn_of_changed_text,
    warn_of_namesakes,
    warn_of_skipped_rows,
    warn_of_unwatched,
)
from kinograph.sessions.row_log import FileRead, Problem
from kinograph.sessions.tables import Table, open_table, take_fingerprint

__all__ = [
    "READER",
    "BrokenFile",
    "EmptyExport",
    "Export",
    "ExportTooLarge",
    "ExportedFilm",
    "FileRead",
    "Limits",
    "List",
    "ListFilm",
    "NotAnExport",
    "Orphan",
    "Problem",
    "Review",
    "Upload",
    "Viewing",
    "read",
]

# Counts up when the same files come to tell more than before: sessions read by an older reader are brought up to date
# when their export is sent again.
READER = 3
# What a person would read, and a session may hold.
MOST_PROBLEMS = 1_000
MOST_WARNINGS = 40


def read(uploads: Sequence[Upload], *, limits: Limits | None = None) -> Export:
    """Raises NotAnExport or BrokenFile when nothing can be read, EmptyExport without a film, ExportTooLarge at once."""
    limits = limits or Limits()
    if own := find_everything(uploads):
        return read_everything(own, (each for each in uploads if each is not own), limits=limits)
    contents = unpack(uploads, limits=limits)
    refusals = list(contents.refusals)
    tables: dict[str, Table] = {}
    for member in contents.members:
        try:
            table = open_table(member)
        except (NotAnExport, BrokenFile) as error:
            refusals.append(RefusedFile(display_name(member.path), error))
            continue
        if table.key in tables:
            file, other = display_name(member.path), display_name(tables[table.key].path)
            refusals.append(RefusedFile(file, SentTwice(file=file, other=other)))
        else:
            tables[table.key] = table
    for path, twice in returned_tables.refuse_beside_better(list(tables.values())).items():
        refusals.append(RefusedFile(tables.pop(path).log.file, twice))
    orphaned = [tables.pop(kind) for kind in sorted(ORPHANED) if kind in tables]
    days = Days(list(tables.values()))
    if diary := tables.get(FileKind.diary):
        try:
            days.check(diary)
        except UnclearDays as error:
            refusals.append(RefusedFile(diary.log.file, error))
            del tables[FileKind.diary]
    if not tables:
        raise _reason([*refusals, *map(_refuse_alone, orphaned)])
    rows = ExportRows(sorted(tables.values(), key=_turn), days, limits)
    rows.read_tables()
    private = [refusal.file for refusal in refusals if isinstance(refusal.error, OnlyPrivateFiles)]
    refusals = [refusal for refusal in refusals if not isinstance(refusal.error, OnlyPrivateFiles)]
    if not rows.films:
        raise _nothing_read(rows.tables, refusals)
    rows.fill_in()
    return _make_export(rows, orphaned, contents, refusals, private)


def _refuse_alone(table: Table) -> RefusedFile:
    """What names dropped films is of no use without an export."""
    return RefusedFile(table.log.file, OnlyPrivateFiles(file=table.log.file, names=table.log.file))


def _reason(refusals: Sequence[RefusedFile]) -> AppError:
    """Of several files none of which can be read, the one the sender may have meant."""
    telling = [refusal.error for refusal in refusals if not isinstance(refusal.error, OnlyPrivateFiles)]
    telling.sort(key=lambda error: not isinstance(error, FromElsewhere))
    return telling[0] if telling else refusals[0].error if refusals else NothingSent()


def _turn(table: Table) -> int:
    return list(FileKind).index(table.kind)


def _make_export(
    rows: ExportRows,
    orphaned: Sequence[Table],
    contents: Contents,
    refusals: Sequence[RefusedFile],
    private: Sequence[str],
) -> Export:
    orphans = read_orphans(orphaned, most=rows.rows_left)
    opened = [*rows.tables, *orphaned]
    return Export(
        films=rows.films.list_films(),
        watched=rows.watched,
        ratings=rows.ratings,
        rated_on=rows.rated_on,
        viewings=tuple(sorted(rows.viewings, key=lambda viewing: (viewing.watched_on, viewing.entry_id or 0))),
        reviews=tuple(rows.reviews),
        likes=rows.likes,
        watchlist=rows.watchlist,
        lists=tuple(rows.lists.lists),
        files=tuple(table.log.sum_up(table.kind) for table in opened),
        problems=_first_problems(opened, refusals),
        warnings=_first_warnings(rows, refusals),
        unread=(*contents.unread, *private),
        made_at=contents.made_at,
        fingerprint=take_fingerprint(rows.tables),
        orphaned=orphans,
    )


def _nothing_read(tables: Sequence[Table], refusals: Sequence[RefusedFile]) -> AppError:
    for table in tables:
        for problem in table.log.problems:
            return NoRowRead(file=problem.file, line=problem.line, expected=problem.sentence)
    return refusals[0].error if refusals else EmptyExport()


def _first_problems(tables: Sequence[Table], refusals: Sequence[RefusedFile]) -> tuple[Problem, ...]:
    problems = list(_problems(tables, refusals))
    if (more := len(problems) - MOST_PROBLEMS) > 0:
        told = ngettext_lazy("%(n)s more problem is not shown.", "%(n)s more problems are not shown.", more)
        problems[MOST_PROBLEMS:] = [Problem(problems[MOST_PROBLEMS].file, None, told)]
    return tuple(problems)


def _first_warnings(rows: ExportRows, refusals: Sequence[RefusedFile]) -> tuple[Sentence, ...]:
    warnings = list(_warnings(rows, refusals))
    if (more := len(warnings) - MOST_WARNINGS) > 0:
        told = ngettext_lazy("%(n)s more warning is not shown.", "%(n)s more warnings are not shown.", more)
        warnings[MOST_WARNINGS:] = [told]
    return tuple(warnings)


def _problems(tables: Sequence[Table], refusals: Sequence[RefusedFile]) -> Iterator[Problem]:
    for refusal in refusals:
        yield Problem(refusal.file, None, refusal.error.said)
    for table in tables:
        yield from table.log.all_problems()


def _warnings(rows: ExportRows, refusals: Sequence[RefusedFile]) -> Iterator[Sentence]:
    yield from (refusal.error.said for refusal in refusals)
    yield from warn_of_changed_text(rows.tables)
    yield from warn_of_changed_dates(rows.tables)
    yield from warn_of_changed_ratings(rows.tables)
    watched = own_tables.find_watched(rows.tables)
    yield from warn_of_unwatched(rows.films, +rows.unwatched, file=watched.log.file if watched else "")
    yield from returned_tables.list_remarks(rows.tables)
    yield from own_tables.list_remarks(rows.tables, named=len(rows.named_viewings), sent=rows.kinds)
    yield from missing.list_remarks(rows.tables, has_viewings=bool(rows.viewings), has_ratings=bool(rows.ratings))
    yield from warn_of_skipped_rows(rows.tables)
    yield from warn_of_namesakes(rows.films, rows.ambiguous)
