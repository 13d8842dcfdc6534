"""Every night of one year: which were spent with a film, and with how many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from functools import lru_cache

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import calendar as chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Other, tell_figure
from kinograph.stats.page_context import PageContext
from kinograph.stats.periods import is_relative

TITLE = gettext_noop("Every night of %(year)s")
DEFINITION = (
    gettext_noop("Viewings on each day of a year."),
    "n(viewings) by day",
)


@record
class Night:
    day: date
    viewings: int
    link: FilterLink
    outside: bool  # of the viewing days picked


@record
class Calendar:
    year: int
    nights: tuple[Night, ...]  # those with a viewing, in order
    years: tuple[tuple[int, FilterLink], ...]  # every year with a viewing, newest first; none on the page of one
    # Of the second selection: the viewings of its nights, on the days of this year that stand for them.
    befores: Mapping[date, int] = field(default_factory=dict)
    other: Other | None = field(default=None, compare=False)

    @property
    def picked(self) -> tuple[Night, ...]:
        return tuple(night for night in self.nights if not night.outside)

    @property
    def viewings(self) -> int:
        """Of the nights picked."""
        return sum(night.viewings for night in self.picked)


def compute(view: PageContext) -> Calendar | None:
    """The year picked, else the one chosen, else the newest with a viewing; None without a diary."""
    years = sorted(view.all.nights.by_year, reverse=True)
    if not years:
        return None
    first, last = view.days or (date.min, date.max)
    year = _find_year(view, newest=years[0])
    shown = view.ignoring("viewed").nights.within(date(year, 1, 1), date(year, 12, 31))
    link = view.linker("viewed")
    nights = (Night(day, viewings, link(day.isoformat()), not first <= day <= last) for day, viewings in shown)
    unpicked = view.filters.without("viewed")

    def turn_to(other: int) -> FilterLink:
        href = unpicked.with_("calendar", str(other)).href(view.path)
        return FilterLink(href, picked=other == year, key=f"calendar={other}")

    return Calendar(
        year,
        tuple(nights),
        tuple((other, turn_to(other)) for other in years) if not view.year else (),
        dict(view.other.nights.within(date(year, 1, 1), date(year, 12, 31))) if view.other else {},
        view.other,
    )


def _find_year(view: PageContext, *, newest: int) -> int:
    if view.days and view.all.until:
        return view.days[1].year if is_relative(view.filters.get("viewed") or "") else view.days[0].year
    return int(view.filters.get("calendar") or newest)


def render(card: Calendar, title: str) -> Markup:
    title = title % {"year": card.year}
    return templates.render(
        "stats/cards/calendar.html",
        card=card,
        title=title,
        chart=_draw(card, title),
        viewings=card.viewings,
        apart=tell_figure(len(card.picked), len(card.befores), card.other) if card.other else "",
        steps=chart.STEPS,
        rows=_list_months(card),
    )


def _draw(card: Calendar, title: str) -> Markup:
    tell = _teller(card)
    nights = {night.day: night for night in card.nights}
    months = i18n.locale().months["stand-alone"]["abbreviated"]
    weekdays = i18n.locale().days["stand-alone"]["abbreviated"]
    return chart.draw_calendar(
        card.year,
        {night.day: night.viewings for night in card.nights},
        mark=lambda day: _mark(nights[day], tell),
        ghosts=card.befores.keys(),
        dimmed={night.day for night in card.nights if night.outside},
        months=[months[n] for n in range(1, 13)],
        weekdays=[weekdays[n] if n % 2 == 0 else "" for n in range(7)],
        label=title,
    )


def _list_months(card: Calendar) -> list[tuple[str, int, str]]:
    """Of each its viewings, and its nights with theirs in brackets: a cell for each day is four hundred."""
    names = i18n.locale().months["stand-alone"]["abbreviated"]
    months = [[night for night in card.nights if night.day.month == month] for month in range(1, 13)]
    return [
        (
            names[month],
            sum(night.viewings for night in nights),
            ", ".join(f"{night.day.day}\N{NO-BREAK SPACE}({night.viewings})" for night in nights),
        )
        for month, nights in enumerate(months, start=1)
    ]


def _teller(card: Calendar) -> Callable[[str, Night], str]:
    """The words of a night picked, with what the other has there; against everything in shares of the year."""
    other, befores = card.other, card.befores
    if other is None:
        return lambda label, night: label
    if not other.is_all:
        return lambda label, night: other.tell(label, night.viewings, befores.get(night.day, 0))
    total, whole = card.viewings or 1, sum(befores.values()) or 1
    return lambda label, night: other.tell_shares(label, night.viewings / total, befores.get(night.day, 0) / whole)


def _mark(night: Night, tell: Callable[[str, Night], str]) -> Mark:
    when = _named(night.day, str(i18n.locale()))
    label = ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", night.viewings, when=when)
    return Mark.to(night.link, label if night.outside else tell(label, night))


@lru_cache(maxsize=4096)
def _named(day: date, _locale: str) -> str:
    """Writing a date costs more than drawing its night."""
    return i18n.date(day, gettext("MMMM d"))
