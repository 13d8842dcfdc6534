"""The cards of the pages, one module each; `stats/pages.py` says which stand where."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from kinograph import i18n
from kinograph.stats.view import View

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


def draw(view: View, modules: Sequence[Card]) -> list[Drawn]:
    """Every card that has something to tell. Where no filter is picked they are drawn once for a frame, and kept."""
    if view.filters:
        return _draw(view, modules)
    key = (view.key, str(i18n.locale()), tuple(module.__name__ for module in modules))
    return view.all.kept.once(key, lambda: _draw(view, modules))


def _draw(view: View, modules: Sequence[Card]) -> list[Drawn]:
    """One that breaks is left out and logged; the page stands without it."""
    drawn: list[Drawn] = []
    for module in modules:
        try:
            card = module.compute(view)
            if card is not None:
                drawn.append(Drawn(module.__name__.rpartition(".")[2], module.render(card)))
        except Exception:
            log.exception("the card %s failed", module.__name__)
    return drawn
