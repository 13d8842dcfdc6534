"""Every country the films were made in, on a map of the whole width and in a list of all."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats.cards import countries
from kinograph.stats.cards.countries import Countries
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("The world in film")
DEFINITION = (
    gettext_noop("Films, viewings or hours by country of production; a film of two countries counts for both."),
    "amount(country) = Σ amount of its films",
)


def compute(view: PageContext) -> Countries | None:
    return countries.compute(view)


def render(card: Countries, title: str) -> Markup:
    return countries.render_map(card, card.all, name="world_map", span=12, title=title)
