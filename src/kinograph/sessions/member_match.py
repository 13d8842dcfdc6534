"""Whether two exports are one member's, told by what they have in common. Values in, an answer out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kinograph.sessions.export import Export


# Popular films are in everybody's export. So a few films are never enough, and films alone tell only where most of
# them were marked or rated on the same days, as strangers never do.
LEAST_ENTRIES = 3
LEAST_FILMS = 5
FILMS_SHARED = 0.8  # of the smaller export's
ENTRIES_SHARED = 0.5  # of the smaller export's, and more than that of numbers
SAME_DAYS = 0.5  # of the films shared; the date of a row may change by a day from export to export


class DiaryEntry(NamedTuple):
    entry_id: int | None
    title: str
    year: int | None
    watched_on: date


class Watched(NamedTuple):
    letterboxd_id: int | None
    title: str
    year: int | None
    marked_on: date | None
    rated_on: date | None


class Trace(NamedTuple):
    """What an export has that another of the same member would have, too."""

    entries: Sequence[DiaryEntry]
    watched: Sequence[Watched]


def take_trace(read: Export) -> Trace:
    films = read.films
    return Trace(
        [DiaryEntry(v.entry_id, films[v.film].title, films[v.film].year, v.watched_on) for v in read.viewings],
        [
            Watched(films[n].letterboxd_id, films[n].title, films[n].year, marked_on, read.rated_on.get(n))
            for n, marked_on in read.watched.items()
        ],
    )


def are_of_one_member(one: Trace, other: Trace) -> bool:
    """By the entries' own numbers where both have any, else by the days of their entries where both have some, else by
    their films. The first that both have decides: one's entries and another's films may be anybody's."""
    numbers, others = _numbers(one), _numbers(other)
    if numbers and others:
        return len(numbers & others) > ENTRIES_SHARED * min(len(numbers), len(others))
    days, other_days = _days(one), _days(other)
    if min(len(days), len(other_days)) >= LEAST_ENTRIES:
        shared = len(days & other_days)
        return shared >= max(LEAST_ENTRIES, ENTRIES_SHARED * min(len(days), len(other_days)))
    return _share_films(one.watched, other.watched)


def _numbers(trace: Trace) -> set[int]:
    return {entry.entry_id for entry in trace.entries if entry.entry_id is not None}


def _days(trace: Trace) -> set[tuple[str, int | None, date]]:
    return {(entry.title, entry.year, entry.watched_on) for entry in trace.entries}


def _share_films(one: Sequence[Watched], other: Sequence[Watched]) -> bool:
    by_id: dict[int | None, Watched] = {film.letterboxd_id: film for film in other}
    by_id.pop(None, None)
    by_name = {(film.title, film.year): film for film in other}
    pairs = [
        (film, found)
        for film in one
        if (found := by_id.get(film.letterboxd_id) or by_name.get((film.title, film.year))) is not None
    ]
    if len(pairs) < max(LEAST_FILMS, FILMS_SHARED * min(len(one), len(other))):
        return False
    return sum(_have_a_day_in_common(*pair) for pair in pairs) >= SAME_DAYS * len(pairs)


def _have_a_day_in_common(one: Watched, other: Watched) -> bool:
    days = ((one.marked_on, other.marked_on), (one.rated_on, other.rated_on))
    return any(first and second and abs((first - second).days) <= 1 for first, second in days)
