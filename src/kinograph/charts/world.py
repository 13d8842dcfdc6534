"""The countries of the world, the more films the hotter."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from kinograph.charts.marks import Mark, group_attributes, wrap_in_link

LEVELS = 5


class World(NamedTuple):
    """Outlines of countries, in the units of an SVG of this size."""

    width: int
    height: int
    paths: dict[str, str]  # by ISO 3166-1 alpha-2


@lru_cache
def load_world() -> World:
    """Drawn by frontend/world.mjs; what is too small for it (Hong Kong, Singapore, Malta) is not among the paths."""
    return World(**json.loads(Path(__file__).with_name("world.json").read_text()))


def level(count: int, most: int) -> int:
    """The step of the ramp, 1 to 5, by the logarithm: a cinema of ten films shows beside one of thousands."""
    return 1 + round((LEVELS - 1) * math.log(count) / math.log(most)) if most > 1 else LEVELS


def steps(most: int) -> list[tuple[int, int, int]]:
    """Each step of the ramp that there is, with the least and the largest count it stands for."""
    found: dict[int, list[int]] = {}
    first = 1
    while first <= most:
        step = level(first, most)
        low, high = first, most  # the last count of this step lies between
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if level(middle, most) == step else (low, middle - 1)
        found[step] = [first, low]
        first = low + 1
    return [(step, *ends) for step, (*ends,) in found.items()]  # type: ignore[misc]


def draw_world(
    films: Mapping[str, int],
    *,
    mark: Callable[[str], Mark],
    picked: str | None,
    label: str,
    outlines: str | None = None,
) -> Markup:
    """Films by country; the picked one alone keeps its full color.

    `outlines` is the address of a file with every country under its code, and the whole as "world": a third of a page,
    which browsers then fetch but once. Without it the drawing stands by itself.
    """
    width, height, paths = load_world()
    most = max(films.values(), default=1)

    def shape(code: str, css: str) -> str:
        return (
            f'<use class="{css}" href="{outlines}#{code}"/>' if outlines else f'<path class="{css}" d="{paths[code]}"/>'
        )

    drawn = [
        wrap_in_link(
            mark(code),
            shape(code, f"r{level(films[code], most)}"),
            css="dim" if picked and code != picked else "",
        )
        for code in paths
        if films.get(code)
    ]
    return Markup(  # noqa: S704 - paths are ours, links escaped
        f'<svg class="world" viewBox="0 0 {width} {height}" {group_attributes(label)}>'
        f"{_ground(paths, outlines)}{''.join(drawn)}</svg>"
    )


def _ground(paths: Mapping[str, str], outlines: str | None) -> str:
    """All land, under the countries that have films."""
    if outlines:
        return f'<use class="r0" href="{outlines}#world"/>'
    return f'<path class="r0" d="{"".join(paths.values())}"/>'
