"""Which countries a person rates best; how many films each has, the map above says."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import labels, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Best rated countries")
DEFINITION = (
    gettext_noop("The countries you rate best, ordered as in rankings."),
    "order = (Σ stars + 5 × your average) / (ratings + 5), ratings ≥ 3",
)


def compute(view: PageContext) -> Ranking | None:
    """None when no film has a country, and none will."""
    return ranking.rank_films(view, "country", "countries")


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/country_ranking.html", card, title=title, named=labels.country, best_alone=True)
