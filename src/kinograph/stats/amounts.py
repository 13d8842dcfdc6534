"""What pages count, defined once; docs/statistics.md says the same in words.

Viewings are diary entries, and a film without one has none. Hours are those of every viewing, and of a watched film
without a diary entry once. A film is seen more than once when it has two entries, or one marked as a rewatch.
"""

from __future__ import annotations

import polars as pl

from kinograph.stats.frames import Frame


def count(frame: Frame, unit: str) -> pl.DataFrame:
    """A frame's watched films with their `amount`, in films, viewings or (for "hours") minutes.

    In viewings and hours also films that are in the diary and not marked as watched: with their viewings, but without
    a rating, for they are none of the watched films that means are taken over.
    """
    if unit == "films":
        return frame.watched.with_columns(amount=pl.lit(1, pl.Int64))
    films = _with_viewings(frame, frame.films)
    if unit == "viewings":
        return films.with_columns(amount=pl.col("viewings").fill_null(0))
    return films.with_columns(amount=MINUTES.fill_null(0))


def sum_minutes(frame: Frame) -> int:
    """Of all its films, as far as their runtimes are known."""
    return int(_with_viewings(frame, frame.films.select(TIMED)).select(MINUTES.sum()).item())


MINUTES = pl.col("runtime_minutes").cast(pl.Int64) * pl.col("viewings").fill_null(1)


TIMED = ("n", "watched", "rating", "runtime_minutes")


def _with_viewings(frame: Frame, films: pl.DataFrame) -> pl.DataFrame:
    """Of a frame's films, or some columns of theirs, those watched or in the diary, with their viewings; null where
    there are none."""
    return (
        films.join(frame.times, on="n", how="left", maintain_order="left")
        .filter(pl.col("watched") | pl.col("viewings").is_not_null())
        .with_columns(rating=pl.when("watched").then("rating"))
    )


def seen_more_than_once(frame: Frame) -> pl.DataFrame:
    """The watched films with two viewings, or one that was a rewatch: with their `viewings` and the day of the `last`.

    Most viewings first; of as many the better rated, then the latest.
    """
    return (
        frame.viewings.group_by("n")
        .agg(viewings=pl.len(), last=pl.col("watched_on").max(), again=pl.col("rewatch").any())
        .filter((pl.col("viewings") > 1) | pl.col("again"))
        .join(frame.watched, on="n")
        .sort("viewings", "rating", "last", "n", descending=[True, True, True, False], nulls_last=True)
    )


def count_undated(frame: Frame) -> int:
    """How many of its watched films have no viewing."""
    return len(frame.watched.select("n").join(frame.viewings, on="n", how="anti"))


def count_untimed(frame: Frame) -> int:
    """How many of the films it sums the minutes of have no known runtime."""
    return _with_viewings(frame, frame.films.select(TIMED))["runtime_minutes"].null_count()


def count_series(frame: Frame) -> int:
    """How many of its watched titles are series whose hours are known: those are estimates."""
    return len(frame.watched.filter(pl.col("kind") == "tv", pl.col("runtime_minutes").is_not_null()))
