"""Which genres a person watches most, and which they rate best."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import names, ranking
from kinograph.stats.ranking import Ranking
from kinograph.stats.view import View

TITLE = gettext_noop("Genres")


def compute(view: View) -> Ranking | None:
    """None when no film has a genre, and none will."""
    return ranking.rank(view, "genre", "genres")


def render(card: Ranking) -> Markup:
    return ranking.render("stats/cards/genres.html", card, title=gettext(TITLE), named=names.genre)
