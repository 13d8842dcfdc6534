"""The cards of the pages, one module each; `stats/pages.py` says which stand where."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
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
    """Two at a time: most of a card's time is spent in Polars, which lets others work."""
    for shared in ("picked", "watched", "everything", "counted", "logged_at_once"):
        getattr(view, shared)  # once, and not once in each thread
    drawing = [HANDS.submit(copy_context().run, _draw_one, view, module) for module in modules]
    return [drawn for each in drawing if (drawn := each.result())]


HANDS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="cards")


def _draw_one(view: View, module: Card) -> Drawn | None:
    """One that breaks is left out and logged; the page stands without it."""
    try:
        card = module.compute(view)
        return None if card is None else Drawn(module.__name__.rpartition(".")[2], module.render(card))
    except Exception:
        log.exception("the card %s failed", module.__name__)
        return None
