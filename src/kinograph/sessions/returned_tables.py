"""The files that Kinograph writes for Letterboxd's import, when they are sent back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from kinograph.i18n import Sentence, gettext_lazy
from kinograph.sessions.export_errors import SentTwice, display_name
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.tables import Table

BETTER = (FileKind.watched, FileKind.films, FileKind.ratings, FileKind.diary, FileKind.reviews)
"""What tells the same, and more of it."""


class NamedList(NamedTuple):
    """What the table of lists says of one file; a list may be in several."""

    number: str
    preamble: tuple[str, ...]
    """As a list's own file has it: date, name, tags, link, description. Of several files the first has it."""


def read_names(rows: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, NamedList]:
    """By the name of the file; from rows of List, File, Date, Name, Tags, URL, Description."""
    return {_named(file): NamedList(number, tuple(told)) for _, (number, file, *told) in rows}


def find_name(names: dict[str, NamedList], path: str) -> NamedList | None:
    return names.get(_named(path))


def refuse_beside_better(tables: Sequence[Table]) -> dict[str, SentTwice]:
    """What must not be read, by its path: the viewings would count twice."""
    better = next((table for table in tables if table.kind in BETTER), None)
    if better is None:
        return {}
    other = display_name(better.path)
    returned = [table for table in tables if table.kind in (FileKind.returned, FileKind.unmarked)]
    return {table.path: SentTwice(file=table.log.file, other=other) for table in returned}


def list_remarks(tables: Sequence[Table]) -> Iterator[Sentence]:
    """What the files for Letterboxd cannot hold."""
    if any(table.kind is FileKind.returned for table in tables):
        yield gettext_lazy(
            "Kinograph wrote these files for Letterboxd. They hold no likes, and not the days on which you logged,"
            " rated or added films."
        )


def _named(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name.lower()
