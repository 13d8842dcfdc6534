"""The posters at the edge of the page: the films of this view that its person thinks most of."""

from __future__ import annotations

from kinograph.charts.posters import Poster
from kinograph.stats.view import View

MOST = 24


def wall(view: View) -> list[Poster]:
    """At most 24: the best rated, liked and best known first."""
    films = view.watched.sort(
        "rating", "liked", "vote_count", "n", descending=[True, True, True, False], nulls_last=True
    ).head(MOST)
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
