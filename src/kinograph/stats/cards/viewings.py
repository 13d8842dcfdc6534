"""When a person watched, month by month, from the first entry of the diary to the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts.columns import Column, Tick, columns, slots
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, ngettext, noop
from kinograph.stats.filters import Link, days_of
from kinograph.stats.view import View

TITLE = noop("Viewings over time")
MOST_MONTHS = 180
"""A longer diary is drawn by years."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year, named as the filter writes it: 2024-03, 2024."""

    name: str
    viewings: int
    whole: int
    link: Link


@dataclass(frozen=True, slots=True)
class Viewings:
    periods: tuple[Period, ...]  # from the first to the last, none left out
    years: tuple[Period, ...]
    total: int
    best: tuple[date, int] | None  # the month with the most, and how many
    at_once: int  # viewings on days with so many that they were logged, not watched
    undated: int  # watched films without a viewing
    picked: str | None  # the year, month or day picked


def compute(view: View) -> Viewings | None:
    """None without a diary."""
    if not len(view.dated(view.all)):
        return None
    whole, viewings = _by_month(view.dated(view.all)), _by_month(view.dated(view.ignoring("viewed")))
    picked = view.dated(view.picked)
    first, last = min(whole), max(whole)
    years = [f"{year}" for year in range(first.year, last.year + 1)]
    months = [f"{n // 12}-{n % 12 + 1:02}" for n in range(_count(first), _count(last) + 1)]
    return Viewings(
        periods=_periods(months if len(months) <= MOST_MONTHS else years, viewings, whole, view),
        years=_periods(years, viewings, whole, view),
        total=len(picked),
        best=_best(_by_month(picked)),
        at_once=len(view.picked.viewings) - len(picked),
        undated=len(view.watched.join(view.picked.viewings, on="n", how="anti")),
        picked=view.filters.get("viewed"),
    )


def _by_month(viewings: pl.DataFrame) -> dict[date, int]:
    counts = viewings.group_by(pl.col("watched_on").dt.truncate("1mo")).len()
    return dict(zip(counts["watched_on"].to_list(), counts["len"].to_list(), strict=True))


def _count(month: date) -> int:
    """Months since the year 0, to step from one to the next."""
    return month.year * 12 + month.month - 1


def _periods(names: list[str], viewings: dict[date, int], whole: dict[date, int], view: View) -> tuple[Period, ...]:
    link = view.linker("viewed")
    counts, wholes = _named(viewings, len(names[0])), _named(whole, len(names[0]))
    return tuple(Period(name, counts.get(name, 0), wholes.get(name, 0), link(name)) for name in names)


def _named(by_month: dict[date, int], length: int) -> dict[str, int]:
    """Counts by the first `length` letters of the month: 7 for months, 4 for years."""
    named: dict[str, int] = {}
    for month, count in by_month.items():
        name = month.isoformat()[:length]
        named[name] = named.get(name, 0) + count
    return named


def _best(viewings: dict[date, int]) -> tuple[date, int] | None:
    return max(viewings.items(), key=lambda month: (month[1], month[0]), default=None)


def render(card: Viewings) -> Markup:
    shown = [
        Column(x, width, period.viewings, period.whole, _mark(period), dim=_outside(period.name, card.picked))
        for period, (x, width) in zip(card.periods, slots(len(card.periods)), strict=True)
    ]
    starts = [n for n, period in enumerate(card.periods) if n == 0 or period.name[:4] != card.periods[n - 1].name[:4]]
    # A year that has only its last months on the chart leaves no room for its name.
    every = -(-len(starts) // 16)
    ticks = [
        Tick(shown[start].x, year.name, _mark(year), css="tick start" if n % (2 * every) == 0 else "tick start wide")
        for n, (start, year) in enumerate(zip(starts, card.years, strict=True))
        if n % every == 0 and shown[start].x < 97 and (n or len(starts) == 1 or starts[1] > 3)
    ]
    months = i18n.locale().months["stand-alone"]["abbreviated"]
    counts = {period.name: period.viewings for period in card.periods}
    return pages.render(
        "stats/cards/viewings.html",
        card=card,
        title=gettext(TITLE),
        chart=columns(shown, ticks, label=gettext(TITLE), height=222, top=20, ruled=True),
        best=card.best and (_when(f"{card.best[0]:%Y-%m}"), i18n.number(card.best[1])),
        ghost=any(period.viewings != period.whole for period in card.periods),
        heads=[gettext("Year"), gettext("All"), *(months[n] for n in range(1, 13))],
        rows=[
            (year.name, i18n.number(year.viewings), *(counts.get(f"{year.name}-{n:02}", "") for n in range(1, 13)))
            for year in card.years
        ],
    )


def _outside(name: str, picked: str | None) -> bool:
    if picked is None:
        return False
    (first, last), (start, end) = days_of(name), days_of(picked)
    return last < start or end < first


def _when(name: str) -> str:
    return i18n.date(date.fromisoformat(name + "-01"), "MMMM y") if "-" in name else name


def _mark(period: Period) -> Mark:
    label = ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", period.viewings, when=_when(period.name))
    return Mark(period.link.href, label, period.link.picked)
