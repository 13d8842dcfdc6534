"""The nights of a diary, the days on which something was watched: what every card over time counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from kinograph.stats.arrays import Array, Days, Integers

EPOCH_WEEKDAY = 3
"""1970-01-01, from which NumPy counts its days, was a Thursday."""


@dataclass(frozen=True, eq=False)
class Nights:
    """The days with a viewing, oldest first, and how many viewings each has: two arrays of one length."""

    days: Days
    viewings: Integers

    def __len__(self) -> int:
        return len(self.days)

    @cached_property
    def total(self) -> int:
        """All viewings."""
        return int(self.viewings.sum())

    @cached_property
    def ends(self) -> tuple[date, date] | None:
        """The first day and the last; None without any."""
        return (self.days[0].item(), self.days[-1].item()) if len(self.days) else None

    @cached_property
    def numbers(self) -> Integers:
        """The days since 1970-01-01."""
        return self.days.view(np.int64)

    @cached_property
    def weekdays(self) -> Integers:
        """Of each night, 1 (Monday) to 7."""
        return (self.numbers + EPOCH_WEEKDAY) % 7 + 1

    @cached_property
    def months(self) -> Integers:
        """Of each night, 1 to 12."""
        if not len(self.days):
            return np.zeros(0, np.int64)
        # Converting a month to its first day is done for few, a day to its month would be for all of them.
        first, last = (day.astype("datetime64[M]").astype(np.int64) for day in self.days[[0, -1]])
        months = np.arange(first, last + 1)
        starts = self.days.searchsorted(months.astype("datetime64[M]").astype("datetime64[D]"))
        return np.repeat(months % 12 + 1, np.diff(starts, append=len(self.days)))

    @cached_property
    def by_month(self) -> dict[int, int]:
        """Viewings by month of the year, 1 to 12, those with none left out."""
        counts = np.bincount(self.months, weights=self.viewings).astype(np.int64).tolist()
        return {month: viewings for month, viewings in enumerate(counts) if viewings}

    @cached_property
    def by_year(self) -> dict[int, int]:
        """Viewings by year, oldest first, those with none left out."""
        if self.ends is None:
            return {}
        first, last = self.ends
        years = range(first.year, last.year + 1)
        counts = self.count([date(year, 1, 1) for year in years], last)
        return {year: viewings for year, viewings in zip(years, counts, strict=True) if viewings}

    @cached_property
    def _sums(self) -> Integers:
        """The viewings before each night, and those of all."""
        return np.concatenate([np.zeros(1, np.int64), self.viewings.cumsum()])

    def count(self, starts: Sequence[date], until: date) -> list[int]:
        """The viewings from each of these days, in order, to before the next, and from the last one up to `until`."""
        places = self.days.searchsorted(np.array(starts, "datetime64[D]"))
        end = self.days.searchsorted(np.datetime64(until), side="right")
        counts: list[int] = np.diff(self._sums[places], append=self._sums[end]).tolist()
        return counts

    def within(self, first: date, last: date) -> list[tuple[date, int]]:
        """The nights from one day to another, both included, and their viewings."""
        start = self.days.searchsorted(np.datetime64(first))
        end = self.days.searchsorted(np.datetime64(last), side="right")
        return list(zip(self.days[start:end].tolist(), self.viewings[start:end].tolist(), strict=True))


def find_nights(days: Array) -> Nights:
    """Of the day of each viewing, in any order, as days or as numbers of days since 1970."""
    nights, counts = np.unique(days.astype(np.int64), return_counts=True)
    return Nights(nights.view("datetime64[D]"), counts.astype(np.int64, copy=False))


def find_years(days: Array) -> Integers:
    """Of each day its year."""
    if not len(days):
        return np.zeros(0, np.int64)
    first, last = (day.astype("datetime64[Y]").astype(np.int64) for day in (days.min(), days.max()))
    # To compare with the first days of few years takes less than to convert each day.
    starts = np.arange(first, last + 1).astype("datetime64[Y]").astype("datetime64[D]")
    years: Integers = first + 1969 + starts.searchsorted(days, side="right")
    return years


def move_months(nights: Nights, months: int) -> Nights:
    """To the same days so many months later, or to the last of a month that has no such day."""
    first = nights.days.astype("datetime64[M]")
    target = first + months
    ends = (target + 1).astype("datetime64[D]") - 1
    days = np.minimum(target.astype("datetime64[D]") + (nights.days - first.astype("datetime64[D]")), ends)
    return find_nights(np.repeat(days, nights.viewings))


def move_days(nights: Nights, days: int) -> Nights:
    """By so many days."""
    return Nights(nights.days + days, nights.viewings)
