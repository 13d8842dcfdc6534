"""Means and medians of a column, as plain numbers."""

from __future__ import annotations

import polars as pl


def mean(values: pl.Series) -> float | None:
    """None where there is no value."""
    found = values.mean()
    return float(found) if isinstance(found, int | float) else None


def median(values: pl.Series) -> float | None:
    """None where there is no value."""
    found = values.median()
    return float(found) if isinstance(found, int | float) else None
