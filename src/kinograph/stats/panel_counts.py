"""How many films the values of the panel's filters would leave, and how its ranges are spread over them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from kinograph.charts.spread import draw_spread
from kinograph.stats.address import Filters
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


BINS = {
    "released": Bins("year", 1920, 2030, 5),
    "rating": Bins("rating", 0.5, 5.5, 0.5),
    "score": Bins("vote_average", 0, 10, 0.5, "them"),
    "runtime": Bins("runtime_minutes", 0, 240, 10),
}


def draw_range(name: str, view: PageContext) -> str:
    """ "" for a range that is not drawn, or of which nothing is known."""
    bins = BINS.get(name)
    if bins is None:
        return ""
    values = fit_without(view, name).watched[bins.column].drop_nulls().cast(pl.Float64).to_numpy()
    if not len(values):
        return ""
    starts = np.arange(bins.least, bins.most, bins.width)
    places = np.clip(((values - bins.least) // bins.width).astype(np.int64), 0, len(starts) - 1)
    low, high = _find_ends(name, view.filters)
    inside = [start + bins.width > low and start <= high for start in starts.tolist()]
    return draw_spread(np.bincount(places, minlength=len(starts)).tolist(), inside, css=bins.css)


def _find_ends(name: str, filters: Filters) -> tuple[float, float]:
    picked = filters.get(name)
    low, high = span(picked) if picked else (None, None)
    return (-np.inf if low is None else low), (np.inf if high is None else high)
