"""Amounts where a row and a column meet, the more the hotter; x in percent, y in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from markupsafe import Markup

from kinograph.charts.columns import Tick, draw_ticks
from kinograph.charts.marks import Mark, escape, group_attributes, short, wrap_in_link
from kinograph.charts.records import record

LEVELS = 5
PITCH = 27  # pixels from one row to the next
TALL = 24
GAP = 0.1
"""The share of a column left empty."""

WIDEST = 15
"""Percent of the chart that a column may take: the days of a week fill it."""


@record
class Cell:
    """`dim` cells stand back behind those that are picked."""

    value: int
    mark: Mark
    dim: bool = False


@record
class Head:
    """The words before a row or under a column; with a mark they are a link."""

    text: str
    mark: Mark | None = None


def level(value: int, most: int) -> int:
    """The step of the ramp, 1 to 5, in even parts of the most."""
    return -(-LEVELS * value // most)


def steps(most: int) -> list[tuple[int, int, int]]:
    """Each step of the ramp that there is, with the least and the largest value it stands for."""
    ends = [(step, (step - 1) * most // LEVELS + 1, step * most // LEVELS) for step in range(1, LEVELS + 1)]
    return [(step, first, last) for step, first, last in ends if first <= last]


def draw_heat(
    rows: Sequence[Head],
    columns: Sequence[Head],
    cells: Mapping[tuple[int, int], Cell],
    *,
    label: str,
    ghosts: Set[tuple[int, int]] = frozenset(),
) -> Markup:
    """Cells by (row, column), counted from 0; where there is none, nothing was watched, and one of `ghosts` is gray.

    The words of the rows stand left of the drawing, where the page keeps room for them.
    """
    most = max((cell.value for cell in cells.values()), default=0)
    slot = min(100 / len(columns), WIDEST)
    width = f'width="{short(slot * (1 - GAP))}%" height="{TALL}" rx="3"'
    empty, drawn = [], []
    for row in range(len(rows)):
        for column in range(len(columns)):
            place = f'x="{short((column + GAP / 2) * slot)}%" y="{row * PITCH}" {width}'
            cell = cells.get((row, column))
            if cell is None:
                empty.append(f'<rect class="{"ghost" if (row, column) in ghosts else "r0"}" {place}/>')
            else:
                rect = f'<rect class="r{level(cell.value, most)}" {place}/>'
                drawn.append(wrap_in_link(cell.mark, rect, css="dim" if cell.dim else ""))
    foot = len(rows) * PITCH + 14
    words = [_row(head, n) for n, head in enumerate(rows)]
    ticks = [Tick((n + 0.5) * slot, head.text, head.mark, width=slot) for n, head in enumerate(columns) if head.text]
    return Markup(  # noqa: S704 - texts are escaped, the rest are numbers
        f'<div class="heat"><svg class="columns" width="100%" height="{foot + 6}" {group_attributes(label)}>'
        f"{''.join(words)}{''.join(empty)}{''.join(drawn)}{draw_ticks(ticks, y=foot)}</svg></div>"
    )


def _row(head: Head, row: int) -> str:
    text = f'<text class="tick end" x="-8" y="{row * PITCH + TALL // 2 + 4}">{escape(head.text)}</text>'
    return wrap_in_link(head.mark, text) if head.mark else text
