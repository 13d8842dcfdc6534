"""A year as a wall of nights, a column a week, Mondays on top; the more viewings, the hotter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, timedelta

from markupsafe import Markup

from kinograph.charts.marks import Mark, escape, group_attributes, wrap_in_link

PITCH = 13  # from one day to the next, in the drawing's units
CELL = 11
LEFT = 26
TOP = 15
STEPS = (0, 2, 3, 4, 5)
"""The ramp's step for 0, 1, 2, 3 and 4 or more viewings; the faintest would hide a night in the dark."""


def draw_calendar(
    year: int,
    counts: Mapping[date, int],
    *,
    mark: Callable[[date], Mark],
    dimmed: Set[date],
    ghosts: Set[date] = frozenset(),
    months: Sequence[str],
    weekdays: Sequence[str],
    label: str,
) -> Markup:
    """Twelve names of months and seven of weekdays, Monday first; an unnamed weekday is "" . A day of `ghosts` that
    has no count is filled in gray."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = []
    for day in sorted(counts):
        x, y = _place(day)
        step = STEPS[min(counts[day], len(STEPS) - 1)]
        rect = f'<rect class="r{step}" x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="3"/>'
        days.append(wrap_in_link(mark(day), rect, css="dim" if day in dimmed else ""))
    empty = "".join(
        f'<rect class="ghost" x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="3"/>'
        for x, y in (_place(day) for day in sorted(ghosts - counts.keys()))
    )
    words = [
        f'<text x="{_place(date(year, n, 1) + timedelta(days=6))[0]}" y="9">{escape(name)}</text>'
        for n, name in enumerate(months, start=1)
    ] + [f'<text x="0" y="{TOP + n * PITCH + 9}">{escape(name)}</text>' for n, name in enumerate(weekdays) if name]
    width, height = _place(last)[0] + CELL + 1, TOP + 7 * PITCH
    return Markup(  # noqa: S704 - texts are escaped, the rest are numbers
        f'<svg class="calendar" viewBox="0 0 {width} {height}" {group_attributes(label)}>'
        f'<pattern id="night" x="{LEFT}" y="{TOP}" width="{PITCH}" height="{PITCH}" patternUnits="userSpaceOnUse">'
        f'<rect class="r0" width="{CELL}" height="{CELL}" rx="3"/></pattern>'
        f'<path fill="url(#night)" d="{_outline(first, last)}"/>{empty}{"".join(words)}{"".join(days)}</svg>'
    )


def _place(day: date) -> tuple[int, int]:
    start = date(day.year, 1, 1).weekday()
    week, weekday = divmod(day.timetuple().tm_yday - 1 + start, 7)
    return LEFT + week * PITCH, TOP + weekday * PITCH


def _outline(first: date, last: date) -> str:
    """Around all days of the year, so that one filled path draws every night without a film."""
    (x1, y1), (x2, y2) = _place(first), _place(last)
    bottom = TOP + 7 * PITCH
    return f"M{x1} {y1}V{bottom}H{x2}V{y2 + PITCH}H{x2 + PITCH}V{TOP}H{x1 + PITCH}V{y1}z"
