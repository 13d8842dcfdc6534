"""Every language the films were made in."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("All languages")
DEFINITION = (
    gettext_noop("Films, viewings or hours by original language, all of them."),
    "amount(language) = Σ amount of its films",
)
EVERY = 1000
"""More than any session has."""


def compute(view: PageContext) -> Ranking | None:
    """By the original language. None when no film has one, and none will."""
    return ranking.rank_films(view, "language", "original_language", shown=EVERY)


def render(card: Ranking, title: str) -> Markup:
    return templates.render(
        "stats/cards/all_languages.html",
        card=card,
        title=title,
        named=labels.language,
        listed=ranking.show_amounts(card.most, card.unit, card.sums),
    )
