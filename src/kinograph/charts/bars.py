"""Lying bars for the rows of a list; the row around them is the link, and says the number."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.charts.marks import short


def draw_bar(share: float, behind: float | None = None) -> Markup:
    """From the left, `share` of the width, 0 to 1; what is `behind` it can be seen where it is shorter, too."""
    ghost = _rect("ghost", 0, 100 * behind) if behind else ""
    mark = _mark(100 * behind) if behind and behind < share else ""
    return _svg(ghost + _rect("bar", 0, 100 * share) + mark)


def _rect(css: str, left: float, width: float) -> str:
    x = f' x="{short(left)}%"' if left else ""
    return f'<rect class="{css}"{x} width="{short(width)}%" height="4" rx="2"/>'


def _mark(x: float) -> str:
    """Where something ends that is covered."""
    return f'<rect class="was" x="{short(x)}%" width="2" height="4"/>'


def draw_swing(value: float, *, middle: float, reach: float, behind: float | None = None) -> Markup:
    """From the middle of the width towards `value`: right if it is above `middle`; `reach` away is the very end."""

    def place(value: float) -> float:
        return max(-1.0, min(1.0, (value - middle) / reach)) * 50

    offset = place(value)
    left, width = (50, offset) if offset >= 0 else (50 + offset, -offset)
    if behind is not None:
        was = place(behind)
        return _svg(
            _rect("ghost", min(50, 50 + was), abs(was))
            + _rect("bar", left, max(width, 0.6))
            + _mark(50 + was)
            + '<rect class="middle" x="50%" width="1.5" height="4"/>'
        )
    return _svg(
        f'<rect class="bar" x="{short(left)}%" width="{short(max(width, 0.6))}%" height="4" rx="2"/>'
        '<rect class="middle" x="50%" width="1.5" height="4"/>'
    )


def _svg(drawing: str) -> Markup:
    return Markup(f'<svg class="row-bar" width="100%" height="4" aria-hidden="true">{drawing}</svg>')  # noqa: S704
