"""The films that most others know, and those that hardly anybody does."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats.comparison import FEWEST_KNOWING
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_poster_rows

TITLE = gettext_noop("Most popular and most obscure")
DEFINITION = (
    gettext_noop("Your films with the most and the fewest votes at TMDB, of those with at least 5."),
    "order by TMDB votes, votes ≥ 5",
)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class PopularFilm:
    poster: Poster
    votes: int  # at TMDB


@dataclass(frozen=True, slots=True)
class Popularity:
    most: tuple[PopularFilm, ...]  # most votes first
    fewest: tuple[PopularFilm, ...]  # fewest first; none is in both
    median: int | None  # half of the films ranked have as many votes or more
    lookups: Lookups


def compute(view: PageContext) -> Popularity | None:
    """None when no film has a count of votes, nor will have."""
    if view.nothing_will_come(pl.col("vote_count").is_not_null()):
        return None
    ordered = (
        view.watched.select(*COLUMNS, "vote_count")
        .filter(pl.col("vote_count") >= FEWEST_KNOWING)
        .sort("vote_count", "n", descending=[True, False])
    )
    shown = min(SHOWN, len(ordered) // 2)
    return Popularity(
        most=_known(ordered.head(shown or len(ordered)), view),
        fewest=_known(ordered.tail(shown).reverse(), view),
        median=ordered["vote_count"][(len(ordered) - 1) // 2] if len(ordered) else None,
        lookups=view.lacking(pl.col("vote_count") >= FEWEST_KNOWING),
    )


def _known(films: pl.DataFrame, view: PageContext) -> tuple[PopularFilm, ...]:
    return tuple(PopularFilm(*row) for row in make_poster_rows(films, view, "vote_count"))


def render(card: Popularity, title: str) -> Markup:
    return templates.render(
        "stats/cards/popularity.html",
        card=card,
        fewest=FEWEST_KNOWING,
        title=title,
        rows=[(film.poster.name, i18n.number(film.votes)) for film in (*card.most, *reversed(card.fewest))],
    )
