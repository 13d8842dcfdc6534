"""A session's rows as columns, ready for the cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

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
        return self.card_cache.bytes + sum(int(part.estimated_size()) for part in parts)


def add_times(viewings: pl.DataFrame) -> pl.DataFrame:
    """A whole diary, oldest first, with the days between its viewings, and between them and their entries.

    Letterboxd dates entries by a clock that may be a day off the person's: a day more or less is none.
    """
    at_once = pl.len().over("watched_on") >= AT_ONCE
    day = pl.when(~at_once).then("watched_on")
    apart = (pl.col("logged_on") - day).dt.total_days()
    return viewings.with_columns(
        at_once=at_once,
        pause=(day - day.forward_fill().shift()).dt.total_days().cast(pl.Int32),
        delay=pl.when(apart.abs() <= 1).then(0).otherwise(apart).cast(pl.Int32),
    )
