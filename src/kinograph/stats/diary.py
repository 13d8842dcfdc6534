"""The diary as CSV, each viewing with what is known of its film."""

from __future__ import annotations

import polars as pl

from kinograph.stats.csv_tables import LINKS, format_csv, join_list
from kinograph.stats.page_context import PageContext


def write_csv(view: PageContext) -> bytes:
    """The viewings picked, oldest first, headed as Letterboxd does where it does. Tags are the owner's alone."""
    films = view.all.films.select("n", "title", "year", "uri", "runtime_minutes", "kind", "tmdb_id", "genres")
    viewings = view.picked.viewings.join(films, on="n", how="left", maintain_order="left")
    said = viewings.select(
        pl.col("title").alias("Name"),
        pl.col("year").alias("Year"),
        pl.col("rating").alias("Rating"),
        pl.when("rewatch").then(pl.lit("Yes")).alias("Rewatch"),
        *([join_list("tags").alias("Tags")] if view.owner else []),
        pl.col("watched_on").alias("Watched Date"),
        pl.col("runtime_minutes").alias("Runtime"),
        join_list("genres").alias("Genres"),
        *LINKS,
    )
    return format_csv(said)
