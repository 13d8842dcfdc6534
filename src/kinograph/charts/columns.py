"""Upright columns in slots of any width: x in percent, y in pixels, so that they stretch with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from kinograph.charts.marks import Mark, escape, group_attributes, scale_height, short, wrap_in_link
from kinograph.charts.records import record
from kinograph.i18n import number, percent

GAP = 0.2
"""The share of a slot left empty."""

WORDS = 22
"""Pixels above a column that its text takes."""

CROWD = 36
"""More columns than these are too narrow for fingers in the width of a phone."""

WIDEST = 20
"""Percent of the chart that a slot may take, lest a single column become a wall."""


@record
class Column:
    """A value, and behind it the ghost of the whole; `x` and `width` are its slot in percent of the chart."""

    x: float
    width: float
    value: float
    whole: float
    mark: Mark
    text: str = ""  # written above
    dim: bool = False


@record
class Tick:
    """Words under the columns, centered on `x` percent unless `start` or `end`; with a mark they are a link."""

    x: float
    text: str
    mark: Mark | None = None
    css: str = "tick"
    width: float = 0.0  # of what can be hit around a link, in percent


@record
class Item:
    """What stands in one of several even slots: a value with its ghost and, below it, the word of its tick."""

    value: float
    mark: Mark
    whole: float | None = None  # None: no ghost
    text: str = ""
    tick: str = ""
    dim: bool = False


def draw_column_chart(
    items: Sequence[Item],
    ticks: Sequence[Tick] | None = None,
    *,
    label: str,
    height: int,
    top: int = 24,
    foot: int = 24,
    most_ticks: int = 12,
    ruled: bool = False,
    one_scale: bool = False,
) -> Markup:
    """Items side by side, see `draw_placed_columns`.

    With more than `most_ticks` only every second, third … has its tick written. `ticks` stand in place of the items'.
    """
    shown = [
        Column(x, width, item.value, item.value if item.whole is None else item.whole, item.mark, item.text, item.dim)
        for item, (x, width) in zip(items, divide_width(len(items)), strict=True)
    ]
    every = -(-len(items) // most_ticks) or 1
    if ticks is None:
        ticks = [
            Tick(column.x + column.width / 2, item.tick)
            for item, column in zip(items[::every], shown[::every], strict=True)
        ]
    return draw_placed_columns(
        shown, ticks, label=label, height=height, top=top, foot=foot, ruled=ruled, one_scale=one_scale
    )


def draw_placed_columns(
    shown: Sequence[Column],
    ticks: Sequence[Tick],
    *,
    label: str,
    height: int,
    top: int = 0,
    foot: int = 24,
    ruled: bool = False,
    one_scale: bool = False,
) -> Markup:
    """Columns of `height` pixels, with `top` and `foot` kept free above and below them for words.

    `ruled` draws lines at round values, for columns without a text of their own: in percent where there are ghosts.
    `one_scale` draws the ghosts to the scale of the columns, which are otherwise shares of their own totals.
    """
    most, _ = _scales(shown, one_scale=one_scale)
    shares = not one_scale and has_ghosts(shown)
    top_value = 100 * most / (sum(column.value for column in shown) or 1) if shares else most
    rulers = {value: top + height - round(value / top_value * height) for value in round_values(top_value) if ruled}
    lines = "".join(f'<line class="ruler" x2="100%" y1="{y}" y2="{y}"/>' for y in rulers.values())
    words = "".join(
        f'<text class="ruler" y="{y - 5}">{escape(percent(value / 100) if shares else number(value))}</text>'
        for value, y in rulers.items()
    )
    bars = draw_columns(shown, height=height, top=top, one_scale=one_scale)
    body = lines + bars + draw_ticks(ticks, y=top + height + foot - 6) + words
    css = f"columns{_crowd(len(shown))}"
    attributes = f'class="{css}" width="100%" height="{top + height + foot}" {group_attributes(label)}'
    return Markup(f"<svg {attributes}>{body}</svg>")  # noqa: S704 - every text was escaped where it was drawn


def _crowd(count: int) -> str:
    """So many columns want a wider chart where fingers pick them."""
    return next((f" crowd-{step}" for step, more_than in ((3, 150), (2, 72), (1, CROWD)) if count > more_than), "")


def draw_columns(shown: Sequence[Column], *, height: int, top: int, one_scale: bool = False) -> str:
    """The columns alone, before their ghosts; what stands before what is on one scale."""
    most, most_whole = _scales(shown, one_scale=one_scale)
    ghosts = has_ghosts(shown)
    floor = top + height
    drawn = []
    for column in shown:
        x, width = short(column.x + column.width * GAP / 2), short(column.width * (1 - GAP))
        drawing, ghost = "", 0
        if ghosts and column.whole:
            ghost = scale_height(column.whole, most=most_whole, height=height)
            drawing = f'<rect class="ghost" x="{x}%" width="{width}%" y="{floor - ghost}" height="{ghost}" rx="2"/>'
        if column.value:
            tall = scale_height(column.value, most=most, height=height)
            # The first rectangle is as tall as the chart: a column of one film can be hit, too.
            drawing = (
                f'<rect x="{short(column.x)}%" width="{short(column.width)}%" height="{floor}"/>{drawing}'
                f'<rect class="bar" x="{x}%" width="{width}%" y="{floor - tall}" height="{tall}" rx="2"/>'
            )
            if one_scale and 0 < ghost < tall:  # covered, but for its edge
                drawing += f'<rect class="was" x="{x}%" width="{width}%" y="{floor - ghost}" height="2"/>'
            if column.text:
                middle = short(column.x + column.width / 2)
                # Above the ghost where its edge would run through the words.
                foot = ghost if tall < ghost < tall + WORDS else tall
                drawing += f'<text x="{middle}%" y="{floor - foot - 8}">{escape(column.text)}</text>'
            drawing = wrap_in_link(column.mark, drawing, css="dim" if column.dim else "")
        drawn.append(drawing)
    return "".join(drawn)


def has_ghosts(shown: Sequence[Column]) -> bool:
    """Whether a column stands before a larger whole."""
    return any(column.whole != column.value for column in shown)


def _scales(shown: Sequence[Column], *, one_scale: bool) -> tuple[float, float]:
    """The values and wholes at the top of the chart: the same, or without `one_scale` the same share of their totals.

    A few picked films would be flat before all of them; as shares both can be compared, and none towers over the other.
    """
    most = max((column.value for column in shown), default=0)
    most_whole = max((column.whole for column in shown), default=0)
    if one_scale or not has_ghosts(shown):
        return (max(most, most_whole),) * 2
    total, whole = sum(column.value for column in shown), sum(column.whole for column in shown)
    share = max(most / total if total else 0, most_whole / whole if whole else 0)
    return share * total, share * whole


def draw_swings(shown: Sequence[Column], *, middle: float, height: int, top: int) -> str:
    """Columns that stand on the middle or hang from it, as far as they are above or below `middle`, all to one scale.

    A value or whole of 0 is none.
    """
    apart = [abs(value - middle) for column in shown for value in (column.value, column.whole) if value]
    reach = max(apart, default=0) or 1
    ghosts = any(column.whole != column.value for column in shown)
    center = top + height // 2

    def rect(css: str, column: Column, value: float) -> str:
        tall = scale_height(abs(value - middle), most=reach, height=height // 2) or 1
        y = center - tall if value >= middle else center
        x, width = short(column.x + column.width * GAP / 2), short(column.width * (1 - GAP))
        return f'<rect class="{css}" x="{x}%" width="{width}%" y="{y}" height="{tall}" rx="2"/>'

    drawn = [f'<line class="ruler" x2="100%" y1="{center}" y2="{center}"/>']
    for column in shown:
        drawing = rect("ghost", column, column.whole) if ghosts and column.whole else ""
        if column.value:
            hit = f'<rect x="{short(column.x)}%" width="{short(column.width)}%" height="{2 * top + height}"/>'
            bar = hit + drawing + rect("bar", column, column.value)
            drawing = wrap_in_link(column.mark, bar, css="dim" if column.dim else "")
        drawn.append(drawing)
    return "".join(drawn)


def draw_ticks(ticks: Sequence[Tick], *, y: int) -> str:
    """The words under columns, their baseline `y` pixels from the top; those with a mark are links."""
    drawn = []
    for tick in ticks:
        text = f'<text class="{tick.css}" x="{short(tick.x)}%" y="{y}">{escape(tick.text)}</text>'
        hit = ""
        if tick.mark and tick.width:
            left = short(tick.x - tick.width / 2)
            hit = f'<rect x="{left}%" width="{short(tick.width)}%" y="{y - 20}" height="28"/>'
        drawn.append(wrap_in_link(tick.mark, hit + text) if tick.mark else text)
    return "".join(drawn)


def round_values(most: float) -> list[int]:
    """The few whole numbers people would write on an axis up to `most`: 1, 2 or 5, times a power of ten, apart."""
    if most < 1:
        return []
    power = 10 ** math.floor(math.log10(most))
    step = next(step for step in (power / 2, power, 2 * power, 5 * power) if most / step < 4)
    step = max(1, round(step))
    return list(range(step, int(most) + 1, step))


def divide_width(count: int) -> list[tuple[float, float]]:
    """Left edge and width, in percent, of so many even slots; a few stand together in the middle."""
    width = min(100 / count, WIDEST) if count else 0
    left = (100 - count * width) / 2
    return [(left + n * width, width) for n in range(count)]
