"""The films of a view as posters: those at the edge of the page, and any that a card shows."""

from __future__ import annotations

import polars as pl

from kinograph.charts.posters import Poster
from kinograph.stats import unwatched
from kinograph.stats.page_context import PageContext

MOST = 24


def wall(view: PageContext) -> list[Poster]:
    """At most 24: the best rated, liked and best known first."""
    shown = unwatched.films_of(view) if view.owner and not len(view.everything) else view.watched
    films = shown.select("n", "title", "year", "poster_path", "uri", "rating", "liked", "vote_count").sort(
        "rating", "liked", "vote_count", "n", descending=[True, True, True, False], nulls_last=True
    )
    return posters(films.head(MOST), view)


def posters(films: pl.DataFrame, view: PageContext) -> list[Poster]:
    """One for each row of films, leading to its page at Letterboxd."""
    return [
        Poster(
            title,
            year,
            path=path if view.images else None,
            # The address is a stranger's text, and could be a javascript: one.
            href=uri if uri.startswith("https://") else None,
        )
        for title, year, path, uri in films.select("title", "year", "poster_path", "uri").iter_rows()
    ]
