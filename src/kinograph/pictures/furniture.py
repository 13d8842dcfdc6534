"""What pictures have in common: the wordmark, the holes of a film, a headline that fits its room, a line of credits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kinograph.pictures.canvas import Group, Item, Rect, Span, Text
from kinograph.pictures.letters import break_lines, fit_size, measure

CAPITALS = 0.8
"""How high capitals and figures of the display face are, in em."""

TRACKING = 0.035
CAPS = 0.04  # em between the capitals of credits
FIGURE = re.compile(r"[+−±]?\d(?:[\d.,’\u202f\u00a0–]*\d)?½?s?\b[\u00a0\u202f]?%?★?|½★?")


def wordmark(right: float, baseline: float, size: float = 42) -> Group:
    """It ends at `right`."""
    look = {"face": "display", "weight": 800, "tracking": TRACKING}
    kin, graph = (_width(word, size) for word in ("KIN", "GRAPH"))
    scale = size * 0.74 / 26
    left = right - wordmark_width(size)
    frame = Group(
        (
            Rect(1.3, 1.3, 12.4, 23.4, None, radius=4, stroke="ink", stroke_width=2.6),
            Rect(5, 8, 5, 10, "you", radius=1),
        ),
        x=left + kin + size * 0.055,
        y=baseline - size * 0.74,
        scale=scale,
    )
    words = (
        Text(left, baseline, (Span("KIN"),), size, **look),  # type: ignore[arg-type]
        Text(right - graph, baseline, (Span("GRAPH"),), size, **look),  # type: ignore[arg-type]
    )
    return Group((*words, frame))


def wordmark_width(size: float) -> float:
    """In pixels."""
    return _width("KIN", size) + _width("GRAPH", size) + 15 * size * 0.74 / 26 + size * 0.13


def _width(word: str, size: float) -> float:
    return measure(word, size, face="display", weight=800, tracking=TRACKING)


def edge_holes(width: int, height: int) -> Iterator[Rect]:
    """The perforations down both edges of a story."""
    for x in (12, width - 12 - 26):
        for y in range(22, height, 80):
            yield Rect(x, y, 26, 36, "line", radius=6, opacity=0.7)


def film_band(y: float, width: float, height: float, hole: float = 12) -> Iterator[Rect]:
    """A strip of film across the picture, with holes along both of its edges."""
    yield Rect(0, y, width, height, "film")
    for top in (y + hole, y + height - 2 * hole):
        for n in range(int(width / (2.6 * hole)) + 1):
            yield Rect((n * 2.6 + 0.6) * hole, top, 1.4 * hole, hole, "bg", radius=hole / 4)


@dataclass(frozen=True, slots=True)
class Room:
    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def right(self) -> float:
        return self.x + self.width

    def below(self, y: float) -> Room:
        """What of it is left below."""
        return replace(self, y=y, height=self.bottom - y)


@dataclass(frozen=True, slots=True)
class Headline:
    """Lines in the display face from `top` on, and where they end."""

    lines: tuple[Text, ...]
    bottom: float


def set_headline(
    room: Room, spans: Sequence[Span] | str, sizes: Sequence[tuple[float, int]], *, leading: float = 0.9
) -> Headline | None:
    """In the first of these sizes in which it needs no more lines than stand beside it; None: in none of them."""
    for size, most in sizes:
        lines = break_lines(spans, size, room.width, face="display", weight=800)
        if len(lines) <= most and _longest_word(spans, size) <= room.width:
            return _place(room, _balance(spans, lines, size, room.width), size, leading)
    return None


def _balance(
    spans: Sequence[Span] | str, lines: list[tuple[Span, ...]], size: float, width: float
) -> list[tuple[Span, ...]]:
    """The same number of lines, none much shorter than the others."""
    best, longest = lines, _longest_word(spans, size)
    for narrower in range(1, 13):
        less = width * (1 - narrower * 0.05)
        tried = break_lines(spans, size, less, face="display", weight=800)
        if len(tried) > len(lines) or longest > less:
            break
        best = tried
    return best


def force_headline(
    room: Room, spans: Sequence[Span] | str, sizes: Sequence[tuple[float, int]], *, leading: float = 0.9
) -> Headline:
    """The same, but what fits in none of the sizes is cut at a word in the last."""
    if found := set_headline(room, spans, sizes, leading=leading):
        return found
    size, most = sizes[-1]
    return _place(room, break_lines(spans, size, room.width, face="display", weight=800, most=most), size, leading)


def _longest_word(spans: Sequence[Span] | str, size: float) -> float:
    text = spans if isinstance(spans, str) else "".join(span.text for span in spans)
    return max((measure(word, size, face="display", weight=800) for word in text.split()), default=0.0)


def _place(room: Room, lines: Sequence[tuple[Span, ...]], size: float, leading: float) -> Headline:
    first = room.y + CAPITALS * size
    texts = tuple(
        Text(room.x, first + n * size * leading, line, size, face="display", weight=800) for n, line in enumerate(lines)
    )
    return Headline(texts, first + (len(lines) - 1) * size * leading + 0.14 * size)


def color_figures(text: str, color: str = "figure") -> tuple[Span, ...]:
    """The first number of a sentence in the color of the reader's own."""
    found = FIGURE.search(text)
    if not found:
        return (Span(text),)
    before, after = text[: found.start()], text[found.end() :]
    return tuple(span for span in (Span(before), Span(found[0], color), Span(after)) if span.text)


def credit_line(
    x: float, y: float, credits: Sequence[tuple[str, str]], size: float, width: float, *, most_lines: int = 1
) -> tuple[tuple[Item, ...], float]:
    """Numbers and what they count in capitals, as many as fit; and the last baseline."""
    lines: list[list[Span]] = [[]]
    used, gap = 0.0, measure("   ", size, face="display", weight=600, tracking=CAPS)
    for number, label in credits:
        parts = (Span(number, "ink", 700), Span(f" {label.upper()}"))
        wide = sum(_caps_width(span, size) for span in parts)
        if used and used + gap + wide > width:
            if len(lines) == most_lines:
                break
            lines.append([])
            used = 0.0
        if wide > width:
            continue
        lines[-1] += [Span("   "), *parts] if lines[-1] else parts
        used += wide + (gap if used else 0.0)
    shown = [line for line in lines if line]
    texts = tuple(
        Text(x, y + n * size * 1.25, tuple(line), size, "ink-2", "display", 600, tracking=CAPS)
        for n, line in enumerate(shown)
    )
    return texts, y + (len(shown) - 1) * size * 1.25


def _caps_width(span: Span, size: float) -> float:
    return measure(span.text, size, face="display", weight=span.weight or 600, tracking=CAPS)


def kicker(x: float, y: float, text: str, size: float, width: float) -> Text:
    """The small line over a headline, in capitals."""
    words = text.upper()
    fitting = fit_size(words, size, width, weight=600, tracking=CAPS)
    return Text(x, y, (Span(words),), fitting, "ink-2", "display", 600, tracking=CAPS)
