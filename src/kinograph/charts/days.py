"""The days from one day to another as frames of film, lit where something happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from markupsafe import Markup

from kinograph.charts.marks import escape
from kinograph.charts.records import record

MOST_DAYS = 120
"""Up to so many a frame is a day; beyond, it is a week, a year's fifty-second part."""

MOST_FRAMES = 260
"""Five years of weeks. Of a longer time a frame is as many weeks as it takes."""

FRAME, HEIGHT, GAP = 10, 34, 2


@record
class Days:
    """`frames` count what happened in each `days` days, from the day after `first` on."""

    first: date
    last: date
    days: int
    frames: tuple[int, ...]

    @property
    def marks(self) -> tuple[date, date, date]:
        """The days to write below: of the first frame, of the middle one and of the last."""
        start = self.first + timedelta(1)
        return start, start + (self.last - start) // 2, self.last


def count_days(first: date, last: date, happened: Iterable[date]) -> Days | None:
    """What happened after `first` and until `last`. None where there is no day between them."""
    length = (last - first).days
    if length < 1:
        return None
    days = 1 if length <= MOST_DAYS else 7 * -(-length // (7 * MOST_FRAMES))
    counts = Counter((day - first).days - 1 for day in happened if first < day <= last)
    frames = [0] * -(-length // days)
    for day, count in counts.items():
        frames[day // days] += count
    return Days(first, last, days, tuple(frames))


def draw_days(days: Days, label: str) -> Markup:
    """An <svg> as wide as its place; `label` says to those who hear it what the lit frames are."""
    frames = "".join(
        f'<rect class="{"is-lit" if count else "is-dark"}" x="{n * FRAME + GAP / 2:g}" width="{FRAME - GAP}"'
        f' height="{HEIGHT}" rx="2"/>'
        for n, count in enumerate(days.frames)
    )
    return Markup(  # noqa: S704 - the label is escaped, the rest are numbers
        f'<svg class="days" viewBox="0 0 {len(days.frames) * FRAME} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{frames}</svg>'
    )
