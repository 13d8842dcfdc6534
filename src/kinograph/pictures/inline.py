"""A picture as part of a page: an <svg> in the fonts and colors of the page, its words as text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from markupsafe import Markup, escape

from kinograph.charts.marks import short
from kinograph.pictures.canvas import Group, Item, Picture, Span, Text
from kinograph.pictures.colors import variable
from kinograph.pictures.letters import is_right_to_left
from kinograph.pictures.shapes import Place, draw_clip, draw_shape


def draw_inline(picture: Picture, name: str) -> Markup:
    """It takes the width it is given. The name keeps its ids apart from those of other pictures of the page."""
    ids = (f"{name}-{n}" for n in count())
    items = "".join(_draw(item, ids) for item in picture.items)
    return Markup(  # noqa: S704 - every text is escaped where it is drawn
        f'<svg class="picture" viewBox="0 0 {picture.width} {picture.height}" role="img" '
        f'aria-label="{escape(picture.title)}">'
        f'<rect width="{picture.width}" height="{picture.height}" fill="{variable(picture.ground)}"/>{items}</svg>'
    )


def _draw(item: Item, ids: Iterator[str]) -> str:
    if isinstance(item, Text):
        return _text(item)
    if not isinstance(item, Group):
        return draw_shape(item, variable)
    items = "".join(_draw(each, ids) for each in item.items)
    place = Place().within(item)
    opacity = f' opacity="{short(item.opacity)}"' if item.opacity != 1 else ""
    if not item.clip:
        return f'<g transform="{place.matrix}"{opacity}>{items}</g>'
    name = next(ids)
    clip = draw_clip(item, name)
    return f'<g transform="{place.matrix}"{opacity}>{clip}<g clip-path="url(#{name})">{items}</g></g>'


def _text(line: Text) -> str:
    anchor: str = line.anchor
    direction = ""
    if is_right_to_left(line.plain):
        # Its start is then its right end.
        direction = ' direction="rtl"'
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    look = f'font-size="{short(line.size)}" font-weight="{line.weight}" font-family="var(--font-{line.face})"'
    if anchor != "start":
        look += f' text-anchor="{anchor}"'
    if line.tracking:
        look += f' letter-spacing="{line.tracking:g}em"'
    if line.opacity != 1:
        look += f' opacity="{short(line.opacity)}"'
    spans = "".join(_span(span) for span in line.spans)
    place = f'x="{short(line.x)}" y="{short(line.y)}" fill="{variable(line.color)}"'
    return f'<text {place} {look}{direction} xml:space="preserve">{spans}</text>'


def _span(span: Span) -> str:
    color = f' fill="{variable(span.color)}"' if span.color else ""
    weight = f' font-weight="{span.weight}"' if span.weight else ""
    text = escape(span.text)
    return f"<tspan{color}{weight}>{text}</tspan>" if color or weight else str(text)
