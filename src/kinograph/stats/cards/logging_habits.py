"""How a person keeps the diary: how soon after watching, and with what."""

from __future__ import annotations

from dataclasses import field

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.sessions.reading import AT_ONCE
from kinograph.stats import ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums
from kinograph.stats.arrays import known
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Behind

TITLE = gettext_noop("How you log")
DEFINITION = (
    gettext_noop(
        "Days between watching and logging, where one day of difference counts as none; and the shares of all "
        "viewings that have stars and tags."
    ),
    "delay = day logged − day watched; share = 100 × n / viewings",
)
DELAYS = {
    "0": gettext_noop("Same or next day"),
    "2-7": gettext_noop("Within a week"),
    "8-31": gettext_noop("Within a month"),
    "32-": gettext_noop("Later"),
}
"""As the filter writes them, in days; a difference of one is none, see frames.add_times."""


@record
class Delay:
    days: str
    viewings: int  # of those picked but for that
    link: FilterLink
    beside: Behind | None = None

    @property
    def amount(self) -> int:
        return self.viewings


@record
class LoggingHabits:
    delays: tuple[Delay, ...]  # soonest first
    soon: int  # viewings logged the same or the next day, among those picked
    known: int  # of which it is known how soon
    beforehand: int  # logged before the day they were watched on
    rated: int  # with stars of their own
    tagged: int
    total: int
    days_at_once: int  # with so many viewings that they were filled in at one go
    at_once: int  # viewings on those
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another


def compute(view: PageContext) -> LoggingHabits | None:
    """None without a diary."""
    if not len(view.all.of_viewings):
        return None
    picked = view.picked.of_viewings
    delays, filled = picked["delay"], picked["watched_on"][picked["at_once"]]
    link = view.linker("logged")
    counts = _counts(view.ignoring("logged"))
    behind: list[Behind | None] = [None] * len(counts)
    if view.other:
        behind = [Behind(n, None) for n in _counts(view.other.view.ignoring("logged"))]
    return LoggingHabits(
        tuple(
            Delay(days, viewings, link(days), was) for days, viewings, was in zip(DELAYS, counts, behind, strict=True)
        ),
        soon=int((delays == 0).sum()),
        known=len(known(delays)),
        beforehand=int((delays < 0).sum()),
        rated=len(known(picked["rating"])),
        tagged=int(picked.known("tags").sum()),
        total=len(picked),
        days_at_once=len(np.unique(filled)),
        at_once=len(filled),
        sums=Sums(view.other, sum(counts), sum(was.amount for was in behind if was)) if view.other else None,
    )


def _counts(frame: Frame) -> list[int]:
    delays = np.sort(known(frame.of_viewings["delay"]))
    ends = [span(days) for days in DELAYS]
    lows = delays.searchsorted([low or 0 for low, _ in ends])
    highs = [delays.searchsorted(high, side="right") if high is not None else len(delays) for _, high in ends]
    return [int(high - low) for low, high in zip(lows, highs, strict=True)]


def render(card: LoggingHabits, title: str) -> Markup:
    return templates.render(
        "stats/cards/logging_habits.html",
        card=card,
        title=title,
        percent=i18n.percent(card.soon / card.known) if card.known else "",
        delays=[
            (gettext(DELAYS[delay.days]), delay, amount, bar)
            for delay, amount, bar in ranking.show_amounts(card.delays, "viewings", card.sums)
        ],
        share=lambda part: i18n.percent(part / card.total),
        many=AT_ONCE,
        rows=[(gettext(DELAYS[delay.days]), i18n.number(delay.viewings)) for delay in card.delays],
    )
