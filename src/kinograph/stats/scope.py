"""What part of a session somebody else may see, and the frame that holds that part and nothing else.

Cards, tables, searches and filters tell only what their frame has: what is masked here is seen nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

import polars as pl

from kinograph.films.roles import COLUMNS
from kinograph.sessions.models import Status
from kinograph.sessions.progress import Progress
from kinograph.stats.address import Filters
from kinograph.stats.filters import FILTERS
from kinograph.stats.frame_schema import FILMS, VIEWINGS
from kinograph.stats.frames import Frame, add_pauses
from kinograph.stats.periods import is_relative

SHOWN = ("stars", "likes", "watchlist", "tags", "lists", "reviews", "compare")
"""What of its owner a scope may show, beside the films and their days."""

NEEDS = {
    "rating": "stars",
    "rated": "stars",
    "liked": "likes",
    "watchlist": "watchlist",
    "reviewed": "reviews",
    "tag": "tags",
    "list": "lists",
}
"""The filters that name what a scope may hide."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`filters` keep the films, watched or not, and nobody who sees them can lift those; `shows` is of SHOWN."""

    filters: Filters
    shows: frozenset[str]

    def mask(self, frame: Frame) -> Frame:
        """The frame of what may be seen, made once for a frame and kept with it."""
        return frame.derived.get_or_make(self, lambda: _mask(frame, self))

    @property
    def told(self) -> Filters:
        """Those of the filters that may be named to whoever sees the films."""
        return self.keep_told(self.filters)

    def keep_told(self, filters: Filters) -> Filters:
        """Without what is picked of that this hides, for no film would have it."""
        told = (pair for pair in filters.picked if NEEDS.get(FILTERS[pair[0]].base) in {None, *self.shows})
        return Filters(tuple(told), filters.fixed)


def _mask(frame: Frame, scope: Scope) -> Frame:
    kept = scope.filters.apply(frame) if scope.filters else frame
    films, viewings = _hide(kept, scope.shows)
    named = pl.concat([films[column].explode() for column in COLUMNS]).unique().drop_nulls()
    companies = films["companies"].explode().unique().drop_nulls()
    parts = films.filter("watched")["collection_id"]
    return Frame(
        films,
        viewings,
        frame.people.filter(pl.col("id").is_in(named.implode())),
        frame.companies.filter(pl.col("id").is_in(companies.implode())),
        _lists(frame.lists, films),
        # A collection that only films beyond the filters make two of would tell that these were watched.
        collections=frame.collections.filter(
            pl.col("collection_id").is_in(parts.filter(parts.is_duplicated()).unique().drop_nulls().implode())
        ),
        # The last day there is would tell of films that are not there, unless the share itself ends with it.
        told_until=frame.until if is_relative(scope.filters.get("viewed") or "") else None,
    )


def _hide(kept: Frame, shows: frozenset[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The films that there is a reason to show, and their viewings, without what is not shown of either.

    They are numbered anew, and pauses counted anew: both would tell of films that are not there.
    """
    hidden: dict[str, tuple[str, pl.Expr]] = {
        "rating": ("stars", pl.lit(None, pl.Float64())),
        "liked": ("likes", pl.lit(value=False)),
        "watchlist": ("watchlist", pl.lit(value=False)),
        "reviewed": ("reviews", pl.lit(value=False)),
        "wanted_on": ("watchlist", pl.lit(None, FILMS["wanted_on"])),
        "marked_on": ("watchlist", pl.lit(None, FILMS["marked_on"])),
        "lists": ("lists", pl.lit([], FILMS["lists"])),
    }
    masked = [value.alias(column) for column, (need, value) in hidden.items() if need not in shows]
    viewings = kept.viewings.with_columns(
        *([pl.lit(None, pl.Float64()).alias("rating")] if "stars" not in shows else []),
        *([pl.lit([], VIEWINGS["tags"]).alias("tags")] if "tags" not in shows else []),
    )
    has_viewing = pl.col("n").is_in(viewings["n"].unique().implode())
    reason = pl.col("watched") | pl.col("liked") | pl.col("watchlist") | (pl.col("lists").list.len() > 0) | has_viewing
    films = kept.of_films.table(*FILMS.names()).with_columns(masked).filter(reason)
    films = films.with_columns(new=pl.int_range(pl.len(), dtype=pl.Int32))
    viewings = viewings.join(films.select("n", "new"), on="n", how="inner", maintain_order="left")
    return (
        films.with_columns(n="new", film_id=pl.col("new").cast(pl.Int64)).select(FILMS.names()),
        add_pauses(viewings.with_columns(n="new")).select(VIEWINGS.names()),
    )


def _lists(lists: pl.DataFrame, films: pl.DataFrame) -> pl.DataFrame:
    """Those that one of the films stands on, counted over these films alone."""
    counted = (
        films.select("watched", slug="lists")
        .explode("slug")
        .drop_nulls("slug")
        .group_by("slug")
        .agg(films=pl.len().cast(pl.Int64), watched=pl.col("watched").sum().cast(pl.Int64))
    )
    return lists.select("slug", "name").join(counted, on="slug", how="inner", maintain_order="left")


def mask_progress(progress: Progress, frame: Frame, scope: Scope) -> Progress:
    """How far the look-up of a masked frame's films has come, without a word on whose they are.

    Its version changes with the session's, and is another one for each scope.
    """
    states = frame.watched["state"]
    pending = int((states == "pending").sum())
    return replace(
        progress,
        session_id=UUID(int=0),
        owner_id=None,
        status=Status.ENRICHING if pending else Status.COMPLETED,
        expires_at=None,
        total=len(states),
        enriched=int((states == "matched").sum()),
        unmatched=int((states == "unmatched").sum()),
        failed=int((states == "failed").sum()),
        recently=0,
        digest=_digest(progress, scope),
    )


def _digest(progress: Progress, scope: Scope) -> int:
    """The same in every process, which hash() of a text is not."""
    told = f"{progress.version} {scope.filters.picked} {sorted(scope.shows)}"
    return int.from_bytes(blake2b(told.encode(), digest_size=8).digest())
