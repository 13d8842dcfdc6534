"""Periods as the filter `viewed` writes them, and the days they stand for."""

from __future__ import annotations

import re
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
