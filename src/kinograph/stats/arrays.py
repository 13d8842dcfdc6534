"""What cards ask of columns of numbers, see columns.py: NaN stands for null in these."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Days = NDArray[np.datetime64]
"""Of the unit "D"."""


def is_known(values: Array) -> Booleans:
    """Where a number is not null; of any length."""
    return ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)


def known(values: Array) -> Array:
    """Those that are not null."""
    return values[~np.isnan(values)] if values.dtype.kind == "f" else values


def mean(values: Array) -> float | None:
    """Of those that are not null; None without any."""
    found = known(values)
    return float(found.mean()) if len(found) else None


def count_each(values: Array) -> dict[Any, int]:
    """How often each value comes, the lowest first, without null ones."""
    found, counts = np.unique(known(values), return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def count_half_stars(ratings: Array) -> dict[float, int]:
    """How often each number of stars, 0.5 to 5, was given."""
    counts = np.bincount((2 * known(ratings)).astype(np.int64), minlength=11).tolist()
    return {half / 2: counts[half] for half in range(1, 11)}


def find_first(most: int, *keys: Array) -> Integers:
    """The places of the first so many rows, ordered by the first of these keys, among equals by the next, and so on;
    each ascends, and NaN comes last. Few are sorted, however many there are."""
    first = keys[0]
    candidates = np.arange(len(first))
    if 0 < most < len(first) // 4:
        least = np.partition(first, most - 1)[most - 1]
        candidates = np.flatnonzero(first <= least) if least == least else candidates
    order = np.lexsort([key[candidates] for key in reversed(keys)])
    return candidates[order[:most]]
