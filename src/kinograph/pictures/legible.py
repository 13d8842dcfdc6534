"""Names as pictures can draw them: in letters of our fonts or of a font of the system, else in Latin ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from anyascii import anyascii

from kinograph.pictures.canvas import Group, Item, Picture, Span, Text
from kinograph.pictures.letters import is_drawn, measure_line

Covers = Callable[[str], bool]


def none_covered(letter: str) -> bool:
    return False


def find_missing(text: str) -> set[str]:
    """The letters that our fonts lack, as they are drawn: whole, and not in parts."""
    return {letter for letter in unicodedata.normalize("NFC", text) if not is_drawn(letter)}


def spell(text: str, covered: Covers = none_covered) -> str:
    """The text; where no font has all of its letters, each word that lacks one as Latin letters stand for it."""
    text = unicodedata.normalize("NFC", text)
    if not any(not covered(letter) for letter in find_missing(text)):
        return text
    return " ".join(_spell_word(word, covered) for word in text.split(" "))


def _spell_word(word: str, covered: Covers) -> str:
    if all(covered(letter) for letter in find_missing(word)):
        return word
    return anyascii(word).strip() or "?"


def make_legible(picture: Picture, covered: Covers = none_covered) -> Picture:
    """The picture with each of its lines spelled so, none wider than it was."""
    return replace(picture, items=tuple(_spell_item(item, covered) for item in picture.items))


def _spell_item(item: Item, covered: Covers) -> Item:
    if isinstance(item, Group):
        return replace(item, items=tuple(_spell_item(each, covered) for each in item.items))
    if not isinstance(item, Text) or not find_missing(item.plain):
        return item
    spelled = replace(
        item, spans=tuple(Span(spell(span.text, covered), span.color, span.weight) for span in item.spans)
    )
    width = measure_line(item)
    size = item.size * min(1.0, width / (measure_line(spelled) or 1.0))
    return replace(spelled, size=size)
