"""Periods as the filter `viewed` writes them, and the days they stand for."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

Days = tuple[date, date]
"""The first and the last day, both included."""

RELATIVE = ("this-year", "last-30-days", "last-12-months")
"""Those that end with the last day a session knows of, so that a link to them keeps its meaning."""

_NAMED = re.compile(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def parse_viewed(text: str) -> str:
    """A year, a month, a day, the days from one to another, or one of RELATIVE: 2024, 2024-03, 2024-03-11,
    2024-03-11..2024-04-02, last-30-days. Raises ValueError for anything else."""
    named = text.strip()
    if named in RELATIVE:
        return named
    first, dots, last = named.partition("..")
    if dots:
        return "..".join(dict.fromkeys(sorted((_parse_day(first), _parse_day(last)))))
    found = _NAMED.fullmatch(first)
    if not found:
        raise ValueError(text)
    date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    return found[0]


def _parse_day(text: str) -> str:
    found = _NAMED.fullmatch(text.strip())
    if not found or not found[3]:
        raise ValueError(text)
    return date.fromisoformat(found[0]).isoformat()


def is_relative(viewed: str) -> bool:
    return viewed in RELATIVE


def days_of(viewed: str, until: date | None = None) -> Days:
    """The first and last day of what the filter `viewed` says; `until` is the day that relative periods end with.
    Without that they are a day on which nothing was watched."""
    if is_relative(viewed):
        return _days_until(viewed, until) if until else (date.min, date.min)
    first, dots, last = viewed.partition("..")
    if dots:
        return date.fromisoformat(first), date.fromisoformat(last)
    year, month, day = ([int(part) for part in first.split("-")] + [0, 0])[:3]
    if day:
        return (date(year, month, day),) * 2
    after = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    return date(year, month or 1, 1), after - timedelta(days=1)


def _days_until(viewed: str, until: date) -> Days:
    if viewed == "this-year":
        return date(until.year, 1, 1), until
    if viewed == "last-30-days":
        return until - timedelta(days=29), until
    return same_day(until, years=-1) + timedelta(days=1), until


def same_day(day: date, *, years: int) -> date:
    """Of another year; the last of February for a leap day that is none there."""
    year = day.year + years
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def name_days(days: Days) -> str:
    """As the filter writes them, as short as it can be: 2024, 2024-03, 2024-03-11, 2024-03-11..2024-04-02."""
    first, last = days
    for name in (f"{first:%Y}", f"{first:%Y-%m}", f"{first}"):
        if days_of(name) == days:
            return name
    return f"{first}..{last}"


BEFORE, YEAR_EARLIER, EVERYTHING = "before", "year-earlier", "all"
"""What else `against` takes beside a period."""


def parse_against(text: str) -> str:
    """ "before", "year-earlier", "all", or a period that ends with no certain export. Raises ValueError for anything
    else."""
    named = text.strip()
    if named in (BEFORE, YEAR_EARLIER, EVERYTHING):
        return named
    return parse_fixed(named)


def parse_fixed(text: str) -> str:
    """As parse_viewed, but for what ends with the last day there is."""
    if is_relative(text.strip()):
        raise ValueError(text)
    return parse_viewed(text)


@dataclass(frozen=True, slots=True)
class Pair:
    """A period as far as the diary goes, and the days it is set against; `months` is how much earlier those are, where
    that is whole months. `is_cut` is whether the diary ends within the period, so that both end early."""

    days: Days
    other: Days
    months: int | None = None
    is_cut: bool = False

    @property
    def lengths(self) -> tuple[int, int]:
        """In days."""
        return count_days(self.days), count_days(self.other)


def pair_periods(viewed: str, against: str, until: date | None) -> Pair:
    """The days that `against` names beside a period. They are as many, but for whole months and leap days: the month
    before is a month, and the first of March is the first of March."""
    whole = days_of(viewed, until)
    first, last = whole
    is_cut = until is not None and first <= until < last
    if is_cut and until:
        last = until
    of_year = viewed == "this-year"
    is_cut = is_cut or (of_year and (last.month, last.day) != (12, 31))
    if against not in (BEFORE, YEAR_EARLIER):
        return _pair_named((first, last), _cut(days_of(against), until), is_cut=is_cut)
    months = 12 if against == YEAR_EARLIER else _whole_months(date(first.year, 12, 31) if of_year else whole[1], first)
    if viewed == "last-12-months":
        months = 12
    if months is None:
        return Pair((first, last), (_back(first, count_days((first, last))), _back(first, 1)), None, is_cut)
    if not is_cut and first.day == (last + _DAY).day == 1:  # to the end of a month, however long that is
        return Pair((first, last), (_earlier(first, months), _back(_earlier(last + _DAY, months), 1)), months, is_cut)
    return Pair((first, last), (_earlier(first, months), _earlier(last, months)), months, is_cut)


_DAY = timedelta(days=1)
_FIRST = date(1000, 1, 1)
"""The first day that the filter can name."""


def _pair_named(days: Days, other: Days, *, is_cut: bool) -> Pair:
    """Where a period is cut short, so is a longer one beside it."""
    months = None
    if days[0].day == other[0].day:
        months = (days[0].year - other[0].year) * 12 + days[0].month - other[0].month
    if is_cut:
        last = other[0] + (days[1] - days[0]) if months is None else _earlier(days[1], months)
        other = other[0], min(other[1], last)
    return Pair(days, other, months, is_cut)


def _cut(days: Days, until: date | None) -> Days:
    return (days[0], until) if until and days[0] <= until < days[1] else days


def _whole_months(last: date, first: date) -> int | None:
    """How many months these days are; None where they are not whole ones."""
    after = last + _DAY
    return (after.year - first.year) * 12 + after.month - first.month if first.day == after.day == 1 else None


def _earlier(day: date, months: int) -> date:
    """The same day so many months before, or the last that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < _FIRST.year:
        return _FIRST
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _back(day: date, days: int) -> date:
    """The day so many days before."""
    return date.fromordinal(max(day.toordinal() - days, _FIRST.toordinal()))


def count_days(days: Days) -> int:
    return (days[1] - days[0]).days + 1
