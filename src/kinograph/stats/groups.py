"""Films counted by what several of them share: a genre, a country, a director."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinograph.stats.amounts import Counted
from kinograph.stats.codes import find_sorted
from kinograph.stats.columns import Flags, Places, identify

PRIOR = 5
"""How many ratings at the person's own mean every group is given beforehand, for the order alone."""

FEWEST_RATINGS = 3
"""A group with fewer ratings has no average."""


MOST_KEPT = 1_000
"""Years, genres and countries are fewer, people are not."""


class Group(NamedTuple):
    """The amount is the sum of those of its films, the average the mean of their ratings; None below FEWEST_RATINGS."""

    key: Any
    films: int
    amount: int
    average: float | None
    rated: int


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """All that have any film, in the order of their keys: an entry for each in every array."""

    keys: pl.Series
    films: NDArray[np.int64]  # watched ones
    amount: NDArray[np.int64]
    rated: NDArray[np.int64]
    total: NDArray[np.float64]  # the sum of the ratings, exact, for they are halves
    own_mean: float | None  # of every rating of the person

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def weighted(self) -> NDArray[np.float64]:
        """What the best are ordered by alone, NaN below FEWEST_RATINGS. It is shrunk toward the person's own mean, so
        that one masterpiece does not make a favorite director: (sum of ratings + PRIOR x own mean) / (ratings + PRIOR).
        """
        if self.own_mean is None:
            return np.full(len(self), np.nan)
        weighted = (self.total + PRIOR * self.own_mean) / (self.rated + PRIOR)
        return np.where(self.rated >= FEWEST_RATINGS, weighted, np.nan)

    def find_most(self, first: int | None = None) -> Places:
        """The places of the first so many, the largest amount first, among equals the best rated, then by their keys.
        Only they are sorted."""
        places = np.arange(len(self))
        if first is not None and len(self) > first > 0:
            least = np.partition(self.amount, -first)[-first]
            places = np.flatnonzero(self.amount >= least)
        weighted = self.weighted[places]
        order = np.lexsort((np.where(np.isnan(weighted), np.inf, -weighted), -self.amount[places]))
        return places[order[:first]]

    def find_best(self, first: int | None = None) -> Places:
        """The places of those with ratings enough, best first, among equals the ones with more films."""
        weighted = self.weighted
        places = np.flatnonzero(~np.isnan(weighted))
        order = np.lexsort((-self.films[places], -weighted[places]))
        return places[order[:first]]

    def tell(self, places: Places) -> list[Group]:
        """These of them."""
        keys = [self.keys[place] for place in places.tolist()]
        columns = (keys, *(each[places].tolist() for each in (self.films, self.amount)))
        rated, totals = self.rated[places].tolist(), self.total[places].tolist()
        averages = [total / n if n >= FEWEST_RATINGS else None for total, n in zip(totals, rated, strict=True)]
        return list(map(Group, *columns, averages, rated))

    def most(self, first: int | None = None) -> list[Group]:
        """See find_most."""
        return self.tell(self.find_most(first))

    def best(self, first: int | None = None) -> list[Group]:
        """See find_best."""
        return self.tell(self.find_best(first))

    def find(self, key: Any) -> Group | None:
        """The one of a key; None where there is none."""
        place = find_sorted(self.keys, key)
        return None if place is None else self.tell(np.array([place]))[0]

    def where(self, flags: Flags) -> Groups:
        """Those of them, a flag for each."""
        return self.at(np.flatnonzero(flags))

    def at(self, places: Places) -> Groups:
        """Those in these places."""
        told = {name: getattr(self, name)[places] for name in ("keys", "films", "amount", "rated", "total")}
        return replace(self, **told)


def count_by(counted: Counted, key: str | pl.Expr, *, own_mean: float | None) -> Groups:
    """Films by a column, or an expression that the code says, once for each entry of a list. Those of everything, which
    stand behind what is picked, are counted once for a frame, where they are few."""
    columns = counted.columns
    if not counted.is_whole or len(columns.codes(key).keys) > MOST_KEPT:
        return _count_by(counted, key, own_mean)
    name = ("groups", identify(key), counted.unit, own_mean)
    return columns.keep(name, lambda: _count_by(counted, key, own_mean), lambda found: 4 * found.films.nbytes)


def _count_by(counted: Counted, key: str | pl.Expr, own_mean: float | None) -> Groups:
    codes = counted.columns.codes(key)
    rows, found = codes.rows, codes.codes
    if len(counted.places) < len(counted.columns):
        is_counted = counted.flags[rows]
        rows, found = rows[is_counted], found[is_counted]
    watched = None if counted.are_all_watched else counted.watched[rows]
    amount = None if counted.unit == "films" else counted.amount[rows]
    return count_entries(
        codes.keys, found, watched=watched, amount=amount, rating=counted.rating[rows], own_mean=own_mean
    )


def count_entries(
    keys: pl.Series,
    codes: NDArray[np.integer],
    *,
    rating: NDArray[np.float64],
    own_mean: float | None,
    watched: Flags | None = None,
    amount: NDArray[np.int64] | None = None,
) -> Groups:
    """Groups of entries: each has the code of its key, the rating of its film or NaN, whether that is watched, as all
    are without `watched`, and the amount it counts for, 1 without `amount`."""
    size = len(keys)
    n = np.bincount(codes, minlength=size)
    is_rated = ~np.isnan(rating)
    rated = codes[is_rated]
    there = np.flatnonzero(n)
    return Groups(
        keys if len(there) == size else keys[there],
        (n if watched is None else np.bincount(codes[watched], minlength=size))[there],
        (n if amount is None else np.bincount(codes, amount, minlength=size).astype(np.int64))[there],
        np.bincount(rated, minlength=size)[there],
        np.bincount(rated, rating[is_rated], minlength=size)[there].astype(np.float64),
        own_mean,
    )
