"""The films of a watchlist as a frame of their own: what the pages of watched films count never has any of them.

Letterboxd takes a film off the watchlist once it is watched, unless its member has said otherwise. So a film that is on
it and watched too is either wanted again, where it was watched before it was wished for, or was watched after all and
is still there, where a viewing of a later day says so; without any dated viewing the day it was marked as watched
tells. What is gone from the watchlist, only exports before this one know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property

import polars as pl

from kinograph.i18n import gettext
from kinograph.stats.address import Filters
from kinograph.stats.filters import DATED
from kinograph.stats.frame_parts import Part
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext

PAGE = "watchlist"
"""The name of the page."""

MET = pl.Schema({"n": pl.Int32(), "wanted_on": pl.Date(), "met_on": pl.Date()})
"""Wishes that were watched after all, by the film's number: the days of both, null when unknown."""


@dataclass(frozen=True)
class WishContext(PageContext):
    """A page of the films that wait: `all` and what is picked of it have them as the only ones there are, each watched
    once, never rated and not in a diary, so that cards count them as they count films. Filters ask what is so."""

    source: Frame | None = None  # the whole session's
    waiting: Frame | None = None  # the films that wait as they are, with their viewings
    gone: tuple[tuple[int, date | None], ...] = ()  # watched since an export before, and when they were wished for

    is_wished = True

    @property
    def whole(self) -> Frame:
        assert self.source
        return self.source

    @property
    def unit(self) -> str:
        """Nothing that waits has a viewing."""
        return "hours" if super().unit == "hours" else "films"

    @property
    def other(self) -> None:
        """Nothing stands against what has no days."""

    @property
    def against_sentence(self) -> str:
        if self.filters.get("viewed") is None and self.filters.get("against") is None:
            return ""
        return gettext("What waits has no viewing days, so no period applies here.")

    def fit(self, filters: Filters) -> Frame:
        assert self.waiting
        fitting = filters.apply(self.waiting)  # as they are; film by film, `all` has the same
        return Part(self.all, fitting.film_flags, self.all.viewing_flags)

    @cached_property
    def met(self) -> pl.DataFrame:
        """MET, of the films that fit the filters."""
        told = tell_met(self.whole)
        gone = _tell_gone(self.whole, self.gone)
        met = pl.concat([told, gone.join(told, on="n", how="anti")])
        if not self.filters or not len(met):
            return met
        picked = self.filters.apply(_part(self.whole, met["n"]))
        return met.join(picked.films.select("n"), on="n", how="semi", maintain_order="left")

    @cached_property
    def again(self) -> int:
        """Of the picked, the films that were watched before they were wished for."""
        seen = self.whole.films.filter(pl.col("watchlist") & pl.col("watched")).select("n")
        return len(self.watched.join(seen, on="n", how="semi"))

    @cached_property
    def today(self) -> date | None:
        """The day up to which films have waited: that of the export, or the newest that it tells."""
        days = [self.made_on, self.whole.films["wanted_on"].max(), self.whole.viewings["watched_on"].max()]
        return max((day for day in days if isinstance(day, date)), default=None)


def make_wishes(view: PageContext, gone: Iterable[tuple[int, date | None]] = ()) -> WishContext:
    """The same page of the films that wait; `gone` are those that left the watchlist since an export before, for they
    were watched."""
    given = {each.name: getattr(view, each.name) for each in fields(PageContext)}
    waiting = find_waiting(view.all)
    given["all"] = _as_films(waiting)
    return WishContext(**given, source=view.all, waiting=waiting, gone=tuple(gone))


def find_waiting(frame: Frame) -> Frame:
    """The films on the watchlist that were not watched after all, with their viewings."""
    wished = frame.films.filter("watchlist")
    return _part(frame, wished.join(tell_met(frame), on="n", how="anti")["n"])


def _part(frame: Frame, numbers: pl.Series) -> Frame:
    films = frame.films.filter(pl.col("n").is_in(numbers.implode()))
    viewings = frame.viewings.join(films.select("n"), on="n", how="semi", maintain_order="left")
    return replace(frame, films=films, viewings=viewings)


def _as_films(waiting: Frame) -> Frame:
    films = waiting.films.with_columns(watched=pl.lit(value=True), rating=pl.lit(None, pl.Float64()))
    return replace(waiting, films=films, viewings=waiting.viewings.clear())


def tell_met(frame: Frame) -> pl.DataFrame:
    """MET of the films that are still on the watchlist, though a viewing of a later day says that they were watched."""
    wished = frame.films.filter("watchlist").select("n", "watched", "wanted_on", "marked_on")
    days = wished.join(frame.viewings.filter(DATED).select("n", "watched_on"), on="n")
    later = days.filter(pl.col("watched_on") > pl.col("wanted_on")).group_by("n").agg(seen=pl.col("watched_on").min())
    is_marked = pl.col("watched") & (pl.col("marked_on") > pl.col("wanted_on"))
    is_marked &= ~pl.col("n").is_in(days["n"].unique().implode())
    return (
        wished.join(later, on="n", how="left", maintain_order="left")
        .with_columns(met_on=pl.coalesce("seen", pl.when(is_marked).then("marked_on")))
        .drop_nulls("met_on")
        .select(MET.names())
    )


def _tell_gone(frame: Frame, gone: tuple[tuple[int, date | None], ...]) -> pl.DataFrame:
    """MET of films that the watchlist has no more: the first day of a viewing since they were wished for."""
    wished = pl.DataFrame(gone, schema={name: MET[name] for name in ("n", "wanted_on")}, orient="row")
    days = wished.join(frame.viewings.filter(DATED).select("n", "watched_on"), on="n")
    seen = days.filter(pl.col("watched_on") >= pl.col("wanted_on")).group_by("n").agg(met_on=pl.col("watched_on").min())
    return wished.join(seen, on="n", how="left", maintain_order="left").select(MET.names())
