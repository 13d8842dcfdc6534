"""How many films a week, year by year, and whether it has become more of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Column, Tick, columns, slots
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats.filters import FilterLink, days_of
from kinograph.stats.page_context import PageContext
from kinograph.stats.weeks import films_a_week, weeks_between

TITLE = gettext_noop("Films a week")
RECENT = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Year:
    """Counted over the weeks of it that the diary covers, at least one."""

    year: int
    viewings: int
    a_week: float
    link: FilterLink
    outside: bool  # of the viewing days picked


@dataclass(frozen=True, slots=True)
class Pace:
    years: tuple[Year, ...]  # from the first to the last, none left out
    a_week: float
    recent: float | None  # in the last 52 weeks of the diary; None when it is shorter than twice that
    before: float | None  # in the 52 weeks before those


def compute(view: PageContext) -> Pace | None:
    """None without a diary, or when nothing of it fits."""
    whole = view.dated(view.all)["watched_on"]
    shown = view.dated(view.ignoring("viewed"))
    if not len(shown):
        return None
    first, last = whole.min(), whole.max()
    assert isinstance(first, date) and isinstance(last, date)
    viewed = view.filters.get("viewed")
    start, end = days_of(viewed) if viewed else (first, last)
    counts = dict(shown.group_by(pl.col("watched_on").dt.year()).len().iter_rows())
    link = view.linker("viewed")
    years = tuple(
        Year(
            year,
            counts.get(year, 0),
            counts.get(year, 0) / weeks_between(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))),
            link(str(year)),
            outside=not start.year <= year <= end.year,
        )
        for year in range(first.year, last.year + 1)
    )
    days = shown["watched_on"]
    year_ago = last - RECENT
    long_enough = last - first >= 2 * RECENT
    return Pace(
        years=years,
        a_week=films_a_week(view) or 0.0,
        recent=int((days > year_ago).sum()) / 52 if long_enough else None,
        before=int(days.is_between(last - 2 * RECENT, last - RECENT, closed="right").sum()) / 52
        if long_enough
        else None,
    )


def render(card: Pace, title: str) -> Markup:
    shown = [
        Column(
            x,
            width,
            year.a_week,
            year.a_week,
            Mark(
                year.link.href,
                gettext("%(year)s: %(number)s films a week", year=year.year, number=i18n.decimal(year.a_week, 1)),
                year.link.picked,
            ),
            text=i18n.decimal(year.a_week, 1) if len(card.years) <= 24 else "",
            dim=year.outside,
        )
        for year, (x, width) in zip(card.years, slots(len(card.years)), strict=True)
    ]
    every = -(-len(shown) // 10)
    ticks = [
        Tick(column.x + column.width / 2, str(year.year))
        for n, (year, column) in enumerate(zip(card.years, shown, strict=True))
        if n % every == 0
    ]
    return templates.render(
        "stats/cards/films_per_week.html",
        card=card,
        title=title,
        chart=columns(shown, ticks, label=title, height=180, top=24),
        rows=[(str(year.year), i18n.number(year.viewings), i18n.decimal(year.a_week, 1)) for year in card.years],
    )
