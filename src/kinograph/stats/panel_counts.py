"""How many films the values of the panel's filters would leave, and how its ranges are spread over them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from kinograph.charts.spread import draw_spread
from kinograph.stats.address import Filters
from kinograph.stats.arrays import Array
from kinograph.stats.filter_kinds import KINDS
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext


def fit_without(view: PageContext, name: str) -> Frame:
    """What fits everything that is picked but this filter, of whatever kind: of this a value picks its part."""
    return view.ignoring(name, *(f"{name}.{kind}" for kind in KINDS))


class Bins(NamedTuple):
    """The columns of a range: from the least to the most films may have, each so wide. What is beyond counts in the
    last."""

    column: str
    least: float
    most: float
    width: float
    css: str = "you"
    is_by_size: bool = False  # `least`, `most` and `width` are exponents of ten


UNSEEN = "unseen"
"""Of no column: the days since a film was last seen."""

BINS = {
    "released": Bins("year", 1920, 2030, 5),
    "rating": Bins("rating", 0.5, 5.5, 0.5),
    "score": Bins("vote_average", 0, 10, 0.5, "them"),
    "runtime": Bins("runtime_minutes", 0, 240, 10),
    "votes": Bins("vote_count", 0, 4.75, 0.25, "them", is_by_size=True),  # to 56,000
    "unseen": Bins(UNSEEN, 0, 4, 0.25, is_by_size=True),  # to 27 years
}


def draw_range(name: str, view: PageContext) -> str:
    """ "" for a range that is not drawn, or of which nothing is known."""
    bins = BINS.get(name)
    if bins is None:
        return ""
    values = _read_values(bins.column, fit_without(view, name))
    if not len(values):
        return ""
    starts = np.arange(bins.least, bins.most, bins.width)
    sizes = np.log10(np.maximum(values, 1)) if bins.is_by_size else values
    places = np.clip(((sizes - bins.least) // bins.width).astype(np.int64), 0, len(starts) - 1)
    low, high = _find_ends(name, view.filters)
    ends = [10**end if bins.is_by_size else end for end in (*starts.tolist(), bins.most)]
    if bins.is_by_size:
        ends[0] = 0  # which has no logarithm
    inside = [end > low and start <= high for start, end in zip(ends[:-1], [*ends[1:-1], np.inf], strict=True)]
    return draw_spread(np.bincount(places, minlength=len(starts)).tolist(), inside, css=bins.css)


def _read_values(column: str, frame: Frame) -> Array:
    """What is known of the watched films."""
    if column != UNSEEN:
        return frame.watched[column].drop_nulls().cast(pl.Float64).to_numpy()
    if frame.until is None:
        return np.empty(0)
    ago = np.datetime64(frame.until, "D") - frame.find_last_viewed(dated=True)
    return ago[frame.watched_flags & ~np.isnat(ago)].astype(np.float64)


def _find_ends(name: str, filters: Filters) -> tuple[float, float]:
    picked = filters.get(name)
    low, high = span(picked) if picked else (None, None)
    return (-np.inf if low is None else low), (np.inf if high is None else high)
