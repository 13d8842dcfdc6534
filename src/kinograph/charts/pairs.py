"""Your mean and everyone else's side by side, slot after slot: a dot, a diamond, and the difference between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from kinograph.charts.columns import Tick, draw_ticks
from kinograph.charts.marks import Mark, group_attributes, short, wrap_in_link
from kinograph.charts.records import record
from kinograph.i18n import decimal


@record
class Pair:
    """Means on one scale; `x` and `width` are the slot in percent."""

    x: float
    width: float
    yours: float
    theirs: float | None
    mark: Mark
    dim: bool = False
    ghost: float | None = None  # your mean of another period


def draw_pairs(shown: Sequence[Pair], ticks: Sequence[Tick], *, label: str, height: int) -> Markup:
    """From half a point below the lowest mean to half above the highest, with a line at every half."""
    means = [mean for pair in shown for mean in (pair.yours, pair.theirs, pair.ghost) if mean is not None]
    low, high = math.floor(min(means) * 2) / 2, math.ceil(max(means) * 2) / 2
    high = max(high, low + 0.5)

    def y(mean: float) -> float:
        return 8 + (high - mean) / (high - low) * height

    rulers = [low + n / 2 for n in range(round((high - low) * 2) + 1)]
    lines = "".join(
        f'<line class="ruler" x2="100%" y1="{short(y(value))}" y2="{short(y(value))}"/>'
        f'<text class="tick end" x="-8" y="{short(y(value) + 4)}">{decimal(value, 1)}</text>'
        for value in rulers
    )
    drawn = []
    for pair in shown:
        x = short(pair.x + pair.width / 2)
        body = f'<rect x="{short(pair.x)}%" width="{short(pair.width)}%" height="{height + 16}"/>'
        if pair.ghost is not None:
            body += f'<circle class="ghost" cx="{x}%" cy="{short(y(pair.ghost))}" r="5"/>'
        if pair.theirs is not None:
            css = "you" if pair.yours >= pair.theirs else "them"
            body += (
                f'<line class="{css}" x1="{x}%" x2="{x}%" y1="{short(y(pair.yours))}" y2="{short(y(pair.theirs))}"/>'
            )
            place = f'x="{x}%" y="{short(y(pair.theirs))}"'
            body += f'<svg {place} overflow="visible"><path class="them" d="M-5 0 0-5 5 0 0 5z"/></svg>'
        body += f'<circle class="you" cx="{x}%" cy="{short(y(pair.yours))}" r="5"/>'
        drawn.append(wrap_in_link(pair.mark, body, css="dim" if pair.dim else ""))
    return Markup(  # noqa: S704 - texts are escaped, the rest are numbers
        f'<div class="heat"><svg class="columns pairs" width="100%" height="{height + 40}" {group_attributes(label)}>'
        f"{lines}{''.join(drawn)}{draw_ticks(ticks, y=height + 34)}</svg></div>"
    )
