"""What filters keep, as conditions on columns of films and viewings, or as the films themselves."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kinograph.films.folding import has_folded
from kinograph.stats import filter_values
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.rounding import tenths


def within(column: str) -> Callable[[str], pl.Expr]:
    def condition(text: str) -> pl.Expr:
        low, high = span(text)
        values = pl.col(column)
        if high is None:
            return values >= low
        return values <= high if low is None else values.is_between(low, high)

    return condition


def scored(text: str) -> pl.Expr:
    low, high = span(text)
    return tenths(pl.col("vote_average")).is_between(round((low or 0) * 10), round((high or 10) * 10))


def contains(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column).list.contains(text)


def on_list(name: str) -> pl.Expr:
    listed = pl.col("lists").list.contains(name)
    return listed & pl.col("kind").is_not_null() if filter_values.is_beside_export(name) else listed


def in_title(text: str, frame: Frame) -> pl.DataFrame:
    return frame.folded_titles.filter(has_folded(pl.col("text"), text))


def last_seen(text: str, frame: Frame) -> pl.DataFrame:
    """By the days from a film's last viewing to the day that the session tells of last."""
    days = pl.lit(frame.until, pl.Date()) - pl.col("watched_on").filter(~pl.col("at_once")).max()
    return frame.viewings.group_by("n").agg(ago=days.dt.total_days()).filter(within("ago")(text))
