"""The longest runs of days and weeks with a film, the longest pause, and the fullest day."""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, compute_beside, subtract, tell_figure
from kinograph.stats.arrays import Integers
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Streaks and pauses")
DEFINITION = (
    gettext_noop("The longest runs of days and weeks with a viewing, the longest pause, and the fullest day."),
    "max n of consecutive days (weeks from Monday) with a viewing",
)


@record
class Run:
    """So many days or weeks in a row, from the first day to the last."""

    length: int
    first: date
    last: date
    link: FilterLink | None  # to its viewings; a pause has none


@record
class StreakDay:
    day: date
    viewings: int
    link: FilterLink


@record
class Streaks:
    """Where several are as long, the newest."""

    days: Run
    weeks: Run  # from Mondays to Sundays
    pause: Run | None  # the days without a film between two viewings
    nights: int  # days with a film
    doubles: int  # of them those with two or more
    fullest: StreakDay
    beside: Beside[Streaks] | None = field(default=None, compare=False)


def compute(view: PageContext) -> Streaks | None:
    """None without a diary."""
    nights = view.picked.nights
    if not len(nights):
        return None
    days, counts = nights.numbers, nights.viewings
    mondays = np.unique(days - nights.weekdays + 1)
    in_a_row, weeks = _longest(days, step=1), _longest(mondays, step=7)
    top = _last_highest(counts)
    fullest = nights.days[top].item()
    return Streaks(
        days=_run(view, *in_a_row),
        weeks=_run(view, weeks[0], weeks[1], weeks[2] + timedelta(days=6)),
        pause=_pause(days),
        nights=len(nights),
        doubles=int((counts > 1).sum()),
        fullest=StreakDay(fullest, int(counts[top]), view.linker("viewed")(fullest.isoformat())),
        beside=compute_beside(view, compute),
    )


def _run(view: PageContext, length: int, first: date, last: date) -> Run:
    return Run(length, first, last, view.linker("viewed")(f"{first}..{last}" if first != last else f"{first}"))


def _longest(days: Integers, *, step: int) -> tuple[int, date, date]:
    """How many of the sorted days follow each other by `step` days, at most, and the first and last of them."""
    breaks = np.flatnonzero(np.diff(days) != step) + 1
    starts = np.concatenate([[0], breaks])
    lengths = np.diff(starts, append=len(days))
    run = _last_highest(lengths)
    first = _to_date(days[starts[run]])
    return int(lengths[run]), first, first + timedelta(days=step * (int(lengths[run]) - 1))


def _pause(days: Integers) -> Run | None:
    """The longest stretch of days between two viewings."""
    lengths = np.diff(days) - 1
    if not lengths.any():
        return None
    longest = _last_highest(lengths)
    before, length = _to_date(days[longest]), int(lengths[longest])
    return Run(length, before + timedelta(days=1), before + timedelta(days=length), None)


def _last_highest(values: Integers) -> int:
    """The place of the highest, and of several the last."""
    return len(values) - 1 - int(values[::-1].argmax())


def _to_date(day: np.int64) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))


def render(card: Streaks, title: str) -> Markup:
    return templates.render("stats/cards/streaks.html", card=card, title=title, span=_span, apart=_differences(card))


def _differences(card: Streaks) -> dict[str, str]:
    """Of each figure to the second selection; "" without one. The longest of everything is no smaller than any, so only
    the nights stand against that."""
    beside = card.beside
    if beside is None or beside.card is None:
        return dict.fromkeys(_figures(card), "")
    nights = tell_figure(card.nights, beside.card.nights, beside.other)
    before = _figures(beside.card)
    apart = {name: "" if beside.other.is_all else subtract(n, before[name]) for name, n in _figures(card).items()}
    return apart | {"nights": nights}


def _figures(card: Streaks) -> dict[str, int]:
    return {
        "days": card.days.length,
        "weeks": card.weeks.length,
        "fullest": card.fullest.viewings,
        "pause": card.pause.length if card.pause else 0,
        "nights": card.nights,
    }


def _span(run: Run) -> str:
    return i18n.date(run.first) if run.first == run.last else f"{i18n.date(run.first)} – {i18n.date(run.last)}"
