"""Amounts where two scores meet, as dots: x in percent, y in pixels; the area of a dot is its amount.

Yours are round and theirs are diamonds, so that color is not alone in telling them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt

from markupsafe import Markup

from kinograph.charts.columns import Tick, draw_ticks
from kinograph.charts.marks import Mark, escape, group_attributes, short, wrap_in_link
from kinograph.charts.records import record

PITCH = 28  # pixels from one row to the next
LARGEST = 11  # radius in pixels
SMALLEST = 2


@record
class Dot:
    """In the middle of a row, counted from 0 at the bottom; `x` in percent. `css` is whose it is: you or them."""

    x: float
    row: int
    value: int
    css: str
    mark: Mark
    dim: bool = False


def radius(value: int, most: int) -> float:
    """In pixels: the area of a dot is its amount."""
    return max(SMALLEST, LARGEST * sqrt(value / most))


@record
class Corner:
    """Words above the upper right (`you`) and in the lower right (`them`) corner: where there are no dots."""

    you: str
    them: str


def draw_dots(
    shown: Sequence[Dot],
    *,
    rows: Sequence[str],
    ticks: Sequence[Tick],
    agreement: tuple[float, float, float, float],
    corner: Corner,
    across: str,
    up: str,
    label: str,
) -> Markup:
    """`across` and `up` name the axes, and `rows` are named from the bottom.

    `agreement` is a line, (x, row) to (x, row), where both scores say the same.
    """
    most = max((dot.value for dot in shown), default=1)
    height = len(rows) * PITCH

    def y(row: float) -> float:
        return height - (row + 0.5) * PITCH

    x1, row1, x2, row2 = agreement
    line = f'<line class="agreement" x1="{short(x1)}%" y1="{short(y(row1))}" x2="{short(x2)}%" y2="{short(y(row2))}"/>'
    words = "".join(
        f'<text class="tick end" x="-8" y="{short(y(n) + 4)}">{escape(name)}</text>'
        for n, name in enumerate(rows)
        if name
    )
    words += f'<text class="tick end" x="100%" y="{height + 40}">{escape(across)}</text>'
    words += f'<text class="tick start" x="0" y="-8">{escape(up)}</text>'
    words += f'<text class="corner you end" x="100%" y="-8">{escape(corner.you)}</text>'
    words += f'<text class="corner them end" x="100%" y="{height - 6}">{escape(corner.them)}</text>'
    drawn = []
    for dot in shown:
        draw = _diamond if dot.css == "them" else _circle
        drawn.append(
            wrap_in_link(dot.mark, draw(dot, y(dot.row), radius(dot.value, most)), css="dim" if dot.dim else "")
        )
    return Markup(  # noqa: S704 - texts are escaped, the rest are numbers
        f'<div class="heat"><svg class="columns dots" width="100%" height="{height + 46}" {group_attributes(label)}>'
        f"{line}{words}{''.join(drawn)}{draw_ticks(ticks, y=height + 18)}</svg></div>"
    )


def _circle(dot: Dot, y: float, radius: float) -> str:
    return f'<circle class="{dot.css}" cx="{short(dot.x)}%" cy="{short(y)}" r="{short(radius)}"/>'


def _diamond(dot: Dot, y: float, radius: float) -> str:
    """Of the same area."""
    r = short(radius * sqrt(pi / 2))
    path = f'<path class="{dot.css}" d="M-{r} 0 0-{r} {r} 0 0 {r}z"/>'
    return f'<svg x="{short(dot.x)}%" y="{short(y)}" overflow="visible">{path}</svg>'
