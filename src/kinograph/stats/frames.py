"""A session's rows as columns, ready for the cards."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

import polars as pl

from kinograph.sessions.reading import AT_ONCE
from kinograph.stats.averages import mean
from kinograph.stats.card_cache import CardCache
from kinograph.stats.frame_schema import LISTS, STAMPS


@dataclass(frozen=True)
class Frame:
    """films: one row for each film of the session, watched or not; viewings: one for each diary entry, oldest first."""

    films: pl.DataFrame
    viewings: pl.DataFrame
    people: pl.DataFrame
    companies: pl.DataFrame
    lists: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LISTS))
    stamps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STAMPS), compare=False, repr=False)
    card_cache: CardCache = field(default_factory=CardCache, compare=False, repr=False)
    derived: DerivedFrames = field(init=False, default_factory=lambda: DerivedFrames(), compare=False, repr=False)

    @cached_property
    def watched(self) -> pl.DataFrame:
        """Those of the films that are."""
        return self.films.filter("watched")

    @cached_property
    def logged_at_once(self) -> list[date]:
        """Viewing days with so many diary entries that they were not watched then."""
        return self.viewings.filter("at_once")["watched_on"].unique().sort().to_list()

    @cached_property
    def own_mean(self) -> float | None:
        """The mean of every rating, in stars; None without any."""
        return mean(self.watched["rating"])

    @property
    def bytes(self) -> int:
        """What it takes of memory, all that is kept with it counted."""
        parts = (self.films, self.watched, self.viewings, self.people, self.companies, self.lists, self.stamps)
        return self.card_cache.bytes + self.derived.bytes + sum(int(part.estimated_size()) for part in parts)


class DerivedFrames:
    """Frames made of a frame's part, each under a key, kept as long as it is; the oldest gives way."""

    MOST = 4

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, Frame] = OrderedDict()
        self._lock = Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], Frame]) -> Frame:
        """Makes what is not there yet, outside of the lock: two that ask at once may both, and one is kept."""
        with self._lock:
            made = self._made.get(key)
        made = made or make()
        with self._lock:
            made = self._made.setdefault(key, made)
            self._made.move_to_end(key)
            if len(self._made) > self.MOST:
                self._made.popitem(last=False)
        return made

    @property
    def bytes(self) -> int:
        with self._lock:
            return sum(frame.bytes for frame in self._made.values())


def add_times(viewings: pl.DataFrame) -> pl.DataFrame:
    """A whole diary, oldest first, with the days between its viewings, and between them and their entries.

    Letterboxd dates entries by a clock that may be a day off the person's: a day more or less is none.
    """
    viewings = viewings.with_columns(at_once=pl.len().over("watched_on") >= AT_ONCE)
    apart = (pl.col("logged_on") - _DAY).dt.total_days()
    return add_pauses(
        viewings.with_columns(delay=pl.when(apart.abs() <= 1).then(0).otherwise(apart).cast(pl.Int32)),
    )


def add_pauses(viewings: pl.DataFrame) -> pl.DataFrame:
    """With the days between each viewing and the one before it among these."""
    return viewings.with_columns(pause=(_DAY - _DAY.forward_fill().shift()).dt.total_days().cast(pl.Int32))


_DAY = pl.when(~pl.col("at_once")).then("watched_on")
"""Of a viewing that has one."""
