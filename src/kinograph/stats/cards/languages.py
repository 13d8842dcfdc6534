"""The languages the films were made in."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import labels, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Original languages")
DEFINITION = (
    gettext_noop("Films, viewings or hours by original language."),
    "amount(language) = Σ amount of its films",
)


def compute(view: PageContext) -> Ranking | None:
    """None when no film has a language, and none will."""
    return ranking.rank_films(view, "language", "original_language")


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/languages.html", card, title=title, named=labels.language)
