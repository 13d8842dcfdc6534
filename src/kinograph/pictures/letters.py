"""How wide words are in the fonts of pictures, so that lines are broken, fitted and cut once, for every way to draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import orjson

from kinograph.pictures.canvas import Face, Span, Text

FONTS = Path(__file__).parent / "fonts"
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Font:
    """One file. `widths` are of each letter at these weights, in thousandths of an em."""

    family: str
    weights: tuple[int, ...]
    widths: dict[int, tuple[int, ...]]

    def width(self, letter: int, weight: int) -> float:
        """In em; between two weights it lies between their widths."""
        known = self.widths[letter]
        for n, heavier in enumerate(self.weights):
            if weight <= heavier:
                if n == 0 or weight == heavier:
                    return known[n] / 1000
                lighter = self.weights[n - 1]
                share = (weight - lighter) / (heavier - lighter)
                return (known[n - 1] + share * (known[n] - known[n - 1])) / 1000
        return known[-1] / 1000


@lru_cache(maxsize=1)
def load_fonts() -> dict[str, tuple[Font, ...]]:
    """The fonts of each face in the order in which they are asked for a letter, as frontend/fonts.py made them."""
    faces = orjson.loads((FONTS / "widths.json").read_bytes())
    return {
        face: tuple(
            Font(font["family"], tuple(font["weights"]), {int(k): tuple(v) for k, v in font["widths"].items()})
            for font in fonts
        )
        for face, fonts in faces.items()
    }


@lru_cache(maxsize=8192)
def find_font(letter: str, face: Face) -> Font | None:
    """The first with this letter; None: ours have none."""
    return next((font for font in load_fonts()[face] if ord(letter) in font.widths), None)


def is_drawn(letter: str) -> bool:
    """Whether both faces have the letter, or it leaves no mark, as one that joins others."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Zs"):
        return True
    return find_font(letter, "display") is not None and find_font(letter, "text") is not None


def measure(text: str, size: float, *, face: Face = "text", weight: int = 500, tracking: float = 0.0) -> float:
    """In pixels, a little more where letters move together; letters that ours have not are taken for a full em."""
    total = 0.0
    for letter in text:
        font = find_font(letter, face)
        if font:
            total += font.width(ord(letter), weight)
        elif unicodedata.category(letter) not in ("Mn", "Me", "Cf"):
            total += 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.65
        total += tracking
    return total * size


def measure_line(line: Text) -> float:
    """In pixels."""
    return sum(
        measure(span.text, line.size, face=line.face, weight=span.weight or line.weight, tracking=line.tracking)
        for span in line.spans
    )


def fit_size(
    text: str, size: float, width: float, *, face: Face = "display", weight: int = 800, tracking: float = 0.0
) -> float:
    """The size, or a smaller one at which the text is no wider than so many pixels."""
    wide = measure(text, size, face=face, weight=weight, tracking=tracking)
    return size if wide <= width else size * width / wide


def cut(text: str, size: float, width: float, *, face: Face = "text", weight: int = 500, tracking: float = 0.0) -> str:
    """The text, or as many of its words as fit with an ellipsis; of one long word as many letters."""
    if measure(text, size, face=face, weight=weight, tracking=tracking) <= width:
        return text
    kept = text
    while kept and measure(kept + ELLIPSIS, size, face=face, weight=weight, tracking=tracking) > width:
        shorter = kept.rpartition(" ")[0].rstrip(" ,;:–-")
        kept = shorter or kept[:-1].rstrip()
    return kept + ELLIPSIS


def break_lines(
    spans: Sequence[Span] | str, size: float, width: float, *, face: Face = "text", weight: int = 500, most: int = 99
) -> list[tuple[Span, ...]]:
    """Lines no wider than so many pixels, broken at spaces, or within a word that alone is wider.

    What does not fit `most` lines is cut at a word.
    """
    pieces = [Span(spans)] if isinstance(spans, str) else list(spans)

    def wide(word: Sequence[Span], *, whole: bool = True) -> float:
        text = [*word[:-1], word[-1] if whole else replace(word[-1], text=word[-1].text.rstrip())]
        return sum(measure(span.text, size, face=face, weight=span.weight or weight) for span in text)

    lines: list[list[Span]] = [[]]
    used = 0.0
    for word in _words(pieces, lambda spans: wide(spans, whole=False) <= width):
        if lines[-1] and used + wide(word, whole=False) > width:
            lines.append([])
            used = 0.0
        lines[-1] += word
        used += wide(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], [span for line in lines[most - 1 :] for span in line]]
        lines[-1] = _cut_spans(lines[-1], size, width, face, weight)
    return [_join(line) for line in lines if line]


def _words(spans: Iterable[Span], fits: Callable[[list[Span]], bool]) -> Iterator[list[Span]]:
    """Every word with the spaces after it, whose parts may be of several looks; ideographs are words of their own."""
    word: list[Span] = []
    for span in spans:
        if word and not word[-1].text.endswith(" "):
            word.append(replace(span, text=""))
        elif word:
            yield word
            word = [replace(span, text="")]
        else:
            word = [replace(span, text="")]
        for letter in span.text:
            longer = [*word[:-1], replace(word[-1], text=word[-1].text + letter)]
            before = word[-1].text or (word[-2].text if len(word) > 1 else "")
            is_wide = unicodedata.east_asian_width(letter) in "WF"
            if before and letter != " " and (before[-1] == " " or is_wide or not fits(longer)):
                yield [part for part in word if part.text]
                longer = [replace(span, text=letter)]
            word = longer
    if any(part.text for part in word):
        yield [part for part in word if part.text]


def _cut_spans(spans: list[Span], size: float, width: float, face: Face, weight: int) -> list[Span]:
    """At a word, so that the ellipsis fits as well."""

    def wide(shown: list[Span]) -> float:
        text = [*shown[:-1], replace(shown[-1], text=shown[-1].text.rstrip() + ELLIPSIS)]
        return sum(measure(span.text, size, face=face, weight=span.weight or weight) for span in text)

    shown = list(spans)
    while len(shown) > 1 and wide(shown) > width:
        shown.pop()
    last = shown[-1].text.rstrip(" ,;:–-")
    return [*shown[:-1], replace(shown[-1], text=cut(last + ELLIPSIS, size, width, face=face, weight=weight))]


def _join(line: list[Span]) -> tuple[Span, ...]:
    """Neighbors of one look become one span; no space is left at the end."""
    joined: list[Span] = []
    for span in line:
        if joined and (joined[-1].color, joined[-1].weight) == (span.color, span.weight):
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        else:
            joined.append(span)
    joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def set_paragraph(
    x: float,
    y: float,
    spans: Sequence[Span] | str,
    size: float,
    *,
    width: float,
    leading: float = 1.32,
    most: int = 99,
    **more: object,
) -> tuple[Text, ...]:
    """Lines from a first baseline on, `leading` times the size apart; `more` is as of Text."""
    face: Face = more.get("face", "text")  # type: ignore[assignment]
    weight: int = more.get("weight", 500)  # type: ignore[assignment]
    lines = break_lines(spans, size, width, face=face, weight=weight, most=most)
    return tuple(
        Text(x, y + n * size * leading, line, size, **more)  # type: ignore[arg-type]
        for n, line in enumerate(lines)
    )


def is_right_to_left(text: str) -> bool:
    """By its first letter that has a direction."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"
