"""The tables that Kinograph itself gives away, kinograph-films.csv and kinograph-diary.csv, when they are sent back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from datetime import date

from kinograph.i18n import Sentence, gettext_lazy, ngettext_lazy
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.tables import Table

_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_KINDS_BY_COLUMN = {"Rating": FileKind.ratings, "Liked": FileKind.likes}


def find_told(tables: Sequence[Table]) -> set[FileKind]:
    """The kinds of Letterboxd's files that were sent, or that Kinograph's own stand for: the table of films with its
    columns.

    The days it names are no diary: that one has them all.
    """
    told = {table.kind for table in tables}
    if FileKind.returned in told:
        told |= {FileKind.watched, FileKind.ratings, FileKind.diary}
    for table in tables:
        if table.kind is FileKind.films:
            told |= {FileKind.watched, *(kind for column, kind in _KINDS_BY_COLUMN.items() if column in table.columns)}
    return told


def find_watched(tables: Sequence[Table]) -> Table | None:
    """The file that says which films were watched: Letterboxd's rather than Kinograph's."""
    by_kind = {table.kind: table for table in tables}
    return by_kind.get(FileKind.watched) or by_kind.get(FileKind.films)


def count_viewings(table: Table) -> int | None:
    """How many viewings its films had in the session it comes from; None where the column was left out."""
    if "Viewings" not in table.columns:
        return None
    return sum(int(cell) for cell, _ in table.again("Viewings", "Name") if _NUMBER.fullmatch(cell))


def name_viewings(first: date | None, last: date | None) -> list[date]:
    """The viewings that a row names: on the last day, and on the first where that is another."""
    return sorted({day for day in (first, last) if day})


def list_remarks(tables: Sequence[Table], *, named: int, sent: Set[FileKind]) -> Iterator[Sentence]:
    """What the table of films cannot hold; `named` is the number of viewings that were taken from it."""
    for table in tables:
        if table.kind is not FileKind.films:
            continue
        if FileKind.diary in sent:
            yield gettext_lazy(
                "“%(file)s” is Kinograph's own table of films: it holds those you watched, and no reviews, lists or"
                " watchlist.",
                file=table.log.file,
            )
        elif (count := count_viewings(table)) is not None:
            yield ngettext_lazy(
                "“%(file)s” is Kinograph's own table of films: it holds %(named)s of %(n)s viewing and no rewatches,"
                " reviews, tags, lists or watchlist; send kinograph-diary.csv, too, to have every viewing.",
                "“%(file)s” is Kinograph's own table of films: it holds %(named)s of %(n)s viewings and no rewatches,"
                " reviews, tags, lists or watchlist; send kinograph-diary.csv, too, to have every viewing.",
                count,
                file=table.log.file,
                named=named,
            )
        else:
            yield ngettext_lazy(
                "“%(file)s” is Kinograph's own table of films: it holds %(n)s viewing, two of a film at most, and no"
                " rewatches, reviews, tags, lists or watchlist; send kinograph-diary.csv, too, to have every viewing.",
                "“%(file)s” is Kinograph's own table of films: it holds %(n)s viewings, two of a film at most, and no"
                " rewatches, reviews, tags, lists or watchlist; send kinograph-diary.csv, too, to have every viewing.",
                named,
                file=table.log.file,
            )
