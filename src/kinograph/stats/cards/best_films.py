"""The films a person rated best: of a year, those that were new apart from those that were older."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.columns import Flags, Rows
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_poster_rows, pick_best

TITLE = gettext_noop("Best rated films")
DEFINITION = (
    gettext_noop(
        "Your best rated films. Of equals, those you liked come first, then those with the most votes at TMDB. "
        "The page of a year lists new and older films apart."
    ),
    "order by stars, liked, TMDB votes",
)
SHOWN = 12


@record
class BestFilm:
    poster: Poster
    stars: float
    liked: bool


@record
class BestFilms:
    new: tuple[BestFilm, ...]  # released in the year they were watched, best first; none where no year is told
    older: tuple[BestFilm, ...]


def compute(view: PageContext) -> BestFilms | None:
    """None when nothing is rated. Among equals the liked come first, then the best known."""
    films = view.picked.of_watched
    rated = films.where(films.known("rating"))
    if not len(rated):
        return None
    if not view.year:
        return BestFilms((), _films(pick_best(rated, SHOWN), view))
    are_new = flag_new(rated, view.year)
    new = pick_best(rated.where(are_new), SHOWN // 2)
    return BestFilms(_films(new, view), _films(pick_best(rated.where(~are_new), SHOWN - len(new)), view))


def flag_new(films: Rows, year: int) -> Flags:
    """Which films that were watched in a year were new: of that year, or seen before they came out."""
    flags: Flags = np.nan_to_num(films["year"], nan=0) >= year
    return flags


def _films(films: pl.DataFrame, view: PageContext) -> tuple[BestFilm, ...]:
    return tuple(BestFilm(*row) for row in make_poster_rows(films, view, "rating", "liked"))


def render(card: BestFilms, title: str) -> Markup:
    parts = (
        ((gettext("New that year"), card.new), (gettext("Older films"), card.older))
        if card.new
        else (("", card.older),)
    )
    return templates.render(
        "stats/cards/best_films.html",
        card=card,
        title=title,
        parts=[(name, films) for name, films in parts if films],
        first=(*card.new, *card.older)[0],
        stars=labels.format_star_figure,
        rows=[(film.poster.name, i18n.decimal(film.stars, 1)) for film in (*card.new, *card.older)],
    )
