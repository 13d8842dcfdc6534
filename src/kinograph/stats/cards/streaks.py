"""The longest runs of days and weeks with a film, the longest pause, and the fullest day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.i18n import gettext, noop
from kinograph.stats.filters import Link
from kinograph.stats.view import View

TITLE = noop("Streaks and pauses")


@dataclass(frozen=True, slots=True)
class Run:
    """So many days or weeks in a row, from the first day to the last."""

    length: int
    first: date
    last: date
    link: Link | None  # to its viewings; a pause has none


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    viewings: int
    link: Link


@dataclass(frozen=True, slots=True)
class Streaks:
    """Where several are as long, the newest."""

    days: Run
    weeks: Run  # from Mondays to Sundays
    pause: Run | None  # the days without a film between two viewings
    nights: int  # days with a film
    doubles: int  # of them those with two or more
    fullest: Day


def compute(view: View) -> Streaks | None:
    """None without a diary."""
    counts = view.dated(view.picked).group_by("watched_on").len().sort("watched_on")
    if not len(counts):
        return None
    days = counts["watched_on"].to_list()
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    nights, weeks = _longest(days, step=1), _longest(mondays, step=7)
    top = counts.sort("len", "watched_on").row(-1)
    return Streaks(
        days=_run(view, len(nights), nights[0], nights[-1]),
        weeks=_run(view, len(weeks), weeks[0], weeks[-1] + timedelta(days=6)),
        pause=_pause(days),
        nights=len(days),
        doubles=int((counts["len"] > 1).sum()),
        fullest=Day(top[0], top[1], view.linker("viewed")(top[0].isoformat())),
    )


def _run(view: View, length: int, first: date, last: date) -> Run:
    return Run(length, first, last, view.linker("viewed")(f"{first}..{last}" if first != last else f"{first}"))


def _longest(days: Iterable[date], *, step: int) -> list[date]:
    best: list[date] = []
    run: list[date] = []
    for day in days:
        if run and (day - run[-1]).days == step:
            run.append(day)
        else:
            run = [day]
        best = run if len(run) >= len(best) else best
    return best


def _pause(days: list[date]) -> Run | None:
    """The longest stretch of days between two viewings."""
    pauses = [Run((b - a).days - 1, a + timedelta(1), b - timedelta(1), None) for a, b in pairwise(days)]
    return max((run for run in pauses if run.length), key=lambda run: (run.length, run.first), default=None)


def render(card: Streaks) -> Markup:
    return pages.render("stats/cards/streaks.html", card=card, title=gettext(TITLE), span=_span)


def _span(run: Run) -> str:
    return i18n.date(run.first) if run.first == run.last else f"{i18n.date(run.first)} – {i18n.date(run.last)}"
