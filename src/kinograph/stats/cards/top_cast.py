"""Whom a person has seen on screen most."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats.cards import directors
from kinograph.stats.cards.directors import Directors
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Faces")
DEFINITION = (
    gettext_noop("Films, viewings or hours by actor, the first 20 of a film's cast."),
    "amount(actor) = Σ amount of their films",
)


def compute(view: PageContext) -> Directors | None:
    """None when no film has a cast, and none will."""
    return directors.rank_role(view, "cast")


def render(card: Directors, title: str) -> Markup:
    return directors.render_people("top_cast", card, title=title)
