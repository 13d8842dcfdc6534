"""Which film of one person is which of another. Frames in, one table out: no database, no request."""

from __future__ import annotations

from typing import Literal

import polars as pl

from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame

TOLD = ("rating", "liked", "watchlist", "seen")
"""What each of the two tells of a film; of a film that only one has, the other's are null or false."""

NOTHING = Filters()

FILM = ("title", "year", "uri", "poster_path", "kind", "tmdb_id", "runtime_minutes", "vote_average", "vote_count")
"""What is so of a film whoever has seen it: as the first of the two tells it, else as the other does."""

_FACTS = 2 * pl.col("tmdb_id") + (pl.col("kind") == "tv").cast(pl.Int64)
_SHORT = pl.lit("id:") + pl.col("uri").str.extract(r"(?i)^https?://(?:www\.)?boxd\.it/(?-i)(\w+)/?$")
_FULL = pl.lit("slug:") + pl.col("uri").str.extract(r"(?i)^https?://(?:www\.)?letterboxd\.com/film/([\w:.-]+)")
_LINK = pl.coalesce(_SHORT, _FULL).alias("link")
_NAME = (pl.col("title").str.to_lowercase() + "/" + pl.col("year").cast(pl.String).fill_null("")).alias("name")


def join_films(mine: Frame, theirs: Frame, filters: Filters = NOTHING) -> pl.DataFrame:
    """A row for each film that one of the two has, and that fits as either tells it: FILM, then TOLD as `my_…` and as
    `their_…`.

    A film is the same by its facts, which owners' corrections are part of; else by Letterboxd's link to it; else by
    title and year, unless facts or links of both say otherwise or one of the two has several of that name. Entries of
    one person with the same facts are one film.
    """
    ours, others = _list_films(mine, filters), _list_films(theirs, filters)
    pairs = _pair(ours, others)
    left = ours.join(pairs, left_on="row", right_on="mine", how="left", maintain_order="left")
    joined = left.join(
        others, left_on="theirs", right_on="row", how="full", suffix="_theirs", maintain_order="left_right"
    )
    return joined.filter(_tell("fits") | _tell("fits_theirs")).select(
        *(pl.coalesce(name, f"{name}_theirs") for name in FILM),
        *(_tell(name).alias(f"my_{name}") for name in TOLD),
        *(_tell(f"{name}_theirs").alias(f"their_{name}") for name in TOLD),
    )


def _tell(column: str) -> pl.Expr:
    return pl.col(column) if column.startswith("rating") else pl.col(column).fill_null(value=False)


def _list_films(frame: Frame, filters: Filters) -> pl.DataFrame:
    """row, FILM, TOLD, `fits` and `facts`, a number for each entry of TMDB: each film once."""
    fits = pl.col("n").is_in(filters.apply(frame).films["n"].implode()) if filters else pl.lit(value=True)
    films = frame.films.filter(pl.col("watched") | pl.col("watchlist") | pl.col("liked")).select(
        *FILM,
        *("rating", "liked", "watchlist"),
        seen="watched",
        fits=fits,
        facts=_FACTS,
    )
    twice = films["facts"].is_duplicated() & films["facts"].is_not_null()
    if twice.any():
        once = films.filter(twice).sort("seen", descending=True, maintain_order=True)
        merged = once.group_by("facts", maintain_order=True).agg(
            pl.col(*FILM).first(),
            pl.col("rating").drop_nulls().first(),
            pl.col("liked", "watchlist", "seen", "fits").any(),
        )
        films = pl.concat([films.filter(~twice), merged.select(films.columns)])
    return films.with_row_index("row")


def _pair(ours: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """mine, theirs: the rows of the films that both have."""
    left, right = (films.select("row", "facts", "title", "year", "uri") for films in (ours, others))
    by_facts = _join(left, right, "facts")
    left, right = (films.with_columns(_LINK, _NAME) for films in _leave_out(left, right, by_facts))
    by_link = _join(left, right, "link")
    left, right = _leave_out(left, right, by_link)
    by_name = _join(left, right, "name", keep="none")
    both_found = pl.col("facts").is_not_null() & pl.col("facts_theirs").is_not_null()
    both_linked = pl.col("link").str.head(3) == pl.col("link_theirs").str.head(3)
    by_name = by_name.filter(~(both_found | both_linked.fill_null(value=False)))
    return pl.concat([pairs.select(mine="row", theirs="row_theirs") for pairs in (by_facts, by_link, by_name)])


def _join(left: pl.DataFrame, right: pl.DataFrame, key: str, keep: Literal["first", "none"] = "first") -> pl.DataFrame:
    sides = (films.drop_nulls(key).unique(key, keep=keep, maintain_order=True) for films in (left, right))
    return next(sides).join(next(sides), on=key, suffix="_theirs")


def _leave_out(left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    return left.join(pairs, on="row", how="anti"), right.join(pairs, left_on="row", right_on="row_theirs", how="anti")
