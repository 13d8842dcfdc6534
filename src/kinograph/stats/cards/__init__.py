"""The cards of the overview, one module each, in the order of the page."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from kinograph.stats.view import View

from . import calendar, countries, directors, genres, ratings, release_years, viewings

log = logging.getLogger(__name__)


class Card(Protocol):
    """What a card's module holds. `compute` answers None when there is nothing to tell: the card is then left out."""

    __name__: str
    TITLE: str

    def compute(self, view: View) -> Any: ...

    def render(self, card: Any) -> Markup: ...


class Drawn(NamedTuple):
    """A card as it stands on the page, under the name of its module."""

    name: str
    html: Markup


CARDS: tuple[Card, ...] = (release_years, ratings, viewings, calendar, genres, directors, countries)


def draw(view: View) -> list[Drawn]:
    """Every card that has something to tell; one that breaks is left out and logged, the page stands without it."""
    drawn: list[Drawn] = []
    for module in CARDS:
        try:
            card = module.compute(view)
            if card is not None:
                drawn.append(Drawn(module.__name__.rpartition(".")[2], module.render(card)))
        except Exception:
            log.exception("the card %s failed", module.__name__)
    return drawn
