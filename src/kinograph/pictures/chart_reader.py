"""The charts of pages on a canvas: the very SVG that a card draws, laid out for the room it gets.

Charts have x in percent and y in pixels, so the height of the room sets the scale, and its width what a percent is.
Classes are read as charts.css paints them. Words get the size of the picture, and those that would touch are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from kinograph.charts import calendar
from kinograph.charts.world import load_world
from kinograph.pictures.canvas import Anchor, Circle, Group, Item, Path, Rect, Span, Text
from kinograph.pictures.letters import measure, measure_line
from kinograph.pictures.markup import Node

DIM = 0.34
WORDS = 18
"""Pixels of a chart's own foot that words may be high."""

FILLS = {"bar": "you", "you": "you", "them": "them", "ghost": "ghost", "film": "film", "hole": "bg", "middle": "ink-2"}
FILLS |= {"was": "ink-2"} | {f"r{n}": f"ramp-{n}" for n in range(6)}
FILLS |= {"unlit": "ghost", "unknown": "line"} | {f"lit-{n}": f"ramp-{n}" for n in range(1, 6)}  # of a reel
LINES = {
    "ruler": ("line", 1.0, (1.0, 3.0)),
    "seam": ("line", 1.0, (2.0, 4.0)),
    "agreement": ("ink-3", 1.0, (2.0, 4.0)),
    "you": ("you", 2.0, ()),
    "them": ("them", 2.0, ()),
}
HOLE = (5, 9, 6, 18)  # of the pattern in charts/strip.py: x, width, height, pitch


@dataclass(frozen=True, slots=True)
class _Room:
    """Units of a chart: how wide 100 percent are, and how high letters."""

    width: float
    height: float
    letters: float
    dim: bool = False
    tick: str = "ink-3"
    plain: Anchor = "middle"  # of words without a class
    lower: float = 0.0  # how far the words under columns move down
    narrow: bool = False  # whether words are left out that a narrow window has no room for


def lay_chart(
    svg: Node, *, x: float, y: float, width: float, height: float, letters: float = 26, tick: str = "ink-3"
) -> Group:
    """The chart in a room of so many pixels, its words `letters` high; `tick` is the color of what stands under it."""
    if "calendar" in svg.classes:
        return _lay_calendar(svg, x, y, width, height, letters)
    if box := svg.attributes.get("viewbox"):
        _, _, wide, high = map(float, box.split())
        scale = min(width / wide, height / high)
        room = _Room(wide, high, letters / scale, tick=tick, plain="start")
        left, top = (width - wide * scale) / 2, (height - high * scale) / 2
    else:
        high = float(svg.attributes["height"])
        # Words keep their size where a chart is low: they get the room that its own foot lacks.
        lower = max(0.0, letters - WORDS * height / high) if tick == "ink-3" else 0.0
        scale = (height - 1.4 * lower) / high
        left, top = _margin(svg, letters), 0.4 * lower
        if any(node.attributes.get("y", "").startswith("-") for node in svg.find_all("<text>")):
            top = letters * 1.3  # the name of the upright axis stands above
            scale = (height - top - lower) / high
        room = _Room((width - left) / scale, high, letters / scale, tick=tick, lower=lower / scale)
    read = list(_read(svg, room))
    items = list(_keep_apart(read, room))
    if len(items) < len(read):  # words touch: those go that go on a phone, and then what still does
        items = list(_keep_apart(list(_read(svg, replace(room, narrow=True))), room))
    return Group(tuple(items), x=x + left, y=y + top, scale=scale)


