"""The cards of the pages, one module each; `stats/pages.py` says which stand where."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from kinograph import i18n
from kinograph.stats.page_context import PageContext

log = logging.getLogger(__name__)


class Card(Protocol):
    """What a card's module holds. `compute` answers None when there is nothing to tell: the card is then left out.

    `render` is given the TITLE in the reader's language. The DEFINITION says in a sentence and a formula what the card
    shows: see `definitions`.
    """

    __name__: str
    TITLE: str
    DEFINITION: tuple[str, str]

    def compute(self, view: PageContext) -> Any: ...

    def render(self, card: Any, title: str) -> Markup: ...


class Drawn(NamedTuple):
    """A card as it stands on the page, under the name of its module."""

    name: str
    html: Markup


class Drawing(list[Drawn]):
    """The cards of a page; it is not whole when one of them failed, and then nobody may keep it."""

    is_whole = True


def draw_cards(view: PageContext, modules: Sequence[Card]) -> Drawing:
    """Every card that has something to tell; one that breaks is left out and logged, and the page stands without it.

    One after another: threads would wait for each other, as most of a card's time is spent in Python.
    """
    drawing = Drawing()
    for module in modules:
        try:
            if (card := module.compute(view)) is not None:
                html = module.render(card, i18n.gettext(module.TITLE))
                drawing.append(Drawn(module.__name__.rpartition(".")[2], html))
        except Exception:
            log.exception("the card %s failed", module.__name__)
            drawing.is_whole = False
    return drawing
