"""Names as pictures can draw them: in letters of our fonts or of a font of the system, else in Latin ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from anyascii import anyascii

from kinograph.pictures.canvas import Group, Item, Picture, Text
from kinograph.pictures.letters import is_drawn, measure_line

Covers = Callable[[str], bool]
_covers: ContextVar[Covers | None] = ContextVar("covers", default=None)


@contextmanager
def drawing_with(covers: Covers) -> Iterator[None]:
    """Within it names are spelled for a PNG. `covers` says whether a font of the system has a letter ours lack.

    Outside of it nothing is spelled: browsers have fonts of their own.
    """
    token = _covers.set(covers)
    try:
        yield
    finally:
        _covers.reset(token)


def spell(text: str) -> str:
    """The text; each word of which a letter cannot be drawn as Latin letters stand for it."""
    covers = _covers.get()
    if covers is None or text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    return " ".join(_spell_word(word, covers) for word in text.split(" "))


def _spell_word(word: str, covers: Covers) -> str:
    if all(is_drawn(letter) or covers(letter) for letter in word):
        return word
    return anyascii(word).strip() or "?"


def make_legible(picture: Picture) -> Picture:
    """The picture with what was not spelled when it was composed spelled now, no line wider than it was."""
    return replace(picture, items=tuple(_spell_item(item) for item in picture.items))


def _spell_item(item: Item) -> Item:
    if isinstance(item, Group):
        return replace(item, items=tuple(_spell_item(each) for each in item.items))
    if not isinstance(item, Text) or spell(item.plain) == item.plain:
        return item
    spelled = replace(item, spans=tuple(replace(span, text=spell(span.text)) for span in item.spans))
    narrower = measure_line(item) / (measure_line(spelled) or 1.0)
    return replace(spelled, size=item.size * min(1.0, narrower))
