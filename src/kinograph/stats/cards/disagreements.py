"""The films a person likes far more than everyone else does, and those far less."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.arrays import find_first
from kinograph.stats.columns import Rows
from kinograph.stats.comparison import FEWEST_VOTES
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_posters

TITLE = gettext_noop("Where you differ most")
DEFINITION = (
    gettext_noop("Films you rated more than half a star above or below TMDB's score, of those with at least 20 votes."),
    "|stars − score / 2| > 0.5, votes ≥ 20",
)
SHOWN = 6
APART = 0.5
"""Stars; less is no difference of opinion."""


@record
class Disagreement:
    poster: Poster
    yours: float  # in stars
    theirs: float  # TMDB's score halved


@record
class Disagreements:
    kinder: tuple[Disagreement, ...]  # furthest apart first
    harsher: tuple[Disagreement, ...]
    lookups: Lookups


def compute(view: PageContext) -> Disagreements | None:
    """None when no film is far enough apart."""
    films = view.picked.of_watched
    # NaN where either is unknown, which is neither more nor less.
    apart = films["rating"] - films["vote_average"] / 2
    is_known = films["vote_count"] >= FEWEST_VOTES
    kinder, harsher = films.where(is_known & (apart > APART)), films.where(is_known & (apart < -APART))
    if not len(kinder) and not len(harsher):
        return None
    lookups = view.lacking(pl.col("vote_average").is_not_null(), among=pl.col("rating").is_not_null())
    return Disagreements(_furthest(kinder, view), _furthest(harsher, view), lookups)


def _furthest(films: Rows, view: PageContext) -> tuple[Disagreement, ...]:
    """Of as far apart those with the most votes."""
    yours, theirs = films["rating"], films["vote_average"] / 2
    shown = find_first(SHOWN, -abs(yours - theirs), -films["vote_count"], films["n"])
    posters = make_posters(films.table(*COLUMNS, at=shown), view)
    return tuple(map(Disagreement, posters, yours[shown].tolist(), theirs[shown].tolist()))


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
