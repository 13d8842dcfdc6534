"""Shapes that several slides share: stars, posters, columns and bars."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import NamedTuple

from kinograph.charts.posters import Poster
from kinograph.pictures import letters
from kinograph.pictures.canvas import Group, Item, Path, Rect, line
from kinograph.pictures.posters import place_poster
from kinograph.stories.stage import Items

TALL = 1.5  # a poster's height, of its width


def stars(rating: float, x: float, y: float, size: float, color: str) -> Items:
    """Whole and half stars from the left, each so wide, their middle at y."""
    whole, half = int(rating), rating % 1 >= 0.5
    drawn: list[Item] = [Path(_star(x + (n + 0.5) * size * 1.12, y, size / 2), color) for n in range(whole)]
    if half:
        center = x + (whole + 0.5) * size * 1.12
        drawn.append(Path(_star(center, y, size / 2, half=True), color))
    return tuple(drawn)


def _star(x: float, y: float, radius: float, *, half: bool = False) -> str:
    points = [
        (x + r * sin(pi * n / 5), y - r * cos(pi * n / 5))
        for n in range(10)
        for r in [radius if n % 2 == 0 else radius * 0.42]
    ]
    if half:
        points = [points[0], *points[5:]]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "z"


def heart(x: float, y: float, size: float) -> Group:
    """From its upper left corner."""
    d = "M8 15C3 11 0 8 0 4.5A4.4 4.4 0 0 1 8 2a4.4 4.4 0 0 1 8 2.5C16 8 13 11 8 15z"
    return Group((Path(d, "heart"),), x, y, size / 16)


def poster(film: Poster, x: float, y: float, width: float) -> Group:
    """From its upper left corner."""
    return place_poster(film.title, film.year, x=x, y=y, width=width)


def poster_grid(films: Sequence[Poster], columns: int, width: float, gap: float = 12) -> Items:
    """Row by row, so many in the width."""
    each = (width - gap * (columns - 1)) / columns
    return tuple(
        poster(film, n % columns * (each + gap), n // columns * (each * TALL + gap), each)
        for n, film in enumerate(films)
    )


def fill_with_posters(films: Sequence[Poster], width: float, height: float, gap: float = 14) -> Items:
    """As large as they fit in that many pixels, in their middle."""
    if not films:
        return ()
    best = max(range(1, len(films) + 1), key=lambda columns: _poster_width(len(films), columns, width, height, gap))
    each = _poster_width(len(films), best, width, height, gap)
    rows = -(-len(films) // best)
    wide, tall = best * (each + gap) - gap, rows * (each * TALL + gap) - gap
    return (Group(poster_grid(films, best, wide, gap), (width - wide) / 2, (height - tall) / 2),)


def _poster_width(n: int, columns: int, width: float, height: float, gap: float) -> float:
    rows = -(-n // columns)
    return min((width + gap) / columns - gap, ((height + gap) / rows - gap) / TALL)


class Column(NamedTuple):
    """A value with what stands below it; `text` is written above."""

    value: float
    tick: str = ""
    text: str = ""
    lit: bool = False


def columns(values: Sequence[Column], width: float, height: float, *, size: float = 28) -> Items:
    """Upright, on one line; those that are lit in amber, the others paler."""
    most = max((each.value for each in values), default=0) or 1
    slot, head, foot = width / len(values), size + 14, size + 22
    room = height - head - foot
    drawn: list[Item] = []
    for n, each in enumerate(values):
        tall = max(4.0, room * each.value / most) if each.value else 0.0
        x, top, middle = n * slot, head + room - tall, (n + 0.5) * slot
        if tall:
            radius = min(6, slot / 6, tall / 2)
            drawn.append(Rect(x + slot * 0.08, top, slot * 0.84, tall, "you" if each.lit else "ramp-2", radius))
        if each.text:
            drawn.append(line(middle, top - 12, each.text, size, anchor="middle", color="ink", weight=600))
        if each.tick:
            half = letters.measure(each.tick, size) / 2
            place = min(max(middle, half), max(width - half, half))
            drawn.append(line(place, height - 8, each.tick, size, anchor="middle", color="ink-3"))
    return (Rect(0, head + room, width, 2, "line"), *drawn)


class Bar(NamedTuple):
    """A named value and how it is written."""

    name: str
    value: float
    text: str
    color: str = "ramp-3"


def bars(values: Sequence[Bar], width: float, height: float, *, size: float = 44) -> Items:
    """Lying, each with its name above it and its value at its end."""
    most = max((each.value for each in values), default=0) or 1
    pitch = min(height / len(values), 3.6 * size)
    size = min(size, pitch * 0.36)
    thick = pitch - size * 1.5 - pitch * 0.12
    drawn: list[Item] = []
    for n, each in enumerate(values):
        y = n * pitch
        tall = max(6.0, width * each.value / most)
        name = letters.cut(each.name, size, width * 0.7, weight=600)
        drawn.append(line(0, y + size * 0.9, name, size, weight=600, color="ink"))
        drawn.append(line(width, y + size * 0.9, each.text, size, anchor="end", weight=600, color="ink-2"))
        drawn.append(Rect(0, y + size * 1.3, tall, thick, each.color, min(8, thick / 3)))
    return tuple(drawn)
