"""The months of a year, before those of the year before; or of all years together."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.against import Other, put_values_behind
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Month by month")
DEFINITION = (
    gettext_noop("Viewings by month; on the page of a year also the months of the year before, in gray."),
    "n(viewings) by month",
)


@record
class Month:
    number: int  # 1 to 12
    viewings: int
    before: int  # in the year before, or in the second selection
    link: FilterLink
    outside: bool  # of the days picked


@record
class Months:
    year: int | None  # None: all of them
    months: tuple[Month, ...]  # all twelve
    total: int  # viewings picked that have a day
    busiest: tuple[int, int]  # the number of the month with most of these, and how many
    other: Other | None = field(default=None, compare=False)


def compute(view: PageContext) -> Months | None:
    """None without a diary."""
    if not len(view.all.nights):
        return None
    year = view.year
    own = "viewed" if year else "month"
    counts = view.ignoring(own).nights.by_month
    inside = view.picked.nights.by_month
    before = _count_before(view, year)
    link = view.linker(own)
    return Months(
        year,
        tuple(
            Month(n, counts.get(n, 0), before.get(n, 0), link(f"{year}-{n:02}" if year else f"{n}"), _outside(view, n))
            for n in range(1, 13)
        ),
        total=sum(inside.values()),
        busiest=max(((n, inside.get(n, 0)) for n in range(1, 13)), key=lambda each: each[1]),
        other=view.other,
    )


def _count_before(view: PageContext, year: int | None) -> dict[int, int]:
    """Of the second selection, in the months that theirs stand for; without one of the year before."""
    if view.other:
        return view.other.nights.by_month
    if not year:
        return {}
    picked = tuple(pair for pair in view.filters.picked if pair[0] != "viewed")
    return Filters(picked=picked, fixed=(("viewed", str(year - 1)),)).apply(view.all).nights.by_month


def _outside(view: PageContext, month: int) -> bool:
    named = view.filters.get("month")
    if not view.year:
        return named is not None and named != str(month)
    first, last = view.days or (date.min, date.max)
    return not (first.year, first.month) <= (view.year, month) <= (last.year, last.month)


def render(card: Months, title: str) -> Markup:
    names = i18n.locale().months["stand-alone"]["wide"]
    ghost, other = any(month.before for month in card.months), card.other
    before = [other.name if other else gettext("The year before")] if ghost else []
    return templates.render(
        "stats/cards/months.html",
        card=card,
        title=title,
        busiest=names[card.busiest[0]],
        chart=draw_column_chart(_items(card), label=title, height=200, one_scale=not other or not other.is_all),
        ghost=ghost,
        heads=(gettext("Month"), gettext("Viewings"), *before),
        rows=[(names[month.number], *_cells(month, before=ghost)) for month in card.months],
    )


def _items(card: Months) -> list[Item]:
    names = i18n.locale().months["stand-alone"]
    items = [
        Item(
            month.viewings,
            Mark.to(month.link, _label(month, card.year, names["wide"][month.number])),
            whole=month.before if card.year else None,
            text=i18n.number(month.viewings),
            tick=names["abbreviated"][month.number],
            dim=month.outside,
        )
        for month in card.months
    ]
    return put_values_behind(items, card.other, [month.before for month in card.months]) if card.other else items


def _cells(month: Month, *, before: bool) -> tuple[str, ...]:
    return tuple(map(i18n.number, (month.viewings, month.before) if before else (month.viewings,)))


def _label(month: Month, year: int | None, name: str) -> str:
    when = i18n.date(date(year, month.number, 1), "MMMM y") if year else name
    return ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", month.viewings, when=when)
