"""What a page shows: the whole of a session, what is picked of it, and where its links lead."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import ClassVar

import numpy as np
import polars as pl

from kinograph.stats import amounts
from kinograph.stats.address import MOST_PICKED, FilterLink, Filters, with_query, write_pair
from kinograph.stats.against import Other, find_other
from kinograph.stats.columns import Flags
from kinograph.stats.filter_kinds import ANY
from kinograph.stats.filters import FILTERS, needs_tmdb
from kinograph.stats.frames import Frame
from kinograph.stats.periods import Days, days_of


@dataclass(frozen=True, slots=True)
class Lookups:
    """How many watched films are still to be looked up (`pending`), were not found (`missing`), or got no answer of
    TMDB (`failed`), of `films`.

    Of a card they count only the films that it leaves out, see PageContext.lacking. `unsaid` films were found, but TMDB
    does not say of them what the card needs; `series` counts the series among these. `uncertain` is whether a filter
    needs TMDB, so that nobody knows whether these would fit it. `correction_href` is the page on which their owner
    can say what they are.
    """

    films: int
    pending: int
    missing: int
    failed: int = 0
    unsaid: int = 0
    series: int = 0
    uncertain: bool = False
    paused: str | None = None  # no_key, bad_key or away
    correction_href: str | None = field(default=None, compare=False)

    @property
    def settled(self) -> float:
        """The share that does not wait, 0 to 1."""
        return 1 - self.pending / self.films if self.films else 1.0


Condition = pl.Expr | Flags
"""Which films, as flags of all of them, or as an expression that the code says, never an address: it is kept."""


PARTS = ("all", "source", "waiting")
"""The fields of a context that are frames."""


@dataclass(frozen=True)
class PageContext:
    """The one thing cards are computed from; frames are filtered once and shared by all cards."""

    all: Frame
    filters: Filters
    path: str  # the page's own address, without its query
    images: bool  # whether pictures may come from TMDB
    page: str = ""  # the end of its address; the overview has none
    owner: bool = False  # whether tags and lists may be shown
    counts: str = "films"  # what the reader prefers to count: films, viewings or hours
    paused: str | None = None  # why nobody looks films up: no_key, bad_key or away
    made_on: date | None = None  # the day of the export; None: nobody knows

    is_wished: ClassVar[bool] = False
    """Whether it is about the films that wait on a watchlist, see wishes."""

    @property
    def whole(self) -> Frame:
        """The session's frame, of which `all` may be a part that has a page of its own."""
        return self.all

    @property
    def home(self) -> str:
        """The address of the session's overview."""
        own = self.path.rpartition(f"/{self.page}")[0] if self.page else self.path
        return own.removesuffix(f"/year/{self.year}") if self.page == "story" else own

    @property
    def unit(self) -> str:
        """What rankings count: films, viewings or hours."""
        return self.filters.get("count") or "films"

    @property
    def year(self) -> int | None:
        """The year the page is about; None on all pages but that of a year."""
        return self._fixed("viewed")

    @property
    def person(self) -> int | None:
        """The id of whom the page is about; None on all pages but that of a person."""
        return self._fixed("person")

    @cached_property
    def days(self) -> Days | None:
        """The first and last viewing day picked, or fixed by the path; None where every day counts."""
        viewed = self.filters.get("viewed")
        return days_of(viewed, self.all.until) if viewed else None

    def _fixed(self, name: str) -> int | None:
        return next((int(value) for fixed, value in self.filters.fixed if fixed == name), None)

    def to_person(self) -> Callable[[int], str]:
        """Makes the address of each person's own page, with what is picked."""
        query = self.filters.travelling().to_query()
        return lambda person: with_query(f"{self.home}/person/{person}", query)

    def to_page(self, name: str, **said: str) -> str:
        """The address of another page of the session with what is picked, and what else it is to say."""
        query = "&".join(
            filter(None, [self.filters.travelling().to_query(), *(f"{key}={value}" for key, value in said.items())])
        )
        return with_query(f"{self.home}/{name}", query)

    @property
    def key(self) -> Hashable:
        """Tells it from every other view of the same frame."""
        return tuple(getattr(self, each.name) for each in fields(self) if each.name not in PARTS)

    @cached_property
    def picked(self) -> Frame:
        """What fits every filter."""
        return self.fit(self.filters) if self.filters else self.all

    def fit(self, filters: Filters) -> Frame:
        """What of `all` fits these."""
        return filters.apply(self.all)

    def ignoring(self, *names: str) -> Frame:
        """What fits every filter but these: a chart of years keeps its other years when one of them is picked."""
        others = self.filters
        for name in names:
            others = others.without(name).without(f"{name}.{ANY}")
        if others == self.filters:
            return self.picked
        if not others:
            return self.all
        if others not in self._ignored:
            self._ignored[others] = self.fit(others)
        return self._ignored[others]

    @cached_property
    def _ignored(self) -> dict[Filters, Frame]:
        return {}

    @property
    def watched(self) -> pl.DataFrame:
        """The watched films among the picked."""
        return self.picked.watched

    @property
    def everything(self) -> pl.DataFrame:
        """The watched films, picked or not."""
        return self.all.watched

    @cached_property
    def counted(self) -> amounts.Counted:
        """The watched films among the picked with their amounts."""
        return self.counting(self.picked)

    def counting(self, frame: Frame, unit: str | None = None) -> amounts.Counted:
        """The films of a frame with their amounts, in the unit that is given or that the address says: see amounts."""
        return amounts.count(frame, unit or self.unit)

    @property
    def logged_at_once(self) -> list[date]:
        """Viewing days filled in at one go. Nothing over time draws them, and no day, week or year has them."""
        return self.all.logged_at_once

    def dated(self, frame: Frame) -> pl.DataFrame:
        """The viewings of a frame that a chart over time may draw; how many they are on each day, its `nights` tell."""
        return frame.dated

    @property
    def other(self) -> Other | None:
        """The second selection, which the page sets the picked against; None without one."""
        return self._other[0]

    @property
    def against_sentence(self) -> str:
        """What stands against what, or why nothing can; "" where nothing was asked."""
        return self._other[1]

    @cached_property
    def _other(self) -> tuple[Other | None, str]:
        return find_other(self)

    @property
    def own_mean(self) -> float | None:
        """The mean of every rating the person gave, in stars, whatever is picked: what averages are shrunk toward."""
        return self.all.own_mean

    @cached_property
    def lookups(self) -> Lookups:
        """Counted over everything watched: a film nobody has looked up fits no filter that needs TMDB."""
        return self._count_lookups(self.all.watched_flags, films=len(self.all.of_watched))

    def nothing_will_come(self, known: Condition) -> bool:
        """Whether a card is left out, whatever is picked: what it is made from is `known` of no film, nor will be.

        Where a filter alone leaves it nothing it stays and says so, lest cards come and go with what is picked.
        """
        return not self.lookups.pending and not bool((self._flags(known) & self.all.watched_flags).any())

    @property
    def _correction_href(self) -> str | None:
        return f"{self.home}/repair" if self.owner and self.path.startswith("/session/") else None

    def lacking(self, known: Condition, *, among: Condition | None = None, ignoring: tuple[str, ...] = ()) -> Lookups:
        """Of the films a card is about, those it leaves out, for what it is made from is not `known` of them.

        They are the watched films `among` those that the export alone can tell, which fit every filter but those that
        the card is `ignoring`. A film nobody has looked up fits no filter that needs TMDB, so these are left aside.
        """
        said, asked = self.ignoring(*ignoring), self._told_by_the_export(ignoring)
        lacks = ~self._flags(known)
        lacks = lacks if among is None else self._flags(among) & lacks
        unsaid = lacks & said.watched_flags & self.all.columns.saying("state", "matched")
        return replace(
            self._count_lookups(lacks & asked.watched_flags, films=len(asked.of_watched)),
            unsaid=int(np.count_nonzero(unsaid)),
            series=int(np.count_nonzero(unsaid & self.all.columns.saying("kind", "tv"))),
            uncertain=asked is not said,
        )

    def _flags(self, condition: Condition) -> Flags:
        return self.all.columns.flags(condition) if isinstance(condition, pl.Expr) else condition

    def _count_lookups(self, left: Flags, *, films: int) -> Lookups:
        pending, missing, failed = (
            int(np.count_nonzero(left & self.all.columns.saying("state", state)))
            for state in ("pending", "unmatched", "failed")
        )
        return Lookups(films, pending, missing, failed, paused=self.paused, correction_href=self._correction_href)

    def _told_by_the_export(self, ignored: tuple[str, ...]) -> Frame:
        """What fits the filters that need no TMDB."""

        said = self.ignoring(*ignored)
        asking = {pair for pair in self.filters.all if FILTERS[pair[0]].base not in ignored and needs_tmdb(*pair)}
        if not asking:
            return said
        either = {name for name, _ in asking if FILTERS[name].kind == ANY}  # its other values alone would say less

        def kept(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            return tuple(
                pair for pair in pairs if pair[0] not in ignored and pair[0] not in either and pair not in asking
            )

        others = Filters(kept(self.filters.picked), kept(self.filters.fixed))
        if not others:
            return self.all
        if others not in self._ignored:
            self._ignored[others] = self.fit(others)
        return self._ignored[others]

    def linker(self, name: str) -> Callable[[str], FilterLink]:
        """See Filters.linker."""
        return self.filters.linker(name, self.path)

    def choice(self, name: str, value: str, *, default: str) -> FilterLink:
        """To the same page with one of its choices of view made; the default is not written."""
        others = self.filters.from_the_start().without(name)
        href = (others if value == default else others.with_(name, value)).href(self.path)
        return FilterLink(href, picked=value == (self.filters.get(name) or default), key=f"{name}={value}")

    def _find_start(self, names: tuple[str, ...]) -> str:
        """What the links of hundreds of marks begin with; "" where one of these filters says something already."""
        if names not in self._starts:
            kept = self.filters.from_the_start()
            is_free = {name for name, _ in kept.all}.isdisjoint(names) and len(kept.picked) + len(names) <= MOST_PICKED
            self._starts[names] = (f"?{kept.to_query()}&" if kept.picked else "?") if is_free else ""
        return self._starts[names]

    @cached_property
    def _starts(self) -> dict[tuple[str, ...], str]:
        return {}

    def link(self, **picks: str) -> FilterLink:
        """For a mark that stands for several filters at once; picked when all of them are."""
        if start := self._find_start(tuple(picks)):
            said = "&".join([write_pair(name, value) for name, value in picks.items()])
            return FilterLink(start + said, picked=False, key="&".join(f"{key}={each}" for key, each in picks.items()))
        picked = all(self.filters.has(name, value) for name, value in picks.items())
        filters = self.filters.from_the_start()
        for name, value in picks.items():
            filters = filters.without(name, value) if picked else filters.with_(name, value)
        return FilterLink(filters.href(self.path), picked, "&".join(f"{name}={value}" for name, value in picks.items()))
