"""A picture as canvas.typ reads it: layers of shapes, each with the words that stand upon it.

The words are set by typst, which finds the font of each letter and the direction of each run; its SVG reader drops
letters where a line needs several fonts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from math import atan2, degrees, hypot
from typing import Any

import orjson

from kinograph.pictures.canvas import Group, Item, Picture, Text
from kinograph.pictures.colors import Light, resolve
from kinograph.pictures.letters import is_right_to_left, load_fonts
from kinograph.pictures.shapes import Place, draw_clip, draw_shape


def write_picture(picture: Picture, light: Light) -> str:
    """JSON with every color resolved, for picture.typ."""
    ground = {"ground": resolve(picture.ground, light), "fonts": list_families()}
    return orjson.dumps(describe_picture(picture, light) | ground).decode()


def list_families() -> dict[str, list[str]]:
    """The families of each face, in the order in which they are asked for a letter."""
    return {face: [font.family for font in fonts] for face, fonts in load_fonts().items()}


def describe_picture(picture: Picture, light: Light) -> dict[str, Any]:
    """What canvas.typ draws."""
    layers = _Layers(light)
    for item in picture.items:
        layers.add(item, Place())
    size = f'width="{picture.width}" height="{picture.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" {size}>'
    return {
        "width": picture.width,
        "height": picture.height,
        "title": picture.title,
        "layers": [
            {"shapes": f"{head}{''.join(shapes)}</svg>" if shapes else "", "lines": lines}
            for shapes, lines in layers.layers
        ],
    }


class _Layers:
    def __init__(self, light: Light) -> None:
        self.layers: list[tuple[list[str], list[dict[str, Any]]]] = [([], [])]
        self._light = light
        self._ids = (f"c{n}" for n in count())

    def add(self, item: Item, place: Place) -> None:
        if isinstance(item, Group) and item.over and self.layers[-1][1]:
            self.layers.append(([], []))
        self.layers[-1][0].append("".join(self._shapes(item, place)))

    def _shapes(self, item: Item, place: Place) -> Iterator[str]:
        """Its shapes as SVG; its words are put aside."""
        if isinstance(item, Text):
            self.layers[-1][1].append(self._line(item, place))
        elif isinstance(item, Group):
            inner = place.within(item)
            drawn = "".join(part for each in item.items for part in self._shapes(each, inner))
            if not drawn:
                return
            own = Place().within(item)
            clip, window = "", ""
            if item.clip:
                name = next(self._ids)
                clip, window = draw_clip(item, name), f' clip-path="url(#{name})"'
            opacity = f' opacity="{item.opacity:g}"' if item.opacity != 1 else ""
            yield f'<g transform="{own.matrix}"{opacity}>{clip}<g{window}>{drawn}</g></g>'
        else:
            yield draw_shape(item, lambda color: resolve(color, self._light))

    def _line(self, line: Text, place: Place) -> dict[str, Any]:
        x, y = place.put(line.x, line.y)
        seen = f"{round(255 * line.opacity * place.opacity):02x}"
        return {
            "x": x,
            "y": y,
            "angle": degrees(atan2(place.b, place.a)),
            "size": line.size * hypot(place.a, place.b),
            "face": line.face,
            "tracking": line.tracking,
            "anchor": line.anchor,
            "rtl": is_right_to_left(line.plain),
            "spans": [
                {
                    "text": span.text,
                    "weight": span.weight or line.weight,
                    "color": resolve(span.color or line.color, self._light) + ("" if seen == "ff" else seen),
                }
                for span in line.spans
            ],
        }
