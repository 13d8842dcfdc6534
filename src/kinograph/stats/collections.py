"""How far somebody has come with the collections that TMDB knows: a film and its sequels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from kinograph.films.matching import FEATURE_MINUTES
from kinograph.lists.known import About
from kinograph.stats.frames import Frame
from kinograph.stats.memory import weigh
from kinograph.stats.page_context import PageContext
from kinograph.stats.standings import Standing, sort_standings

Progress = Literal["complete", "almost", "begun"]
FEWEST = 2  # films seen of a collection that is shown

_IS_OF_ONE = (pl.col("collection_id") != 0) & (pl.col("kind") == "movie")
_KEY = ("collection_id", "tmdb_id")


class CollectionStanding(Standing):
    """`later` is how many of its films were not out yet, and do not count."""

    id: int
    later: int

    def __init__(self, about: About, rows: pl.DataFrame, at: slice, *, seen: int, later: int) -> None:
        """Its films are those at this place of `rows`, which hundreds share: few are ever looked at."""
        # A standing is frozen; this is where it comes to be.
        self.__dict__.update(about=about, _rows=rows, _at=at, seen=seen, later=later, id=int(about.name.split(":")[1]))

    @cached_property
    def films(self) -> pl.DataFrame:
        films: pl.DataFrame = self.__dict__["_rows"][self.__dict__["_at"]]
        return films

    @cached_property
    def total(self) -> int:
        at: slice = self.__dict__["_at"]
        return int(at.stop - at.start)

    @cached_property
    def progress(self) -> Progress:
        return "complete" if self.is_done else "almost" if self.total - self.seen == 1 else "begun"


@dataclass(frozen=True, eq=False)
class Collections:
    """Those of which two films are seen; `pending` are those of them whose films nobody has asked TMDB for yet."""

    standings: Sequence[CollectionStanding]
    pending: frozenset[int]
    bytes: int = 0
    of: Collections | None = field(default=None, repr=False)  # all of them, of which these are some

    @cached_property
    def nearest(self) -> list[CollectionStanding]:
        """Those nearest to their end first, those that are complete last: put in order once for all of them."""
        if self.of is None:
            return sort_standings(self.standings, None)
        here = {each.id for each in self.standings}
        return [each for each in self.of.nearest if each.id in here]


def find_collections(view: PageContext) -> Collections:
    """Of everything, whatever is picked; kept with the frame."""
    return view.all.derived.keep(
        "collections",
        "",
        lambda: make_collections(view.all),
        lambda found: found.bytes,
    )


def pick_collections(view: PageContext) -> Collections:
    """Those that one of the picked films is in: what is seen of them counts whether it is picked or not."""
    found = find_collections(view)
    if not view.filters:
        return found
    picked = set(view.all.columns.find_keys("collection_id", view.picked.watched_flags))
    return Collections([each for each in found.standings if each.id in picked], found.pending & picked, of=found)


def count_unchecked(view: PageContext) -> int:
    """Of the picked films, those whose facts were stored before collections were."""
    unchecked = view.all.columns.flags((pl.col("kind") == "movie") & pl.col("collection_id").is_null())
    return int(np.count_nonzero(unchecked & view.picked.watched_flags))


def make_collections(frame: Frame) -> Collections:
    """Only features count that were out when the export was made; where nobody knows when that was, when TMDB was
    asked. Two films of the session that are one entry count once."""
    parts = _join(frame)
    counted = parts.filter("is_counted")
    seen = counted.filter("seen").group_by("collection_id").len().filter(pl.col("len") >= FEWEST)
    shown = parts.join(seen, on="collection_id", how="semi", maintain_order="left")
    pending = shown.filter(pl.col("fetched_on").is_null())["collection_id"]
    known = shown.filter(pl.col("is_part").any().over("collection_id"))
    films = known.filter("is_counted")
    return Collections(_stand(films, known.filter("is_later")["collection_id"]), frozenset(pending), weigh(films))


def _stand(films: pl.DataFrame, later: pl.Series) -> list[CollectionStanding]:
    """Of the films of each collection, which stand together; `later` has the collection of each that was not out."""
    ids = films["collection_id"].to_numpy()
    starts = np.flatnonzero(np.diff(ids, prepend=ids[:1] - 1))
    each = ids[starts]
    seen, coming = (
        np.bincount(np.searchsorted(each, found), minlength=len(each)).tolist()
        for found in (ids[films["seen"].to_numpy()], later.to_numpy())
    )
    ends = [*starts.tolist(), len(ids)][1:]
    every = zip(each.tolist(), films["name"][starts], starts.tolist(), ends, seen, coming, strict=True)
    return [
        CollectionStanding(About(f"collection:{id}", name, "collection"), films, slice(start, end), seen=n, later=left)
        for id, name, start, end, n, left in every
    ]


def _join(frame: Frame) -> pl.DataFrame:
    """Every part of every collection, and every film seen that is none of its parts yet, in order of release: the
    columns of a standing's films, and whether it is counted."""
    parts = frame.collections.drop_nulls("tmdb_id").drop("name", "fetched_on").with_columns(is_part=True)
    about = frame.collections.select("collection_id", "name", "fetched_on").unique("collection_id")
    out_by = pl.min_horizontal("fetched_on", pl.lit(frame.told_until, pl.Date()))
    is_out = pl.col("seen") | (pl.col("release_date") <= out_by).fill_null(value=False)
    is_feature = (pl.col("runtime_minutes") >= FEATURE_MINUTES).fill_null(value=True)
    return (
        parts.join(_told(frame), on=_KEY, how="full", coalesce=True)
        .join(about, on="collection_id", how="inner")
        .with_columns(
            pl.col("is_part", "seen", "watchlist", "liked").fill_null(value=False),
            title=pl.coalesce("told_title", "title"),
            release_date=pl.coalesce("release_date", "told_date"),
            runtime_minutes=pl.coalesce("told_minutes", "runtime_minutes"),
            vote_average=pl.coalesce("vote_average", "told_average"),
            poster_path=pl.coalesce("told_poster", "poster_path"),
        )
        .filter(pl.col("is_part") | pl.col("seen"))
        .with_columns(
            year=pl.coalesce("told_year", pl.col("release_date").dt.year()),
            is_counted=is_out & is_feature,
            is_later=~is_out & is_feature,
            state=pl.lit("matched"),
            kind=pl.lit("movie"),
            of=pl.lit(None, pl.Int32()),
        )
        .drop("told_title", "told_date", "told_minutes", "told_average", "told_poster", "told_year")
        .sort("collection_id", "release_date", "tmdb_id", nulls_last=True)
    )


def _told(frame: Frame) -> pl.DataFrame:
    """What the session tells of its films in collections. One that is watched comes before its namesakes."""
    return (
        frame.films.filter(_IS_OF_ONE)
        .sort(~pl.col("watched"), maintain_order=True)
        .group_by(*_KEY, maintain_order=True)
        .agg(
            pl.col("n", "uri").first(),
            pl.col("watchlist", "liked").any(),
            pl.col("rating").drop_nulls().first(),
            seen=pl.col("watched").any(),
            told_title=pl.col("title").first(),
            told_year=pl.col("year").first(),
            told_date=pl.col("release_date").first(),
            told_minutes=pl.col("runtime_minutes").first(),
            told_average=pl.col("vote_average").first(),
            told_poster=pl.col("poster_path").first(),
        )
    )
