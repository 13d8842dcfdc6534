"""The cards of the pages, one module each; `stats/pages.py` says which stand where."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from kinograph import i18n
from kinograph.layout.bounds import count_cores
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
    """Every card that has something to tell; as many at a time as there are cores, because most of a card's time is
    spent in Polars, which lets others work."""
    for shared in ("picked", "everything", "counted", "logged_at_once"):
        getattr(view, shared)  # once, and not once in each thread
        if view.other:
            getattr(view.other.view, shared)
    results = [CARD_POOL.submit(copy_context().run, _draw_one, view, module) for module in modules]
    drawing = Drawing()
    for each in results:
        try:
            if drawn := each.result():
                drawing.append(drawn)
        except _Failed:
            drawing.is_whole = False
    return drawing


CARD_POOL = ThreadPoolExecutor(count_cores(), thread_name_prefix="cards")


class _Failed(Exception):
    """A card broke, which the log has told."""


def _draw_one(view: PageContext, module: Card) -> Drawn | None:
    """One that breaks is left out and logged; the page stands without it."""
    try:
        card = module.compute(view)
        if card is None:
            return None
        return Drawn(module.__name__.rpartition(".")[2], module.render(card, i18n.gettext(module.TITLE)))
    except Exception:
        log.exception("the card %s failed", module.__name__)
        raise _Failed from None
