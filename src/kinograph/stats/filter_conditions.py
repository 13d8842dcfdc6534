"""What filters keep, as conditions on columns of films and viewings, or as the films themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinograph.films.folding import has_folded
from kinograph.stats import filter_values
from kinograph.stats.columns import Flags
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.nights import EPOCH_WEEKDAY
from kinograph.stats.periods import days_of
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


def in_score(text: str, frame: Frame) -> Flags:
    """As scored."""
    columns = frame.columns
    told = columns.keep(
        "tenths",
        lambda: columns.table.select(tenths(pl.col("vote_average"))).to_series().to_numpy(),
        lambda n: n.nbytes,
    )
    low, high = span(text)
    return (told >= round((low or 0) * 10)) & (told <= round((high or 10) * 10))


def in_span(column: str) -> Callable[[str, Frame], Flags]:
    """As within, of arrays."""
    return lambda text, frame: _lies_in(frame.columns[column], text)


def in_span_of_viewings(column: str) -> Callable[[str, Frame], Flags]:
    """The same of the viewings of the whole."""
    return lambda text, frame: _lies_in(frame.diary[column], text)


def on_days(text: str, frame: Frame) -> Flags:
    """The viewings of the whole on these days, where they mean anything."""
    first, last = days_of(text)
    days = frame.diary["watched_on"]
    return cast(Flags, (days >= np.datetime64(first)) & (days <= np.datetime64(last)) & ~frame.diary["at_once"])


def on_weekday(text: str, frame: Frame) -> Flags:
    """The same of a day of the week, 1 (Monday) to 7."""
    days = frame.diary["watched_on"].astype(np.int64)
    return cast(Flags, ((days + EPOCH_WEEKDAY) % 7 + 1 == int(text)) & ~frame.diary["at_once"])


def _lies_in(values: NDArray[Any], text: str) -> Flags:
    low, high = span(text)
    if high is None:
        return values >= low
    return values <= high if low is None else (values >= low) & (values <= high)


def contains(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column).list.contains(text)


def has(*keys: str | pl.Expr, read: Callable[[str], str | int] = str) -> Callable[[str, Frame], Flags]:
    """The films of which one of these columns has a value, or has it in its list."""

    def flags(text: str, frame: Frame) -> Flags:
        return cast(Flags, np.logical_or.reduce([frame.columns.having(key, read(text)) for key in keys]))

    return flags


def on_list(name: str) -> pl.Expr:
    listed = pl.col("lists").list.contains(name)
    return listed & pl.col("kind").is_not_null() if filter_values.is_beside_export(name) else listed


def in_title(text: str, frame: Frame) -> Flags:
    # Words of which nothing is left once folded hold for no title or for all: one value, for every film.
    found = frame.whole.folded_titles.with_columns(found=has_folded(pl.col("text"), text))["found"]
    return np.asarray(found.fill_null(value=False))


def last_seen(text: str, frame: Frame) -> Flags:
    """By the days from a film's last viewing to the day that the session tells of last."""
    ago = np.datetime64(frame.until, "D") - frame.find_last_viewed(dated=True)
    return ~np.isnat(ago) & _lies_in(ago.astype(np.float64), text)
