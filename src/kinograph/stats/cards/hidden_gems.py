"""Hidden gems: films a person loves and few others know."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import FilterLink
from kinograph.stats.arrays import find_first
from kinograph.stats.comparison import FEWEST_KNOWING
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_posters

TITLE = gettext_noop("Hidden gems")
DEFINITION = (
    gettext_noop("Films you gave four stars or more that have 5 to 999 votes at TMDB."),
    "stars ≥ 4, 5 ≤ votes < 1,000",
)
SHOWN = 6
LOVED = 4.0
"""Stars a gem has at least."""

FEW_VOTES = 1000
"""At TMDB; a film with as many is not hidden."""


@record
class Gem:
    poster: Poster
    rating: float
    votes: int


@record
class HiddenGems:
    gems: tuple[Gem, ...]  # best rated first, of as many stars the least known
    total: int
    loved: FilterLink  # to all films with as many stars
    lookups: Lookups


def compute(view: PageContext) -> HiddenGems | None:
    """None when nothing was rated, or nothing of it is known at TMDB, nor will be."""
    rated = pl.col("rating").is_not_null()
    if view.own_mean is None or view.nothing_will_come(rated & pl.col("vote_count").is_not_null()):
        return None
    films = view.picked.of_watched
    votes = films["vote_count"]
    films = films.where((films["rating"] >= LOVED) & (votes >= FEWEST_KNOWING) & (votes < FEW_VOTES))
    stars, votes = films["rating"], films["vote_count"]
    shown = find_first(SHOWN, -stars, votes, films["n"])
    posters = make_posters(films.table(*COLUMNS, at=shown), view)
    return HiddenGems(
        tuple(map(Gem, posters, stars[shown].tolist(), votes[shown].astype(np.int64).tolist())),
        len(films),
        view.linker("rating")(f"{LOVED:g}-5"),
        view.lacking(pl.col("vote_count") >= FEWEST_KNOWING, among=pl.col("rating") >= LOVED),
    )


def render(card: HiddenGems, title: str) -> Markup:
    return templates.render(
        "stats/cards/hidden_gems.html",
        card=card,
        title=title,
        stars=labels.format_star_figure,
        loved=labels.format_stars(LOVED),
        few=i18n.number(FEW_VOTES),
        fewest=FEWEST_KNOWING,
        rows=[(gem.poster.name, labels.format_star_figure(gem.rating), i18n.number(gem.votes)) for gem in card.gems],
    )
