"""Which genres a person watches most, and which they rate best."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import labels, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Genres")
DEFINITION = (
    gettext_noop("Films, viewings or hours by genre; a film of two genres counts for both."),
    "amount(genre) = Σ amount of its films",
)


def compute(view: PageContext) -> Ranking | None:
    """None when no film has a genre, and none will."""
    return ranking.rank_films(view, "genre", "genres")


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/genres.html", card, title=title, named=labels.genre)
