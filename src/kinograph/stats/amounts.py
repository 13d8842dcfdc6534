"""What pages count, defined once; docs/statistics.md says the same in words.

Viewings are diary entries, and a film without one has none. Hours are those of every viewing, and of a watched film
without a diary entry once. A film is seen more than once when it has two entries, or one marked as a rewatch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinograph.stats.arrays import find_first
from kinograph.stats.columns import Columns, Flags, Places
from kinograph.stats.frames import Frame


@dataclass(frozen=True, eq=False)
class Counted:
    """Films with their amounts, in films, viewings or (for "hours") minutes: arrays with an entry for each film of the
    whole, of which `flags` tells those that count."""

    columns: Columns
    unit: str
    flags: Flags
    watched: Flags
    amount: NDArray[np.int64]
    is_whole: bool = False  # whether they are all films of the table that count in this unit

    @cached_property
    def places(self) -> Places:
        return np.flatnonzero(self.flags)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def total(self) -> int:
        """Of all amounts."""
        return int(self.amount[self.places].sum())

    @cached_property
    def are_all_watched(self) -> bool:
        return bool(self.watched[self.places].all())

    @cached_property
    def rating(self) -> NDArray[np.float64]:
        """Stars; NaN of films that are not rated, or not watched: means are taken over the watched films."""
        rating = self.columns["rating"]
        return rating if self.are_all_watched else np.where(self.watched, rating, np.nan)


def count(frame: Frame, unit: str) -> Counted:
    """A frame's watched films with their amounts.

    In viewings and hours also films that are in the diary and not marked as watched: with their viewings, but without
    a rating.
    """
    columns, watched, is_whole = frame.columns, frame.watched_flags, frame.whole is frame
    if unit == "films":
        return Counted(columns, unit, watched, watched, watched.astype(np.int64), is_whole)
    amount = frame.viewing_counts if unit == "viewings" else _minutes(frame)
    return Counted(columns, unit, _seen(frame), watched, amount, is_whole)


def sum_minutes(frame: Frame) -> int:
    """Of all its films, as far as their runtimes are known."""
    return int(_minutes(frame)[_seen(frame)].sum())


def _minutes(frame: Frame) -> NDArray[np.int64]:
    """Of each film of the whole; 0 where nobody knows how long it is."""
    return _runtimes(frame) * np.maximum(frame.viewing_counts, 1)


def _runtimes(frame: Frame) -> NDArray[np.int64]:
    columns = frame.columns
    return columns.keep(
        "runtimes",
        lambda: np.where(columns.known("runtime_minutes"), columns["runtime_minutes"], 0).astype(np.int64),
        lambda runtimes: runtimes.nbytes,
    )


def _seen(frame: Frame) -> Flags:
    """The films that are watched or in the diary."""
    return frame.watched_flags | (frame.film_flags & (frame.viewing_counts > 0))


def seen_more_than_once(frame: Frame, *, most: int) -> tuple[pl.DataFrame, int]:
    """The watched films with two viewings, or one that was a rewatch: how many they are, and the first of them, with
    their `viewings` and the day of the `last`.

    Most viewings first; of as many the better rated, then the latest.
    """
    films = frame.film_of_viewing
    again = np.zeros(len(frame.columns), np.bool_)
    again[films[frame.viewing_flags & frame.diary["rewatch"]]] = True
    found = np.flatnonzero(frame.watched_flags & ((frame.viewing_counts > 1) | again))
    last = frame.find_last_viewed(dated=False)
    rating = frame.columns["rating"][found]
    counts, days = frame.viewing_counts[found], last[found]
    order = find_first(
        most, -counts, np.where(np.isnan(rating), np.inf, -rating), -days.view(np.int64), frame.columns["n"][found]
    )
    told = (pl.Series("viewings", counts[order]), pl.Series("last", days[order]))
    return frame.whole.scalars[found[order]].with_columns(told), len(found)


def count_undated(frame: Frame) -> int:
    """How many of its watched films have no viewing."""
    return int(np.count_nonzero(frame.watched_flags & (frame.viewing_counts == 0)))


def count_untimed(frame: Frame) -> int:
    """How many of the films it sums the minutes of have no known runtime."""
    return int(np.count_nonzero(_seen(frame) & ~frame.columns.known("runtime_minutes")))


def count_series(frame: Frame) -> int:
    """How many of its watched titles are series whose hours are known: those are estimates."""
    timed = frame.columns.flags((pl.col("kind") == "tv") & pl.col("runtime_minutes").is_not_null())
    return int(np.count_nonzero(frame.watched_flags & timed))
