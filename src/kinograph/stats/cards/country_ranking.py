"""Which countries a person rates best; how many films each has, the map above says."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import names, ranking
from kinograph.stats.ranking import Ranking
from kinograph.stats.view import View

TITLE = gettext_noop("Best rated countries")


def compute(view: View) -> Ranking | None:
    """None when no film has a country, and none will."""
    return ranking.rank(view, "country", "countries")


def render(card: Ranking) -> Markup:
    return ranking.render(
        "stats/cards/country_ranking.html", card, title=gettext(TITLE), named=names.country, best_alone=True
    )
