"""The rows of the page of changes, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kinograph import i18n
from kinograph.changes.compare import Edit
from kinograph.changes.comparison import Comparison
from kinograph.changes.sides import Entry, Film, FilmList
from kinograph.i18n import gettext, ngettext
from kinograph.sessions.links import secure_link
from kinograph.stats.labels import format_stars

PLUS, MINUS, EDITED = "+", "\u2212", "\u2192"
"""What came, what went, and what is not as it was."""

NAMED = 3
"""Films that a row of a list names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a group. `name` is in any language; `was` and `now` are stars, where a rating changed."""

    sign: str
    name: str
    year: int | None = None
    href: str = ""
    note: str = ""
    n: int | None = None  # the film's number in the newer export
    was: float | None = None
    now: float | None = None


def make_row(sign: str, film: Film, note: str = "", *, stars: Edit[float] | None = None) -> Row:
    """Of a film, which leads to its page at Letterboxd."""
    return Row(
        sign,
        film.title,
        film.year,
        href=secure_link(film.uri),
        note=note,
        n=None if sign == MINUS else film.n,
        was=stars.was if stars else None,
        now=stars.now if stars else None,
    )


def write_stars(rating: float | None) -> str:
    return f"{format_stars(rating)}★" if rating else gettext("no stars")


def write_name(film: Film) -> str:
    return f"{film.title} ({film.year})" if film.year else film.title


def write_day(day: date | None) -> str:
    return i18n.date(day) if day else gettext("no day")


def write_tags(tags: frozenset[str]) -> str:
    return ", ".join(sorted(tags)) or gettext("no tags")


def describe_entry(entry: Entry, *, is_orphaned: bool = False) -> str:
    """A viewing: its day, its stars, whether it was a rewatch, and whether Letterboxd has dropped its film."""
    told = [write_day(entry.watched_on)]
    if entry.rating:
        told.append(write_stars(entry.rating))
    if entry.rewatch:
        told.append(gettext("rewatch"))
    if is_orphaned:
        told.append(gettext("Letterboxd dropped the film"))
    return " · ".join(told)


def describe_review(entry: Entry, *, is_orphaned: bool = False) -> str:
    """The day of a review, where it has one, and whether Letterboxd has dropped its film."""
    day = i18n.date(entry.watched_on) if entry.watched_on else ""
    return " · ".join(filter(None, (day, gettext("Letterboxd dropped the film") if is_orphaned else "")))


def describe_edit(edit: Edit[Entry]) -> str:
    """What of a viewing is not as it was: "May 3, 2024 → May 4, 2024 · 3★ → 4★"."""
    was, now = edit.was, edit.now
    told = []
    if was.watched_on != now.watched_on:
        told.append((write_day(was.watched_on), write_day(now.watched_on)))
    if was.rating != now.rating:
        told.append((write_stars(was.rating), write_stars(now.rating)))
    if was.rewatch != now.rewatch:
        first, again = gettext("first time"), gettext("rewatch")
        told.append((again, first) if was.rewatch else (first, again))
    if was.tags != now.tags:
        told.append((write_tags(was.tags), write_tags(now.tags)))
    return " · ".join(f"{before} {EDITED} {after}" for before, after in told)


def make_list_row(sign: str, each: FilmList) -> Row:
    return Row(sign, each.name, note=ngettext("%(n)s film", "%(n)s films", len(each.films)))


def name_some(films: Sequence[Film]) -> str:
    """The films by name, or the first and how many more there are."""
    shown = [film.title for film in films[:NAMED]]
    if more := len(films) - len(shown):
        shown.append(ngettext("%(n)s more", "%(n)s more", more))
    return i18n.listing(shown)


def find_new_days(comparison: Comparison) -> dict[int, date]:
    """The last day on which a film was seen in a viewing that is new, by the film's number in the newer export."""
    days: dict[int, date] = {}
    for entry in comparison.changes.viewings.added if comparison.changes.viewings else ():
        if entry.watched_on:
            days[entry.film] = max(entry.watched_on, days.get(entry.film, entry.watched_on))
    return days


def find_new_days_by_name(comparison: Comparison) -> dict[str, date]:
    """The same by the films' names, for rows of the older export."""
    films = comparison.sides[1].films
    found: dict[str, list[date]] = defaultdict(list)
    for n, day in find_new_days(comparison).items():
        found[write_name(films[n])].append(day)
    return {name: max(days) for name, days in found.items()}
