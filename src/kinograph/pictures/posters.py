"""The drawn posters of pages, on pictures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

from kinograph.charts import posters
from kinograph.pictures.canvas import Circle, Group, Item, Path, Rect, Span, Text
from kinograph.pictures.colors import TONES
from kinograph.pictures.legible import spell
from kinograph.pictures.letters import fit_size

LEGIBLE = 9.0
"""Pixels; smaller letters are left out, as pages leave them out."""

RADIUS = 5.0
STROKES = {"l2": 4.0, "l3": 2.0}  # as posters.css has them


def place_poster(title: str, year: int | None, *, x: float, y: float, width: float) -> Group:
    """The poster of a film, half as tall again as it is wide, its upper left corner at x and y."""
    scale = width / posters.WIDTH
    items = tuple(
        item
        for item in _read(title, year)
        if not isinstance(item, Text) or (item.size * scale >= LEGIBLE and (item.tracking < 0.05 or width >= 155))
    )
    return Group(items, x=x, y=y, scale=scale, clip=(posters.WIDTH, posters.HEIGHT, RADIUS / scale))


def _read(title: str, year: int | None) -> tuple[Item, ...]:
    """Our own drawing, whose title is escaped in it."""
    tone = posters.choose_tone(title, year)
    svg = fromstring(posters.draw_poster(title, year, tone=tone))  # noqa: S314 - made by us a line above
    return tuple(_items(svg, TONES[tone]))


def _items(parent: Element, inks: tuple[str, ...], ink: str = "") -> Iterator[Item]:
    for element in parent:
        css = element.get("class", ink)
        if element.tag == "g" and css == "pt":
            yield from _words(element, inks)
        elif element.tag == "g":
            moved = element.get("transform", "translate(0 0)").removeprefix("translate(").removesuffix(")").split()
            yield Group(tuple(_items(element, inks, css)), x=float(moved[0]), y=float(moved[1]))
        else:
            yield _shape(element, inks, css)


def _shape(element: Element, inks: tuple[str, ...], css: str) -> Item:
    color = inks[int(css[1])]
    stroke = STROKES.get(css, 0.0)
    fill, line = (None, color) if stroke else (color, None)
    if element.tag == "path":
        return Path(element.attrib["d"], fill, line, stroke)
    if element.tag == "circle":
        cx, cy, r = (float(element.attrib[name]) for name in ("cx", "cy", "r"))
        return Circle(cx, cy, r, fill, line, stroke)
    x, y, width, height = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Rect(x, y, width, height, fill)


def _words(group: Element, inks: tuple[str, ...]) -> Iterator[Text]:
    anchor = "end" if group.get("direction") == "rtl" else "start"
    for text in group:
        if text.get("class") == "poster-year":
            place = float(text.attrib["x"]), float(text.attrib["y"])
            spans = (Span(text.text or ""),)
            yield Text(*place, spans, 7, inks[1], "display", 600, anchor, 0.08, opacity=0.75)  # type: ignore[arg-type]
            continue
        size = float(text.attrib["font-size"])
        for line in text:
            words = spell(line.text or "").upper()
            fitting = fit_size(words, size, posters.WIDTH - 2 * posters.MARGIN, tracking=0.01)
            place = float(line.attrib["x"]), float(line.attrib["y"])
            yield Text(*place, (Span(words),), fitting, inks[1], "display", 800, anchor, 0.01)  # type: ignore[arg-type]
