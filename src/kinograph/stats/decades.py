"""Decades of release, known by their first years: as frames count them, filters write them, readers call them."""

from __future__ import annotations

import polars as pl

from kinograph.i18n import gettext

FIRST_YEAR = pl.col("year") // 10 * 10
"""Of the decade of a film."""


def first_year(year: int) -> int:
    return year // 10 * 10


def span(first: int) -> str:
    """As the filter of release years writes a decade: 1990-1999."""
    return f"{first}-{first + 9}"


def named(first: int) -> str:
    """The 1990s."""
    return gettext("%(decade)ss", decade=first)
