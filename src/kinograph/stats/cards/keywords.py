"""What the films are about, in TMDB's words."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Keywords")
DEFINITION = (
    gettext_noop("Films, viewings or hours by TMDB's keywords."),
    "amount(keyword) = Σ amount of its films",
)


def compute(view: PageContext) -> Ranking | None:
    """None when no film has a keyword, and none will."""
    return ranking.rank_films(view, "keyword", "keywords")


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/keywords.html", card, title=title)