def _lay_calendar(svg: Node, x: float, y: float, width: float, height: float, letters: float) -> Group:
    """A year in one, two or three bands of weeks, whichever makes the nights largest."""
    best, bands = max((_night_size(bands, width, height), bands) for bands in (1, 2, 3))
    scale, weeks = best / calendar.PITCH, -(-54 // bands)
    tall = calendar.TOP + 7 * calendar.PITCH + 6
    room = _Room(width / scale, height / scale, min(letters / scale, 9.5), plain="start")
    read = list(_read(svg, room))
    items: list[Item] = []
    for item in read:
        if isinstance(item, Text) and item.x < calendar.LEFT:
            items += [replace(item, y=item.y + band * tall) for band in range(bands)]
        elif isinstance(item, Rect | Text):
            band = int((item.x - calendar.LEFT) // (weeks * calendar.PITCH))
            items.append(replace(item, x=item.x - band * weeks * calendar.PITCH, y=item.y + band * tall))
    return Group(tuple(items), x=x, y=y, scale=scale)


def _night_size(bands: int, width: float, height: float) -> float:
    """Pixels from one night to the next."""
    across = -(-54 // bands) + calendar.LEFT / calendar.PITCH
    down = bands * (7 + (calendar.TOP + 6) / calendar.PITCH)
    return min(width / across, height / down)


def _margin(svg: Node, letters: float) -> float:
    """Pixels left of a chart for the words of its rows."""
    rows = [node.text for node in svg.find_all("<text>") if node.attributes.get("x", "").startswith("-")]
    return max((measure(text, letters, weight=600) + 14 for text in rows), default=0.0)


def _read(parent: Node, room: _Room) -> Iterator[Item]:
    for node in parent.children:
        if isinstance(node, str) or node.tag == "pattern":
            continue
        if node.tag in ("a", "g"):
            yield from _read(node, replace(room, dim=room.dim or "dim" in node.classes))
        elif node.tag == "svg":
            inner = tuple(_read(node, room))
            yield Group(inner, x=_length(node, "x", room.width), y=_length(node, "y", room.height))
        elif node.tag == "text":
            if not (room.narrow and "wide" in node.classes):
                yield _word(node, room)
        elif "fill" in node.attributes:
            yield from _pattern(node, room)
        elif shape := _shape(node, room):
            yield shape


def _length(node: Node, name: str, whole: float) -> float:
    text = node.attributes.get(name, "0")
    return float(text[:-1]) * whole / 100 if text.endswith("%") else float(text)


def _shape(node: Node, room: _Room) -> Item | None:
    """None for what is there only to be hit."""
    css = node.classes
    opacity = DIM if room.dim else 1.0
    if node.tag == "line":
        return _line(node, room, css)
    if "gate" in css:
        rect = _rect(node, room, "you", 1.0)
        return Group((replace(rect, opacity=0.1), replace(rect, fill=None, stroke="you", stroke_width=2)))
    if "wanted" in css:
        return Path(node.attributes["d"], None, "you", 1.0, opacity=opacity)
    fill = next((FILLS[name] for name in css if name in FILLS), None)
    if fill is None:
        return None
    if node.tag == "rect":
        return _rect(node, room, fill, opacity)
    if node.tag == "circle":
        place = _length(node, "cx", room.width), _length(node, "cy", room.height)
        return Circle(*place, _length(node, "r", room.width), fill, opacity=opacity)
    if node.tag == "use":
        paths = load_world().paths
        code = node.attributes["href"].partition("#")[2]
        outline = "".join(paths.values()) if code == "world" else paths[code]
        return Path(outline, fill, "bg", 0.5, opacity=opacity)
    return Path(node.attributes["d"], fill, opacity=opacity)


def _rect(node: Node, room: _Room, fill: str, opacity: float) -> Rect:
    return Rect(
        *(_length(node, "x", room.width), _length(node, "y", room.height)),
        *(_length(node, "width", room.width), _length(node, "height", room.height)),
        fill,
        radius=_length(node, "rx", room.width),
        opacity=opacity,
    )


def _line(node: Node, room: _Room, css: list[str]) -> Item:
    color, thick, dashes = next((LINES[name] for name in css if name in LINES), LINES["ruler"])
    x1, x2 = (_length(node, name, room.width) for name in ("x1", "x2"))
    y1, y2 = (_length(node, name, room.height) for name in ("y1", "y2"))
    opacity = 0.5 if color in ("you", "them") else 1.0
    return Path(f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}", None, color, thick, dashes, opacity)


def _pattern(node: Node, room: _Room) -> Iterator[Item]:
    """What is filled with holes of a film, or with nights."""
    if node.attributes["fill"] == "url(#perforation)":
        x, width, height, pitch = HOLE
        top = _length(node, "y", room.height)
        for n in range(int(room.width // pitch) + 1):
            if n * pitch + x + width <= room.width:
                yield Rect(n * pitch + x, top, width, height, "bg", radius=1.5)
        return
    # The outline of a year, see charts/calendar.py: every night within it.
    x1, y1, bottom, x2, y2, right, top, _, _ = map(int, re.findall(r"\d+", node.attributes["d"]))
    for left in range(min(x1, right), x2 + 1, calendar.PITCH):
        for upper in range(top, bottom, calendar.PITCH):
            if not (left == x1 and upper < y1) and not (left == x2 and upper >= y2):
                yield Rect(left, upper, calendar.CELL, calendar.CELL, "ramp-0", radius=3)


def _word(node: Node, room: _Room) -> Text:
    css = node.classes
    place = _length(node, "x", room.width), _length(node, "y", room.height)
    spans = (Span(node.text),)
    anchor: Anchor = "end" if "end" in css else "start" if {"start", "corner", "ruler"} & {*css} else "middle"
    if "corner" in css:
        color = "you-ink" if "you" in css else "them"
        return Text(*place, spans, room.letters, color, "display", 600, anchor, 0.05)
    if not css and room.plain == "start":
        return Text(*place, spans, room.letters, "ink-3")
    if "tick" in css and anchor == "middle":
        place = place[0], place[1] + room.lower
    color = room.tick if "tick" in css else "ink-3" if "ruler" in css else "ink-2"
    return Text(*place, spans, room.letters, color, weight=500 if css else 600, anchor=anchor)


def _keep_apart(items: list[Item], room: _Room) -> Iterator[Item]:
    """The words in one row that do not touch; if the values above columns would, they are smaller, or none."""
    values = [item for item in items if isinstance(item, Text) and item.weight == 600 and item.anchor == "middle"]
    size = _fitting(values, room)
    ticks = [item for item in items if isinstance(item, Text) and item.weight == 500 and item.anchor == "middle"]
    tick_size = _fitting(ticks, room) or room.letters
    ends: dict[tuple[float, str], float] = {}
    for item in items:
        if not isinstance(item, Text) or item.anchor == "end" or item.face == "display":
            yield item
        elif item.anchor == "middle" and item.weight == 600:
            if size:
                yield replace(item, size=size)
        else:
            item = replace(item, size=tick_size if item in ticks else item.size)
            wide = measure_line(item)
            item = _inside(item, wide, room)
            start = item.x - (wide / 2 if item.anchor == "middle" else 0)
            row = (round(item.y), item.anchor)
            if start >= ends.get(row, -room.width):
                ends[row] = start + wide + room.letters * 0.2
                yield item


def _inside(item: Text, wide: float, room: _Room) -> Text:
    """No word reaches over the edge of its chart."""
    if item.anchor != "middle":
        return item
    return replace(item, x=min(max(item.x, wide / 2), room.width - wide / 2))


def _fitting(values: list[Text], room: _Room) -> float:
    """The size at which neighbors do not touch; 0: less than two thirds of what letters are to be."""
    size = room.letters
    ordered = sorted(values, key=lambda value: value.x)
    for left, right in pairwise(ordered):
        apart = right.x - left.x
        wide = (measure_line(left) + measure_line(right)) / 2 / room.letters
        if wide:
            size = min(size, 0.94 * apart / wide)
    return size if size >= room.letters * 0.66 else 0.0
