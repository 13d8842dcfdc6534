"""Which countries a person watches most, and which they rate best."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext, noop
from kinograph.stats import names, ranking
from kinograph.stats.ranking import Ranking
from kinograph.stats.view import View

TITLE = noop("Countries")


def compute(view: View) -> Ranking | None:
    """None when no film has a country, and none will."""
    return ranking.rank(view, "country", "countries")


def render(card: Ranking) -> Markup:
    return ranking.render("stats/cards/places.html", card, title=gettext(TITLE), named=names.country)
