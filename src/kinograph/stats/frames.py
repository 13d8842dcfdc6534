"""A session's rows as columns, ready for the cards."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from kinograph.films.folding import fold
from kinograph.sessions.reading import AT_ONCE
from kinograph.stats.arrays import mean
from kinograph.stats.columns import Carried, Columns, Flags, Rows
from kinograph.stats.frame_schema import COLLECTIONS, LISTED, LISTS, STAMPS
from kinograph.stats.makers import Makers
from kinograph.stats.memory import Shelf, Tally, weigh
from kinograph.stats.nights import Nights, find_nights
from kinograph.stats.page_cache import PageCache, PageOrder

T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """films: one row for each film of the session, watched or not; viewings: one for each diary entry, oldest first."""

    films: pl.DataFrame
    viewings: pl.DataFrame
    people: pl.DataFrame
    companies: pl.DataFrame
    lists: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LISTS))
    listed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LISTED))
    collections: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COLLECTIONS))
    stamps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STAMPS), compare=False, repr=False)
    # The day up to which it tells of anything, where that is known: that the export was made.
    told_until: date | None = None
    pages: PageCache = field(default_factory=PageCache, compare=False, repr=False)
    # Like the pages it outlasts the frame, which may be packed.
    shelf: Shelf = field(default_factory=Shelf, compare=False, repr=False)
    # Of the frame it was made of by reading a few films anew, see `carry_over`.
    carried: Carried | None = field(init=False, default=None, compare=False, repr=False)
    derived: DerivedFrames = field(init=False, default_factory=lambda: DerivedFrames(), compare=False, repr=False)

    @property
    def whole(self) -> Frame:
        """Itself, or the frame that it is a part of."""
        return self

    @cached_property
    def columns(self) -> Columns:
        """Of the films of the whole, as arrays."""
        return Columns(self.films, self.derived.weigh, self.carried)

    def carry_over(self, before: Frame, changed: pl.Series) -> None:
        """What was made of the columns of another frame that differs by the films of these numbers alone; before any of
        them is asked for."""
        flags: Flags = self.films["n"].is_in(changed.implode()).to_numpy()
        self.__dict__["carried"] = before.columns.carry(flags)

    @cached_property
    def diary(self) -> Columns:
        """Of the viewings of the whole."""
        return Columns(self.viewings, self.derived.weigh)

    @cached_property
    def film_flags(self) -> Flags:
        """Which films of the whole are here."""
        return np.ones(len(self.columns), np.bool_)

    @cached_property
    def viewing_flags(self) -> Flags:
        """Which viewings of the whole are here."""
        return np.ones(len(self.diary), np.bool_)

    @cached_property
    def of_films(self) -> Rows:
        """The films."""
        return Rows(self.columns, np.flatnonzero(self.film_flags))

    @cached_property
    def watched_flags(self) -> Flags:
        """Which watched films of the whole are here."""
        watched: Flags = self.columns["watched"]
        return self.film_flags & watched

    @cached_property
    def of_watched(self) -> Rows:
        """The films that are watched."""
        return Rows(self.columns, np.flatnonzero(self.watched_flags))

    @cached_property
    def of_viewings(self) -> Rows:
        """The viewings."""
        return Rows(self.diary, np.flatnonzero(self.viewing_flags))

    @cached_property
    def film_of_viewing(self) -> NDArray[np.int32]:
        """Of each viewing of the whole, the row of its film in the whole."""
        return self.diary.keep(
            "film", lambda: _find_rows(self.films["n"], self.viewings["n"]), lambda rows: rows.nbytes
        )

    @cached_property
    def viewing_counts(self) -> NDArray[np.intp]:
        """Of each film of the whole, how many viewings are here."""
        return np.bincount(self.film_of_viewing[self.viewing_flags], minlength=len(self.columns))

    def find_last_viewed(self, *, dated: bool) -> NDArray[np.datetime64]:
        """Of each film of the whole, the day of its last viewing here, only of those that mean anything if they are to
        be `dated`; NaT without any."""
        viewings = self.of_viewings.where(~self.of_viewings["at_once"]) if dated else self.of_viewings
        last = np.full(len(self.columns), np.datetime64("NaT", "D"))
        # As numbers NaT is the lowest of all.
        days = viewings["watched_on"].astype(last.dtype).view(np.int64)
        np.maximum.at(last.view(np.int64), self.film_of_viewing[viewings.places], days)
        return last

    @cached_property
    def scalars(self) -> pl.DataFrame:
        """The columns of the films that hold no lists, which take far more time to copy than all others."""
        return self.films.select(~cs.list())

    def tell_films(self, numbers: pl.Series, *names: str) -> pl.DataFrame:
        """These columns of films, by their numbers and in the order of these."""
        places = _find_rows(self.whole.films["n"], numbers).astype(np.intp)
        return Rows(self.columns, places).table(*names)

    @cached_property
    def makers(self) -> Makers:
        """The people, by their ids."""
        return Makers(self.people, self.derived.weigh)

    @cached_property
    def studios(self) -> Makers:
        """The companies, by their ids."""
        return Makers(self.companies, self.derived.weigh)

    @cached_property
    def watched(self) -> pl.DataFrame:
        """Those of the films that are; of an export without a watchlist and the like the films themselves."""
        is_watched = self.films["watched"]
        count = int(is_watched.sum())
        # Mostly they come first, and then this is a part of the films that takes no memory of its own.
        return self.films.head(count) if is_watched.head(count).all() else self.films.filter(is_watched)

    @cached_property
    def dated(self) -> pl.DataFrame:
        """The viewings that have a day: all but those of days that were filled in at one go."""
        is_whole = len(self.of_dated) == len(self.viewings)
        return self.viewings if is_whole else self.viewings.filter(~pl.col("at_once"))

    @cached_property
    def of_dated(self) -> Rows:
        """The same, as rows of the whole diary."""
        at_once = self.of_viewings["at_once"]
        return self.of_viewings.where(~at_once) if at_once.any() else self.of_viewings

    @cached_property
    def nights(self) -> Nights:
        """The days of these."""
        return find_nights(self.of_dated["watched_on"])

    def of_their_films(self, viewings: Rows, name: str) -> NDArray[Any]:
        """A column of films, of the film of each of these viewings."""
        values: NDArray[Any] = self.columns[name][self.film_of_viewing[viewings.places]]
        return values

    @cached_property
    def logged_at_once(self) -> list[date]:
        """Viewing days with so many diary entries that they were not watched then."""
        days: list[date] = np.unique(self.of_viewings["watched_on"][self.of_viewings["at_once"]]).tolist()
        return days

    @cached_property
    def until(self) -> date | None:
        """The day that "last 30 days" and the like end with: that of the export, else of the newest viewing."""
        return self.told_until or (self.nights.ends[1] if self.nights.ends else None)

    @cached_property
    def folded_titles(self) -> pl.DataFrame:
        """n, text: the title and the original title of each film, as searches are compared with them."""
        told = pl.concat_str("title", "original_title", separator=" ", ignore_nulls=True)
        return self.films.select("n", text=fold(told))

    @cached_property
    def own_mean(self) -> float | None:
        """The mean of every rating, in stars; None without any."""
        return mean(self.of_watched["rating"])

    @cached_property
    def own_bytes(self) -> int:
        """What its columns take of memory."""
        parts = [self.films, self.viewings, self.people, self.companies, self.lists, self.listed, self.collections]
        parts.append(self.stamps)
        is_apart = not self.films["watched"].head(len(self.watched)).all()
        return sum(map(weigh, [*parts, self.watched] if is_apart else parts))

    @property
    def bytes(self) -> int:
        """The same with all that is kept with it."""
        return self.own_bytes + self.pages.n_bytes + self.derived.bytes


def _find_rows(numbers: pl.Series, wanted: pl.Series) -> NDArray[np.int32]:
    """The places of films by their numbers."""
    known, sought = numbers.to_numpy(), wanted.to_numpy()
    order = np.argsort(known, kind="stable")
    return order[np.searchsorted(known, sought, sorter=order)].astype(np.int32)


class DerivedFrames:
    """Frames made of a frame's part, each under a key, kept as long as it is; the oldest gives way."""

    MOST = 4

    def __init__(self) -> None:
        self.count_in(Tally())
        self._made: OrderedDict[Hashable, tuple[Frame, Tally]] = OrderedDict()
        self._lock = Lock()

    def count_in(self, tally: Tally, order: PageOrder | None = None) -> None:
        """Before anything is kept: where it is counted, and among which pages theirs stand."""
        self.tally = tally
        self._order = order
        self._shelf = Shelf(tally)

    def keep(self, name: str, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        """Something else that is made of a frame: one under each name, until it is asked for by another key."""
        found: T | None = self._shelf.find(name, key)
        if found is None:
            found = make()
            self._shelf.put(name, key, found, weigh(found))
        return found

    def weigh(self, n_bytes: int) -> None:
        """Counts what else is kept with the frame."""
        self.tally.add(n_bytes)

    def get_or_make(self, key: Hashable, make: Callable[[], Frame]) -> Frame:
        """Makes what is not there yet, outside of the lock: two that ask at once may both, and one is kept."""
        with self._lock:
            kept = self._made.get(key)
        if kept is None:
            tally = Tally(self.tally)
            made = replace(make(), pages=PageCache(tally, self._order), shelf=Shelf(tally))
            tally.add(made.own_bytes)
            kept = (made, tally)
        with self._lock:
            first = self._made.setdefault(key, kept)
            self._made.move_to_end(key)
            gone = [self._made.popitem(last=False)[1]] if len(self._made) > self.MOST else []
        for frame, tally in [*gone, *([kept] if first is not kept else [])]:
            tally.close()
            frame.pages.close()
        return first[0]

    def close(self) -> None:
        """Nobody finds them any more: their pages make room."""
        with self._lock:
            self._order = None
            frames = [frame for frame, _ in self._made.values()]
        for frame in frames:
            frame.pages.close()

    @property
    def bytes(self) -> int:
        return self.tally.bytes


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
