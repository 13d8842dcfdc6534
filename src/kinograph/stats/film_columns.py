"""The columns that the table of films has, on the page and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kinograph.films.folding import without_accents
from kinograph.i18n import gettext_noop
from kinograph.stats.csv_tables import join_list


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One thing the table can tell of a film, and be sorted by."""

    name: str  # in the address
    title: str
    csv: str  # as Letterboxd heads it in its exports, where it does
    value: pl.Expr  # what the CSV holds
    key: pl.Expr  # what it is sorted by
    upwards: str  # what a person calls the order from the least to the greatest
    downwards: str
    falls: bool  # whether the greatest comes first when it is sorted by this
    shown: bool  # unless the address says otherwise


def _text(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        without_accents(value),
        gettext_noop("A to Z"),
        gettext_noop("Z to A"),
        falls=False,
        shown=shown,
    )


def _number(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        value,
        gettext_noop("lowest first"),
        gettext_noop("highest first"),
        falls=True,
        shown=shown,
    )


def _day(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        value,
        gettext_noop("oldest first"),
        gettext_noop("newest first"),
        falls=True,
        shown=shown,
    )


COLUMNS: dict[str, TableColumn] = {
    column.name: column
    for column in (
        _text("title", gettext_noop("Title"), "Name", pl.col("title"), shown=True),
        _day("year", gettext_noop("Year"), "Year", pl.col("year"), shown=True),
        _text("director", gettext_noop("Director"), "Directors", join_list("director_names"), shown=True),
        _number("rating", gettext_noop("Your rating"), "Rating", pl.col("rating"), shown=True),
        TableColumn(
            "liked",
            gettext_noop("Liked"),
            "Liked",
            pl.when("liked").then(pl.lit("Yes")),
            pl.col("liked"),
            gettext_noop("liked last"),
            gettext_noop("liked first"),
            falls=True,
            shown=True,
        ),
        _number("score", gettext_noop("TMDB score"), "TMDB Score", pl.col("vote_average"), shown=True),
        _number("difference", gettext_noop("Difference"), "Difference", pl.col("difference")),
        _day("watched", gettext_noop("Last watched"), "Watched Date", pl.col("last_watched"), shown=True),
        _day("first", gettext_noop("First watched"), "First Watched Date", pl.col("first_watched")),
        _number("viewings", gettext_noop("Viewings"), "Viewings", pl.col("viewings"), shown=True),
        _number("runtime", gettext_noop("Runtime"), "Runtime", pl.col("runtime_minutes")),
        _number("popularity", gettext_noop("Popularity"), "Popularity", pl.col("popularity")),
        _text("original", gettext_noop("Original title"), "Original Name", pl.col("original_title")),
        _text("genres", gettext_noop("Genres"), "Genres", join_list("genres")),
        _text("countries", gettext_noop("Countries"), "Countries", join_list("countries")),
        _text("language", gettext_noop("Language"), "Language", pl.col("original_language")),
    )
}
"""Every column in the order of the table; the title is always shown."""


SHOWN = tuple(name for name, column in COLUMNS.items() if column.shown)
YOURS = ("title", "rating", "liked")
"""Stand first on the page: a phone has room for no more."""


def order_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns as the page shows them, what is yours before what anybody may know."""
    return tuple(sorted(columns, key=lambda name: YOURS.index(name) if name in YOURS else len(YOURS)))
