"""Which slides a story may have, in their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from kinograph.pictures.canvas import Picture
from kinograph.stats.page_context import PageContext
from kinograph.stories.said import Said
from kinograph.stories.slides import (
    best_film,
    director,
    end,
    face,
    farthest,
    first_and_last,
    genre,
    month,
    nights,
    oldest_and_longest,
    records,
    too_few,
    volume,
    world,
    year_before,
    years,
)


class SlideModule(Protocol):
    """What the module of a slide holds. `compute` answers None where there is too little for it; `say` puts that into
    words, and `draw` makes a picture of it in a shape of `canvas.SHAPES`, both in the reader's language."""

    __name__: str
    TITLE: str

    def compute(self, view: PageContext) -> Any: ...

    def say(self, told: Any) -> Said: ...

    def draw(self, told: Any, shape: str) -> Picture: ...


SLIDES: tuple[SlideModule, ...] = (
    volume,
    nights,
    first_and_last,
    month,
    genre,
    director,
    face,
    best_film,
    farthest,
    oldest_and_longest,
    world,
    records,
    year_before,
    years,
    end,
)


class Slide(NamedTuple):
    """`name` is its module's, and what its address says."""

    name: str
    module: SlideModule
    facts: Any


def tell(view: PageContext) -> tuple[Slide, ...]:
    """The slides there are facts for; of fewer than ten films one alone, which says so."""
    modules = (too_few,) if too_few.compute(view) else SLIDES
    found = ((module, module.compute(view)) for module in modules)
    return tuple(Slide(_name(module), module, facts) for module, facts in found if facts is not None)


def list_composers() -> dict[str, Callable[[PageContext, str], Picture | None]]:
    """What composes the picture of each slide in a shape, in the order of a story; None where there is too little for
    it."""

    def compose(module: SlideModule, view: PageContext, shape: str) -> Picture | None:
        facts = module.compute(view)
        return None if facts is None else module.draw(facts, shape)

    return {_name(module): partial(compose, module) for module in (too_few, *SLIDES)}


def _name(module: SlideModule) -> str:
    return module.__name__.rpartition(".")[2]
