"""What a picture is made of: shapes and words at their places, in pixels. No I/O, and no word on how it is drawn.

The same `Picture` becomes part of a page (`inline.py`) and a PNG (`painters.py`), so that both look alike.
Colors are names of `colors.py` or #rrggbb.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Anchor = Literal["start", "middle", "end"]
Face = Literal["display", "text"]

STORY, WIDE, SQUARE = (1080, 1920), (1200, 630), (1080, 1080)
SHAPES = {"story": STORY, "wide": WIDE, "square": SQUARE}


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line in a color or weight of its own; None: the line's."""

    text: str
    color: str | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One line, its baseline at y and x at its anchor; never broken: `letters.py` breaks and fits.

    Spans follow each other without a space. `tracking` is in em. A line that begins from right to left keeps that
    direction within itself, and stands where its anchor says all the same.
    """

    x: float
    y: float
    spans: tuple[Span, ...]
    size: float
    color: str = "ink"
    face: Face = "text"
    weight: int = 500
    anchor: Anchor = "start"
    tracking: float = 0.0
    opacity: float = 1.0

    @property
    def plain(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    radius: float = 0.0
    stroke: str | None = None
    stroke_width: float = 0.0
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Path:
    """`d` as SVG writes it. Ours alone: never made from what somebody sent."""

    d: str
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.0
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    """Things moved by x and y, made larger by `scale`, and then turned about `pivot` by degrees, clockwise.

    `clip` is the width, height and radius of the window they are seen through, from their own origin. In a PNG the
    shapes of a picture lie beneath all of its words; a group with `over` covers the words before it, too.
    """

    items: tuple[Item, ...]
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    angle: float = 0.0
    pivot: tuple[float, float] = (0.0, 0.0)  # in the coordinates around the group
    opacity: float = 1.0
    clip: tuple[float, float, float] | None = None
    over: bool = False


Item: TypeAlias = Text | Rect | Circle | Path | Group


@dataclass(frozen=True, slots=True)
class Picture:
    """`title` says in a sentence what it shows, for those who do not see it. `ground` is the color behind it all."""

    width: int
    height: int
    items: tuple[Item, ...]
    title: str
    ground: str = "bg"


def line(x: float, y: float, text: str, size: float, **more: object) -> Text:
    """A line of one color."""
    return Text(x, y, (Span(text),), size, **more)  # type: ignore[arg-type]


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """Every item, those within groups as well, in the order in which they are drawn."""
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from walk(item.items)
