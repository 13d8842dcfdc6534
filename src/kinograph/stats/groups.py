"""Films counted by what several of them share: a genre, a country, a director."""

from __future__ import annotations

import polars as pl

PRIOR = 5
"""How many ratings at the person's own mean every group is given beforehand, for the order alone."""

SORTED_AT_ONCE = 1_000
"""Groups that are sorted sooner than they are told apart."""

FEWEST_RATINGS = 3
"""A group with fewer ratings has no average."""


def count_by(
    films: pl.DataFrame, key: str | pl.Expr, *, own_mean: float | None, first: int | None = None
) -> pl.DataFrame:
    """Films by a column, once for each entry of a list: key, films, amount, rated, average, weighted.

    The largest amount comes first.

    The amount is the sum of the column of that name, and the films where there is none.

    The average is the mean of the ratings. `weighted`, which only orders the best, is shrunk toward the person's own
    mean: (sum of ratings + PRIOR x own mean) / (ratings + PRIOR), so that one masterpiece does not make a favorite
    director. Both are null below FEWEST_RATINGS.

    With `first`, no more than so many groups are sure to stand in their order: sorting a cast of 50,000 takes longer
    than counting it.
    """
    total, rated = pl.col("total"), pl.col("rated")
    counted = (
        _one_row_each(films, key)
        .drop_nulls("key")
        .group_by("key")
        .agg(
            films=pl.col("watched").sum(),
            amount=pl.col("amount").sum(),
            rated=pl.col("rating").count(),
            total=pl.col("rating").sum(),
        )
        .select(
            "key",
            "films",
            "amount",
            "rated",
            average=pl.when(rated >= FEWEST_RATINGS).then(total / rated),
            weighted=pl.when(rated >= FEWEST_RATINGS).then((total + PRIOR * pl.lit(own_mean)) / (rated + PRIOR)),
        )
        .collect(engine="in-memory")  # the other takes twice as long for as few rows
    )
    if first is None or len(counted) <= max(first, SORTED_AT_ONCE):
        return _in_order(counted)
    least = counted["amount"].top_k(first).min()
    return pl.concat([_in_order(counted.filter(pl.col("amount") >= least)), counted.filter(pl.col("amount") < least)])


def _one_row_each(films: pl.DataFrame, key: str | pl.Expr) -> pl.LazyFrame:
    """key, rating, amount, watched: a row for each entry of a film's list of keys."""
    each = films.lazy().select(
        key=pl.col(key) if isinstance(key, str) else key,
        rating=pl.col("rating").cast(pl.Float64),
        amount=pl.col("amount") if "amount" in films.columns else pl.lit(1),
        watched=pl.col("watched") if "watched" in films.columns else pl.lit(value=True),
    )
    return each.explode("key") if is_list(films, key) else each


def is_list(films: pl.DataFrame, key: str | pl.Expr) -> bool:
    """Whether a film has several keys."""
    dtype = films.schema[key] if isinstance(key, str) else films.head(0).select(key).dtypes[0]
    return isinstance(dtype, pl.List)


def _in_order(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.sort("amount", "weighted", "key", descending=[True, True, False], nulls_last=True)


def rank_best(groups: pl.DataFrame) -> pl.DataFrame:
    """Those with ratings enough, best first."""
    return groups.drop_nulls("weighted").sort("weighted", "films", "key", descending=[True, True, False])
