"""When in the week and when in the year a person watches, all years together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import field

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.heat import Cell, Head, draw_heat, steps
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, compute_beside, say_points
from kinograph.stats.nights import Nights
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Days of the week, months of the year")
DEFINITION = (
    gettext_noop("Viewings by weekday and month, all years together."),
    "n(viewings) by weekday and month; weekend = Saturday and Sunday",
)


@record
class WeekdayOrMonth:
    """A weekday (1 is Monday) or a month, of every year: a weekday within the month that is picked, and vice versa."""

    number: int
    viewings: int
    link: FilterLink
    outside: bool = False  # of the weekday or month picked


@record
class MonthDot:
    weekday: int
    month: int
    viewings: int
    link: FilterLink
    outside: bool  # of the weekday and month picked


@record
class WeekdayMonth:
    spots: tuple[MonthDot, ...]  # those with viewings, by month, then weekday
    weekdays: tuple[WeekdayOrMonth, ...]
    months: tuple[WeekdayOrMonth, ...]
    total: int  # of what is picked
    weekend: int  # of those, on a Saturday or Sunday
    beside: Beside[WeekdayMonth] | None = field(default=None, compare=False)

    @property
    def busiest_weekday(self) -> WeekdayOrMonth:
        return max(self.weekdays, key=lambda part: (not part.outside, part.viewings))

    @property
    def busiest_month(self) -> WeekdayOrMonth:
        return max(self.months, key=lambda part: (not part.outside, part.viewings))


def compute(view: PageContext) -> WeekdayMonth | None:
    """None without a diary."""
    if not len(view.all.nights):
        return None
    weekday, month = view.filters.get("weekday"), view.filters.get("month")
    counts = _count_spots(view.ignoring("weekday", "month").nights)
    spots = tuple(
        MonthDot(
            w,
            m,
            viewings,
            view.link(weekday=str(w), month=str(m)),
            outside=weekday not in (None, str(w)) or month not in (None, str(m)),
        )
        for (m, w), viewings in counts
    )
    of_weekday, of_month = _sum_spots(spots, weekday=weekday, month=month)
    to_weekday, to_month = view.linker("weekday"), view.linker("month")
    picked = [spot for spot in spots if not spot.outside]
    return WeekdayMonth(
        spots=spots,
        weekdays=tuple(
            WeekdayOrMonth(n, of_weekday[n], to_weekday(str(n)), weekday not in (None, str(n))) for n in range(1, 8)
        ),
        months=tuple(
            WeekdayOrMonth(n, of_month[n], to_month(str(n)), month not in (None, str(n))) for n in range(1, 13)
        ),
        total=sum(spot.viewings for spot in picked),
        weekend=sum(spot.viewings for spot in picked if spot.weekday >= 6),
        beside=compute_beside(view, compute),
    )


def _count_spots(nights: Nights) -> list[tuple[tuple[int, int], int]]:
    """Viewings by month and weekday, in this order, where there are any."""
    counts = np.bincount(8 * nights.months + nights.weekdays, weights=nights.viewings).astype(np.int64).tolist()
    return [(divmod(spot, 8), viewings) for spot, viewings in enumerate(counts) if viewings]


def _sum_spots(
    spots: Iterable[MonthDot], *, weekday: str | None, month: str | None
) -> tuple[Counter[int], Counter[int]]:
    """The viewings of each weekday in a month, and of each month on a weekday; None is every one."""
    of_weekday, of_month = Counter[int](), Counter[int]()
    for spot in spots:
        if month in (None, str(spot.month)):
            of_weekday[spot.weekday] += spot.viewings
        if weekday in (None, str(spot.weekday)):
            of_month[spot.month] += spot.viewings
    return of_weekday, of_month


def render(card: WeekdayMonth, title: str) -> Markup:
    days, months = i18n.locale().days["stand-alone"], i18n.locale().months["stand-alone"]
    counts = {(spot.month, spot.weekday): spot.viewings for spot in card.spots}
    _, of_month = _sum_spots(card.spots, weekday=None, month=None)
    return templates.render(
        "stats/cards/weekday_month.html",
        card=card,
        title=title,
        weekday=days["wide"][card.busiest_weekday.number - 1],
        month=months["wide"][card.busiest_month.number],
        chart=_chart(card, title),
        apart=_weekend_apart(card),
        steps=steps(max(counts.values(), default=0)),
        heads=[gettext("Month"), gettext("All"), *(days["abbreviated"][n] for n in range(7))],
        rows=[
            (
                months["wide"][part.number],
                i18n.number(of_month[part.number]),
                *(counts.get((part.number, weekday), "") for weekday in range(1, 8)),
            )
            for part in card.months
        ],
    )


def _chart(card: WeekdayMonth, title: str) -> Markup:
    days, months = i18n.locale().days["stand-alone"], i18n.locale().months["stand-alone"]

    def cell(spot: MonthDot) -> Cell:
        when = f"{days['wide'][spot.weekday - 1]}, {months['wide'][spot.month]}"
        return Cell(spot.viewings, Mark.to(spot.link, _tell(card, spot, _label(when, spot.viewings))), spot.outside)

    def head(part: WeekdayOrMonth, name: str) -> Head:
        return Head(name, Mark.to(part.link, _tell(card, part, _label(name, part.viewings))))

    return draw_heat(
        [head(part, months["abbreviated"][part.number]) for part in card.months],
        [head(part, days["abbreviated"][part.number - 1]) for part in card.weekdays],
        {(spot.month - 1, spot.weekday - 1): cell(spot) for spot in card.spots},
        label=title,
    )


def _weekend_apart(card: WeekdayMonth) -> str:
    """Of the shares of viewings on a weekend, in points."""
    other = card.beside.card if card.beside else None
    return (
        say_points(card.weekend / card.total, other.weekend / other.total)
        if other and other.total and card.total
        else ""
    )


def _tell(card: WeekdayMonth, mark: MonthDot | WeekdayOrMonth, label: str) -> str:
    """The words of a mark with what the second selection has there: its cells have no room for a ghost."""
    if card.beside is None:
        return label
    other = card.beside.card
    marks: list[MonthDot | WeekdayOrMonth] = [*other.spots, *other.weekdays, *other.months] if other else []
    before = next((each.viewings for each in marks if each.link.key == mark.link.key), 0)
    if card.beside.other.is_all:
        whole = other.total if other else 0
        return card.beside.other.tell_shares(label, mark.viewings / (card.total or 1), before / (whole or 1))
    return card.beside.other.tell(label, mark.viewings, before)


def _label(when: str, viewings: int) -> str:
    return ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", viewings, when=when)
