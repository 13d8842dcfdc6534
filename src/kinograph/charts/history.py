"""Two totals over time as lines, a dot for each day they were counted; nothing is known between the dots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from kinograph.charts.marks import escape, short
from kinograph.charts.records import record

WIDTH, HEIGHT = 600, 180
SIDE, TOP, FOOT = 8, 32, 34
BASE = HEIGHT - 8
NEAR = 40  # units: figures closer than this would touch


@record
class Point:
    """What was counted on a day, and how it is written: `yours` is drawn more strongly than the `other`."""

    day: date
    yours: int
    other: int
    yours_label: str
    other_label: str


def draw_history(points: Sequence[Point], label: str) -> Markup:
    """An <svg> of two points or more in the order of their days; `label` says it to those who hear it."""
    scale = _Scale(points)
    parts = [f'<path class="base" d="M0 {short(BASE)}H{WIDTH}"/>']
    for css, values in (("other", [point.other for point in points]), ("you", [point.yours for point in points])):
        way = " ".join(f"{short(scale.x(p))} {short(scale.y(value))}" for p, value in zip(points, values, strict=True))
        parts.append(f'<polyline class="{css}" points="{way}"/>')
    parts += [_draw_point(scale, point) for point in points]
    parts += [_write_figures(scale, point) for point in _choose_written(scale, points)]
    return Markup(  # noqa: S704 - labels are escaped, the rest are numbers
        f'<svg class="history" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


class _Scale:
    """Where days and values are."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._first = points[0].day
        self._span = max(1, (points[-1].day - self._first).days)
        self._most = max(max(point.yours, point.other) for point in points) or 1

    def x(self, point: Point) -> float:
        return SIDE + (WIDTH - 2 * SIDE) * (point.day - self._first).days / self._span

    def y(self, value: int) -> float:
        return TOP + (HEIGHT - TOP - FOOT) * (1 - value / self._most)


def _draw_point(scale: _Scale, point: Point) -> str:
    """Its two dots, and a hole for its day."""
    x = scale.x(point)
    return (
        f'<rect class="hole" x="{short(x - 3)}" y="{short(BASE - 3)}" width="6" height="6" rx="1.5"/>'
        f'<circle class="other" cx="{short(x)}" cy="{short(scale.y(point.other))}" r="3.5"/>'
        f'<circle class="you" cx="{short(x)}" cy="{short(scale.y(point.yours))}" r="4.5"/>'
    )


def _choose_written(scale: _Scale, points: Sequence[Point]) -> list[Point]:
    """Those whose figures are written: the last, and as many others as do not touch."""
    chosen = [points[-1]]
    for point in reversed(points[:-1]):
        if scale.x(chosen[-1]) - scale.x(point) >= NEAR:
            chosen.append(point)
    return chosen


def _write_figures(scale: _Scale, point: Point) -> str:
    x = scale.x(point)
    anchor = "start" if x < NEAR else "end" if x > WIDTH - NEAR else "middle"
    you, other = ("you", point.yours_label, scale.y(point.yours)), ("other", point.other_label, scale.y(point.other))
    above, below = (you, other) if point.yours > point.other else (other, you)
    return "".join(
        f'<text class="{css}" x="{short(x)}" y="{short(y + off)}" text-anchor="{anchor}">{escape(text)}</text>'
        for (css, text, y), off in ((above, -9), (below, 19))
    )
