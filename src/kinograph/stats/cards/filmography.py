"""Somebody's films among those a person has seen, newest first, with what they did on each."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.films.roles import COLUMNS, ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import films_href
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import COLUMNS as POSTER_COLUMNS
from kinograph.stats.posters import make_poster_rows

TITLE = gettext_noop("Film by film")
DEFINITION = (
    gettext_noop("The films of a person that you watched, newest first, with what they did on each."),
    "films with a credit of the person",
)
SHOWN = 48


@record
class CreditedFilm:
    poster: Poster
    credits: tuple[str, ...]  # of ROLES
    stars: float | None
    liked: bool


@record
class Filmography:
    films: tuple[CreditedFilm, ...]  # newest first, at most SHOWN
    total: int
    table: str  # the address of all of them


def compute(view: PageContext) -> Filmography | None:
    """None on all pages but somebody's own, and when none of their films fits."""
    if view.person is None or not len(view.picked.of_watched):
        return None
    films = view.picked.of_watched.table(*POSTER_COLUMNS, "rating", "liked", "release_date", *COLUMNS)
    films = films.sort("year", "release_date", "n", descending=[True, True, False], nulls_last=True)
    top = films.head(SHOWN)
    by_column = {role.column: role.name for role in reversed(ROLES.values())}
    worked = top.select(pl.col(column).list.contains(view.person).alias(name) for column, name in by_column.items())
    return Filmography(
        tuple(
            CreditedFilm(poster, tuple(name for name in ROLES if row.get(name)), stars, liked)
            for (poster, stars, liked), row in zip(
                make_poster_rows(top, view, "rating", "liked"), worked.iter_rows(named=True), strict=True
            )
        ),
        len(films),
        films_href(view.filters, session=view.home),
    )


def render(card: Filmography, title: str) -> Markup:
    def said(film: CreditedFilm) -> str:
        return ", ".join(gettext(ROLES[role].credit) for role in film.credits)

    return templates.render(
        "stats/cards/filmography.html",
        card=card,
        title=title,
        films=[(film, said(film)) for film in card.films],
        stars=labels.format_star_figure,
        rows=[
            (film.poster.name, said(film), "–" if film.stars is None else i18n.decimal(film.stars, 1))
            for film in card.films
        ],
    )
