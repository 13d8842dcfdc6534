"""Lying bars for the rows of a list; the row around them is the link, and says the number."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.charts.marks import short


def draw_bar(share: float) -> Markup:
    """From the left, `share` of the width, 0 to 1."""
    return _svg(f'<rect class="bar" width="{short(100 * share)}%" height="4" rx="2"/>')


def draw_swing(value: float, *, middle: float, reach: float) -> Markup:
    """From the middle of the width towards `value`: right if it is above `middle`; `reach` away is the very end."""
    offset = max(-1.0, min(1.0, (value - middle) / reach)) * 50
    left, width = (50, offset) if offset >= 0 else (50 + offset, -offset)
    return _svg(
        f'<rect class="bar" x="{short(left)}%" width="{short(max(width, 0.6))}%" height="4" rx="2"/>'
        '<rect class="middle" x="50%" width="1.5" height="4"/>'
    )


def _svg(drawing: str) -> Markup:
    return Markup(f'<svg class="row-bar" width="100%" height="4" aria-hidden="true">{drawing}</svg>')  # noqa: S704
