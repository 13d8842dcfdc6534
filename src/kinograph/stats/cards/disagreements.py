"""The films a person likes far more than everyone else does, and those far less."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.comparison import FEWEST_VOTES
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_poster_rows

TITLE = gettext_noop("Where you differ most")
DEFINITION = (
    gettext_noop("Films you rated more than half a star above or below TMDB's score, of those with at least 20 votes."),
    "|stars − score / 2| > 0.5, votes ≥ 20",
)
SHOWN = 6
APART = 0.5
"""Stars; less is no difference of opinion."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    poster: Poster
    yours: float  # in stars
    theirs: float  # TMDB's score halved


@dataclass(frozen=True, slots=True)
class Disagreements:
    kinder: tuple[Disagreement, ...]  # furthest apart first
    harsher: tuple[Disagreement, ...]
    lookups: Lookups


def compute(view: PageContext) -> Disagreements | None:
    """None when no film is far enough apart."""
    films = (
        view.watched.select(*COLUMNS, "rating", "vote_average", "vote_count")
        .drop_nulls(["rating", "vote_average"])
        .filter(pl.col("vote_count").fill_null(0) >= FEWEST_VOTES)
        .with_columns(theirs=pl.col("vote_average").cast(pl.Float64) / 2)
        .with_columns(apart=pl.col("rating") - pl.col("theirs"))
    )
    kinder = films.filter(pl.col("apart") > APART).sort("apart", "vote_count", "n", descending=[True, True, False])
    harsher = films.filter(pl.col("apart") < -APART).sort("apart", "vote_count", "n", descending=[False, True, False])
    if not len(kinder) and not len(harsher):
        return None
    lookups = view.lacking(pl.col("vote_average").is_not_null(), among=pl.col("rating").is_not_null())
    return Disagreements(_shown(kinder.head(SHOWN), view), _shown(harsher.head(SHOWN), view), lookups)


def _shown(films: pl.DataFrame, view: PageContext) -> tuple[Disagreement, ...]:
    return tuple(Disagreement(*row) for row in make_poster_rows(films, view, "rating", "theirs"))


def render(card: Disagreements, title: str) -> Markup:
    return templates.render(
        "stats/cards/disagreements.html",
        card=card,
        title=title,
        stars=labels.format_star_figure,
        fewest=FEWEST_VOTES,
        rows=[
            (film.poster.name, i18n.decimal(film.yours, 1), i18n.decimal(film.theirs, 1))
            for film in (*card.kinder, *card.harsher)
        ],
    )
