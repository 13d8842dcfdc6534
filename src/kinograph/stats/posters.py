"""The films of a page as posters: those at the edge of the page, and any that a card shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from kinograph.charts.posters import Poster
from kinograph.sessions.links import secure_link
from kinograph.stats import unwatched
from kinograph.stats.columns import Rows
from kinograph.stats.page_context import PageContext

MOST = 24
COLUMNS = ("n", "title", "year", "poster_path", "uri")
"""What a poster is made from, and the number that orders equals."""


def page_posters(view: PageContext) -> list[Poster]:
    """At most 24: the best rated, liked and best known first."""
    if view.owner and not len(view.everything):
        return make_posters(sort_best_first(unwatched.select_films(view)).head(MOST), view)
    return make_posters(pick_best(view.picked.of_watched, MOST), view)


def pick_best(films: Rows, most: int) -> pl.DataFrame:
    """COLUMNS, rating and liked of so many films, in the order of sort_best_first."""
    rating = np.nan_to_num(films["rating"], nan=-1.0)
    places = np.arange(len(films))
    if len(films) > most:
        places = np.flatnonzero(rating >= np.partition(rating, -most)[-most])
    n, votes, liked = (films.columns[name][films.places[places]] for name in ("n", "vote_count", "liked"))
    order = np.lexsort((n, -np.nan_to_num(votes, nan=-1.0), ~liked, -rating[places]))
    return films.table(*COLUMNS, "rating", "liked", at=places[order][:most])


def sort_best_first(films: pl.DataFrame) -> pl.DataFrame:
    """COLUMNS, rating, liked and vote_count, the best rated first; among equals the liked, then the best known."""
    return films.select(*COLUMNS, "rating", "liked", "vote_count").sort(
        "rating", "liked", "vote_count", "n", descending=[True, True, True, False], nulls_last=True
    )


def make_poster_rows(films: pl.DataFrame, view: PageContext, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The poster of each film, and what stands in these columns: (poster, rating, liked)."""
    shown = make_posters(films, view)
    return ((poster, *values) for poster, values in zip(shown, _rows(films, columns), strict=True))


def _rows(films: pl.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Not by `select`, which is a query: that takes longer than all else for a few films."""
    return zip(*(films[name].to_list() for name in columns), strict=True)


def make_posters(films: pl.DataFrame, view: PageContext) -> list[Poster]:
    """One for each row of films, leading to its page at Letterboxd."""
    return [
        Poster(
            title,
            year,
            path=path if view.images else None,
            href=secure_link(uri) or None,
        )
        for title, year, path, uri in _rows(films, ("title", "year", "poster_path", "uri"))
    ]
