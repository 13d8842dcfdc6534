"""Rounding within a frame, as `i18n.rounded` rounds what is printed."""

from __future__ import annotations

import polars as pl

from kinograph.i18n import NOISE


def half_up(numbers: pl.Expr, digits: int = 0) -> pl.Expr:
    """With so many decimals, halves away from zero: Polars itself rounds them to the even neighbor."""
    scale = 10.0**digits
    # Scaled first, for no float is as 0.565 is written, and 100 of it come a hair short of 56.5.
    scaled = (numbers * pl.lit(scale)).round(NOISE - digits).round(0, mode="half_away_from_zero")
    # Polars divides by a constant as it multiplies by a hundredth: 7.6000000000000005.
    return (scaled / scale).round(digits)


def tenths(numbers: pl.Expr) -> pl.Expr:
    """How many tenths: 7.25 is 73, as a page that prints one decimal says 7.3. Null where unknown."""
    return (half_up(numbers, 1) * 10).round().cast(pl.Int32)
