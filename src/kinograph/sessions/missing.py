"""What stands in for the files that were not sent, or could not be read, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Protocol

from kinograph.i18n import Sentence, gettext_lazy
from kinograph.sessions import own_tables
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.tables import Table

EVIDENCE = frozenset({FileKind.ratings, FileKind.diary, FileKind.reviews})
"""Who rates or logs a film has watched it; who likes, wants or lists one may not have."""


class Rated(Protocol):
    """A diary entry or a review."""

    @property
    def film(self) -> int: ...
    @property
    def entry_id(self) -> int | None: ...
    @property
    def watched_on(self) -> date | None: ...
    @property
    def logged_on(self) -> date | None: ...
    @property
    def rating(self) -> float | None: ...


def newest_ratings(*sources: Iterable[Rated]) -> Mapping[int, Rated]:
    """The newest entry with stars of each film, from the first of the sources that has one: the diary, then reviews.

    Entries of one day are told apart by Letterboxd's numbers, which grow.
    """
    newest: dict[int, Rated] = {}
    for entries in sources:
        rated = sorted((entry for entry in entries if entry.rating), key=_moment)
        newest = {entry.film: entry for entry in rated} | newest
    return newest


def _moment(entry: Rated) -> tuple[date, date, int]:
    logged_on = entry.logged_on or date.min
    return entry.watched_on or logged_on, logged_on, entry.entry_id or 0


def list_remarks(tables: Sequence[Table], *, has_viewings: bool, has_ratings: bool) -> Iterator[Sentence]:
    """What the sender should know of files that are not there."""
    kinds = own_tables.find_told(tables)
    if not is_watched_known(kinds):
        yield gettext_lazy(
            "No file that could be read says what you watched, so no film counts as watched. For statistics, send the"
            " ZIP as Letterboxd gave it to you, or watched.csv, diary.csv or ratings.csv from it."
        )
        return
    if FileKind.watched not in kinds:
        files = ", ".join(table.log.file for table in tables if table.kind in EVIDENCE)
        yield gettext_lazy(
            "No watched.csv could be read, so the films you watched are taken from %(files)s.", files=files
        )
    if FileKind.ratings not in kinds:
        yield (
            gettext_lazy("No ratings.csv could be read, so a film's stars are those of its newest rated entry.")
            if has_ratings
            else gettext_lazy("No ratings.csv could be read and no entry has stars, so no film is rated.")
        )
    if FileKind.diary not in kinds and FileKind.films not in kinds:
        yield (
            gettext_lazy("No diary.csv could be read, so the viewings are taken from dated reviews.")
            if has_viewings
            else gettext_lazy("No diary.csv could be read, so there are no viewings.")
        )


def is_watched_known(kinds: Set[FileKind]) -> bool:
    return FileKind.watched in kinds or bool(kinds & EVIDENCE)
