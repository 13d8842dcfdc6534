"""The diary of a report, and the films rated best, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.reports.tables import Column, Part, Row
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import sort_best_first

MOST = 12_000
"""Viewings, the newest first among those that are kept; what is beyond the CSV has."""

BEST = 50
LIKED, AGAIN = "♥", "✓"


class Viewing(NamedTuple):
    day: date
    title: str
    year: int | None
    directors: str
    rating: float | None
    rewatch: bool
    liked: bool


def diary_columns(inner: float) -> list[Column]:
    """From margin to margin, in so many points."""
    fixed = (
        Column("", 36, "caps"),
        Column(gettext("Day"), 36, "muted"),
        Column(gettext("Year"), 24, "muted"),
        Column(gettext("Stars"), 44, "stars"),
        Column(gettext("Rewatch"), 40, "center"),
        Column(gettext("Liked"), 30, "heart"),
    )
    left = inner - sum(column.width for column in fixed) - GAP * 7
    film, directors = _film_and_director(left)
    month, day, *rest = fixed
    return [month, day, film, rest[0], directors, *rest[1:]]


def _film_and_director(width: float) -> tuple[Column, Column]:
    film = Column(gettext("Film"), width * 0.58, "plain", 600)
    return film, Column(gettext("Director"), width * 0.42, "muted", most_lines=1)


GAP = 6.0
"""Points between two columns."""


def count_viewings(view: PageContext) -> int:
    """Those that the diary lists."""
    return min(MOST, len(view.picked.viewings))


def list_diary(view: PageContext) -> Iterator[Part]:
    """A part for each year, from the first on; at last what was logged in bulk, which has no day."""
    shown = _viewings(view)
    dated = shown.filter(~pl.col("at_once"))
    for year, rows in groupby(_read(dated), key=lambda viewing: viewing.day.year):
        viewings = list(rows)
        note = ngettext("%(n)s viewing", "%(n)s viewings", len(viewings))
        yield Part(str(year), note, list(_rows(viewings)))
    at_once = list(_read(shown.filter("at_once")))
    if at_once:
        note = ngettext("%(n)s viewing", "%(n)s viewings", len(at_once))
        yield Part(gettext("Days logged in bulk"), note, list(_rows(at_once, with_year=True)))


def _viewings(view: PageContext) -> pl.DataFrame:
    """The newest of the picked, oldest first, each with its film."""
    films = view.all.films.select("n", "title", "year", "liked").join(_directors(view), on="n", how="left")
    viewings = view.picked.viewings.with_row_index("row").sort("watched_on", "row").tail(MOST)
    return viewings.join(films, on="n", how="left", maintain_order="left")


def _read(viewings: pl.DataFrame) -> Iterator[Viewing]:
    columns = viewings.select("watched_on", "title", "year", pl.col("name").fill_null(""), "rating", "rewatch", "liked")
    return (Viewing(*row) for row in columns.iter_rows())


def _rows(viewings: list[Viewing], *, with_year: bool = False) -> Iterator[Row]:
    months = i18n.locale().months["stand-alone"]["abbreviated"]
    days = i18n.locale().days["format"]["abbreviated"]
    before: tuple[int, int] | None = None
    for viewing in viewings:
        month = (viewing.day.year, viewing.day.month)
        opens = month != before
        year = f" {viewing.day.year}" if with_year else ""
        name = (months[viewing.day.month] + year).upper()
        before = month
        yield Row(
            (
                name if opens else "",
                f"{viewing.day.day}  {days[viewing.day.weekday()]}",
                viewing.title,
                str(viewing.year or ""),
                viewing.directors,
                stars(viewing.rating),
                AGAIN if viewing.rewatch else "",
                LIKED if viewing.liked else "",
            ),
            opens=opens,
            group=name,
        )


def stars(rating: float | None) -> str:
    """★★★½; "" for no rating."""
    if rating is None:
        return ""
    return "★" * int(rating) + ("½" if rating % 1 else "")


def best_columns(inner: float) -> list[Column]:
    fixed = 22 + 28 + 46 + 34 + GAP * 5
    film, directors = _film_and_director(inner - fixed)
    return [
        Column("", 22, "rank"),
        film,
        Column(gettext("Year"), 28, "muted"),
        directors,
        Column(gettext("Stars"), 46, "stars"),
        Column(gettext("Liked"), 34, "heart"),
    ]


def list_best(view: PageContext) -> Part | None:
    """The fifty films rated best, as the card of posters orders them; None where nothing is rated."""
    rated = sort_best_first(view.watched.filter(pl.col("rating").is_not_null())).head(BEST)
    if not len(rated):
        return None
    named = rated.join(_directors(view), on="n", how="left", maintain_order="left")
    columns = named.select("title", "year", pl.col("name").fill_null(""), "rating", "liked")
    rows = [
        Row((str(place), title, str(year or ""), name, stars(rating), LIKED if liked else ""))
        for place, (title, year, name, rating, liked) in enumerate(columns.iter_rows(), 1)
    ]
    return Part("", "", rows)


def _directors(view: PageContext) -> pl.DataFrame:
    """n and name: the first two of each film that has one."""
    people = view.all.people.select("id", "name")
    return (
        view.all.films.select("n", id=pl.col("directors").list.head(2))
        .explode("id")
        .drop_nulls("id")
        .join(people, on="id", maintain_order="left")
        .group_by("n", maintain_order=True)
        .agg(pl.col("name").str.join(", "))
    )


def describe_cut(view: PageContext) -> dict[str, Any] | None:
    """What is said of a diary longer than a report holds."""
    if len(view.picked.viewings) <= MOST:
        return None
    said = gettext("The newest %(n)s viewings. The CSV of the diary has all of them.", n=i18n.number(MOST))
    return {"kind": "text", "text": said}
