"""How many films a week, year by year, and whether it has become more of late."""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import (
    Beside,
    add_columns,
    compute_beside,
    is_one_scale,
    put_behind,
    put_values_behind,
    subtract,
)
from kinograph.stats.page_context import PageContext
from kinograph.stats.weeks import films_a_week, weeks_between

TITLE = gettext_noop("Films a week")
DEFINITION = (
    gettext_noop(
        "Films a week over the whole diary, in each of its years, in its last 52 weeks, and in the 52 weeks"
        " before those."
    ),
    "a week = viewings with a day / weeks",
)
RECENT = timedelta(weeks=52)
MOST_TEXTS = 24
"""More columns have no room for their numbers."""


@record
class YearOfWeeks:
    """Counted over the weeks of it that the diary covers, at least one."""

    year: int
    viewings: int
    a_week: float
    link: FilterLink
    outside: bool  # of the viewing days picked


@record
class FilmsPerWeek:
    years: tuple[YearOfWeeks, ...]  # from the first to the last, none left out
    a_week: float
    recent: float | None  # in the last 52 weeks of the diary; None when that is shorter than twice, or days are picked
    before: float | None  # in the 52 weeks before those
    beside: Beside[FilmsPerWeek] | None = field(default=None, compare=False)


def compute(view: PageContext) -> FilmsPerWeek | None:
    """None without a diary, or when nothing of it fits."""
    ends, shown = view.all.nights.ends, view.ignoring("viewed").nights
    if ends is None or not len(shown):
        return None
    first, last = ends
    start, end = view.days or ends
    counts = shown.by_year
    link = view.linker("viewed")
    years = tuple(
        YearOfWeeks(
            year,
            counts.get(year, 0),
            counts.get(year, 0) / weeks_between(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))),
            link(str(year)),
            outside=not start.year <= year <= end.year,
        )
        for year in range(first.year, last.year + 1)
    )
    year_ago = last - RECENT + timedelta(days=1)
    before, recent = shown.count([year_ago - RECENT, year_ago], last)
    has_trend = view.days is None and last - first >= 2 * RECENT  # beside a period's average it would be of other days
    return FilmsPerWeek(
        years=years,
        a_week=films_a_week(view) or 0.0,
        recent=recent / 52 if has_trend else None,
        before=before / 52 if has_trend else None,
        beside=compute_beside(view, compute),
    )


def render(card: FilmsPerWeek, title: str) -> Markup:
    items = _items(card)
    other = card.beside.card if card.beside else None
    rows = [(str(year.year), i18n.number(year.viewings), _format(year.a_week)) for year in card.years]
    heads = gettext("Year"), gettext("Viewings"), gettext("A week")
    has_ghosts = any(item.whole is not None for item in items)
    return templates.render(
        "stats/cards/films_per_week.html",
        apart=subtract(card.a_week, other.a_week, 1) if other else "",
        card=card,
        title=title,
        chart=draw_column_chart(items, label=title, height=180, most_ticks=10, one_scale=is_one_scale(card.beside)),
        has_ghosts=has_ghosts,
        table_of_years=add_columns(heads, rows, items, card.beside if has_ghosts else None, digits=1),
    )


def _items(card: FilmsPerWeek) -> list[Item]:
    """Against everything each year stands before its own; against a period those picked stand before that."""
    items = _list_years(card)
    if card.beside is None or card.beside.card is None:
        return items
    other = card.beside.other
    if other.pair is None:
        return put_behind(items, card.beside, _list_years)
    if not other.is_of_years:
        return items
    a_week = card.beside.card.a_week
    picked = [item for item in items if not item.dim]
    compared = iter(put_values_behind(picked, other, [a_week] * len(picked), digits=1))
    return [item if item.dim else next(compared) for item in items]


def _list_years(card: FilmsPerWeek) -> list[Item]:
    return [
        Item(
            year.a_week,
            Mark.to(
                year.link,
                gettext("%(year)s: %(number)s films a week", year=year.year, number=_format(year.a_week)),
            ),
            text=_format(year.a_week) if len(card.years) <= MOST_TEXTS else "",
            tick=str(year.year),
            dim=year.outside,
        )
        for year in card.years
    ]


def _format(a_week: float) -> str:
    """To one decimal, and to two where one would say that nothing was watched."""
    return i18n.decimal(a_week, 2 if 0 < a_week < 0.05 else 1)
