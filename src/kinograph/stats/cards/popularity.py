"""The films that most others know, and those that hardly anybody does."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats.arrays import Integers, find_first
from kinograph.stats.columns import Rows
from kinograph.stats.comparison import FEWEST_KNOWING
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_posters

TITLE = gettext_noop("Most popular and most obscure")
DEFINITION = (
    gettext_noop("Your films with the most and the fewest votes at TMDB, of those with at least 5."),
    "order by TMDB votes, votes ≥ 5",
)
SHOWN = 6


@record
class PopularFilm:
    poster: Poster
    votes: int  # at TMDB


@record
class Popularity:
    most: tuple[PopularFilm, ...]  # most votes first
    fewest: tuple[PopularFilm, ...]  # fewest first; none is in both
    median: int | None  # half of the films ranked have as many votes or more
    lookups: Lookups


def compute(view: PageContext) -> Popularity | None:
    """None when no film has a count of votes, nor will have."""
    if view.nothing_will_come(pl.col("vote_count").is_not_null()):
        return None
    films = view.picked.of_watched
    films = films.where(films["vote_count"] >= FEWEST_KNOWING)
    votes, n, half = films["vote_count"], films["n"], len(films) // 2
    shown = min(SHOWN, half)
    return Popularity(
        most=_show(films, find_first(shown or len(films), -votes, n), view),
        fewest=_show(films, find_first(shown, votes, -n), view),
        median=int(np.partition(votes, half)[half]) if len(films) else None,
        lookups=view.lacking(pl.col("vote_count") >= FEWEST_KNOWING),
    )


def _show(films: Rows, shown: Integers, view: PageContext) -> tuple[PopularFilm, ...]:
    votes = films["vote_count"][shown].astype(np.int64)
    return tuple(map(PopularFilm, make_posters(films.table(*COLUMNS, at=shown), view), votes.tolist()))


def render(card: Popularity, title: str) -> Markup:
    return templates.render(
        "stats/cards/popularity.html",
        card=card,
        fewest=FEWEST_KNOWING,
        title=title,
        rows=[(film.poster.name, i18n.number(film.votes)) for film in (*card.most, *reversed(card.fewest))],
    )
