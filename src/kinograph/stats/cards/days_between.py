"""How many days pass from one film to the next."""

from __future__ import annotations

from dataclasses import field

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, has_shares, is_one_scale, put_behind
from kinograph.stats.arrays import Array, known
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Days between films")
DEFINITION = (
    gettext_noop("Days between a viewing and the one before it in the whole diary."),
    "n(viewings) by day of viewing − day of the viewing before",
)
SPANS = ("0", "1", "2", "3-6", "7-13", "14-29", "30-")
"""As the filter writes them; each is wider than the one before."""


@record
class Gap:
    """The viewings so many days after the one before: among those picked but for that, and among all."""

    days: str
    viewings: int
    whole: int
    link: FilterLink


@record
class DaysBetween:
    gaps: tuple[Gap, ...]
    total: int  # viewings with one before them, among those picked
    median: int | None  # days; half of them came as soon
    same_day: int
    beside: Beside[DaysBetween] | None = field(default=None, compare=False)


def compute(view: PageContext) -> DaysBetween | None:
    """Counted over the whole diary. None when it has no two viewings."""
    whole = _counts(_sort(view.all))
    if not sum(whole):
        return None
    shown = view.ignoring("pause")
    pauses = _sort(view.picked)
    counts = whole if shown is view.all else _counts(pauses if shown is view.picked else _sort(shown))
    link = view.linker("pause")
    return DaysBetween(
        tuple(
            Gap(days, viewings, all_of_them, link(days))
            for days, viewings, all_of_them in zip(SPANS, counts, whole, strict=True)
        ),
        total=len(pauses),
        median=int(pauses[(len(pauses) - 1) // 2]) if len(pauses) else None,
        same_day=int((pauses == 0).sum()),
        beside=compute_beside(view, compute),
    )


def _sort(frame: Frame) -> Array:
    """The days before each viewing that has one before it, shortest first."""
    return np.sort(known(frame.of_viewings["pause"]))


def _counts(pauses: Array) -> list[int]:
    """Of sorted ones, by SPANS."""
    lows = pauses.searchsorted([span(days)[0] or 0 for days in SPANS])
    counts: list[int] = np.diff(lows, append=len(pauses)).tolist()
    return counts


def _items(card: DaysBetween) -> list[Item]:
    picked = any(gap.link.picked for gap in card.gaps)
    return [
        Item(
            gap.viewings,
            Mark.to(
                gap.link,
                ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", gap.viewings, when=_when(gap.days)),
            ),
            whole=gap.whole,
            text=i18n.number(gap.viewings),
            tick=_short(gap.days),
            dim=picked and not gap.link.picked,
        )
        for gap in card.gaps
    ]


def render(card: DaysBetween, title: str) -> Markup:
    items = put_behind(_items(card), card.beside, _items)
    heads, rows = add_columns(
        (gettext("Days since the previous one"), gettext("Viewings")),
        [(_when(gap.days), i18n.number(gap.viewings)) for gap in card.gaps],
        items,
        card.beside,
    )
    return templates.render(
        "stats/cards/days_between.html",
        card=card,
        title=title,
        chart=draw_column_chart(items, label=title, height=180, one_scale=is_one_scale(card.beside)),
        ghost=has_shares(items, card.beside),
        percent=i18n.percent(card.same_day / card.total) if card.total else "",
        heads=heads,
        rows=rows,
    )


def _when(days: str) -> str:
    low, high = span(days)
    if high == 0:
        return gettext("the same day")
    if high is None:
        return gettext("%(n)s days or more", n=i18n.number(low or 0))
    if low == high:
        return ngettext("%(n)s day", "%(n)s days", int(high))
    return gettext("%(first)s to %(last)s days", first=i18n.number(low or 0), last=i18n.number(high))


def _short(days: str) -> str:
    low, high = span(days)
    return f"{i18n.number(low or 0)}+" if high is None else days.replace("-", "–")
