"""New releases or classics: how old the films were when they were watched, by viewing year and release decade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.heat import Cell, Head, draw_heat, steps
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import decades
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, Other, compute_beside, say_points
from kinograph.stats.arrays import Integers, count_each, is_known
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.nights import find_years
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("New releases or classics")
DEFINITION = (
    gettext_noop("Viewings by release decade and year of viewing, and the years between release and viewing."),
    "age = max(0, year of viewing − release year); new ⇔ age ≤ 1",
)
MOST_YEARS = 16
"""Of viewing; the chart has no room for more, and shows the newest."""

FAR = 100_000
"""More than any year, so that two numbers are one to sort and count by."""


@record
class DecadeDot:
    decade: int
    year: int  # of viewing
    viewings: int
    link: FilterLink
    outside: bool  # of what is picked


@record
class ViewingYear:
    year: int
    viewings: int
    age: float  # the median of whole years from release to viewing
    new: int  # viewings in the year of release or the next
    link: FilterLink


@record
class FilmAge:
    spots: tuple[DecadeDot, ...]  # by decade, then year, oldest first
    years: tuple[ViewingYear, ...]  # those with viewings, oldest first
    viewings: int
    age: float | None
    new: int
    yearless: int = 0  # dated viewings of films without a year
    decades: Mapping[int, int] = field(default_factory=dict)  # the viewings picked, by release decade
    beside: Beside[FilmAge] | None = field(default=None, compare=False)

    @property
    def share_new(self) -> float:
        return self.new / self.viewings if self.viewings else 0.0


def compute(view: PageContext) -> FilmAge | None:
    """None without a diary, or when no film in it has a year."""
    picked = _find_ages(view.picked)
    shown = _ignoring(view, picked, "viewed", "released")
    if not len(shown):
        return None
    released = view.filters.get("released")
    first, last = (day.year for day in view.days) if view.days else (0, 9999)
    low, high = span(released) if released else (None, None)
    counted = count_each(shown.years // 10 * 10 * FAR + shown.watched)
    return FilmAge(
        spots=tuple(
            DecadeDot(
                decade,
                year,
                viewings,
                view.link(viewed=str(year), released=decades.span(decade)),
                outside=not first <= year <= last or decade + 9 < (low or 0) or decade > (high or 9999),
            )
            for (decade, year), viewings in ((divmod(place, FAR), n) for place, n in counted.items())
        ),
        years=_years(_ignoring(view, picked, "viewed"), view),
        viewings=len(picked),
        decades=count_each(picked.years // 10 * 10) if view.filters else {},
        age=float(np.median(picked.ages)) if len(picked) else None,
        new=int((picked.ages <= 1).sum()),
        yearless=len(view.picked.of_dated) - len(picked),
        beside=compute_beside(view, compute),
    )


def _ignoring(view: PageContext, picked: _Ages, *names: str) -> _Ages:
    frame = view.ignoring(*names)
    return picked if frame is view.picked else _find_ages(frame)


@dataclass(frozen=True, slots=True, eq=False)
class _Ages:
    """Of each viewing the year of the film, the year of viewing, and the years between: arrays of one length."""

    years: Integers
    watched: Integers

    def __len__(self) -> int:
        return len(self.years)

    @property
    def ages(self) -> Integers:
        ages: Integers = np.maximum(self.watched - self.years, 0)
        return ages


def _find_ages(frame: Frame) -> _Ages:
    """Of the viewings of films that have a year."""
    years = frame.of_their_films(frame.of_dated, "year")
    has_year = is_known(years)
    return _Ages(years[has_year].astype(np.int64), find_years(frame.of_dated["watched_on"])[has_year])


def _years(shown: _Ages, view: PageContext) -> tuple[ViewingYear, ...]:
    link = view.linker("viewed")
    # Sorted once, by year and by age within it.
    watched, ages = np.divmod(np.sort(shown.watched * FAR + shown.ages), FAR)
    years, starts, counts = np.unique(watched, return_index=True, return_counts=True)
    middles = (ages[starts + (counts - 1) // 2] + ages[starts + counts // 2]) / 2
    new = np.add.reduceat(ages <= 1, starts, dtype=np.int64) if len(years) else counts
    told = zip(*(each.tolist() for each in (years, counts, middles, new)), strict=True)
    return tuple(ViewingYear(year, viewings, age, n, link(str(year))) for year, viewings, age, n in told)


def render(card: FilmAge, title: str) -> Markup:
    chart, has_ghosts, most = _draw(card, title)
    return templates.render(
        "stats/cards/film_age.html",
        card=card,
        title=title,
        apart=say_points(card.share_new, card.beside.card.share_new) if card.beside and card.beside.card else "",
        percent=i18n.percent(card.new / card.viewings) if card.viewings else "",
        chart=chart,
        has_ghosts=has_ghosts,
        steps=steps(most),
        rows=[
            (str(year.year), i18n.number(year.viewings), i18n.number(year.age), i18n.number(year.new))
            for year in card.years
        ],
    )


def _draw(card: FilmAge, title: str) -> tuple[Markup, bool, int]:
    """The chart, whether it has gray cells, and the most viewings of a cell."""
    tell = _teller(card)
    befores = _find_befores(card)
    watched = [spot.year for spot in card.spots] + [year for _, year in befores]
    years = list(range(max(min(watched), max(watched) - MOST_YEARS + 1), max(watched) + 1))
    every = {spot.decade for spot in card.spots} | {decade for decade, _ in befores}
    rows = list(range(min(every), max(every) + 1, 10))
    cells = {
        (rows.index(spot.decade), spot.year - years[0]): Cell(spot.viewings, tell(spot), spot.outside)
        for spot in card.spots
        if spot.year >= years[0]
    }
    ghosts = {(rows.index(decade), year - years[0]) for decade, year in befores if year in years} - cells.keys()
    chart = draw_heat(
        [Head(decades.named(decade)) for decade in rows],
        [Head(str(year) if len(years) <= 8 or n % 2 == 0 else "") for n, year in enumerate(years)],
        cells,
        label=title,
        ghosts=ghosts,
    )
    return chart, bool(ghosts), max((cell.value for cell in cells.values()), default=0)


def _teller(card: FilmAge) -> Callable[[DecadeDot], Mark]:
    """The mark of each cell, with the difference to the same decade where what is picked is a whole year;
    against everything in shares of both."""
    beside = card.beside
    if beside is None or beside.card is None:
        return _mark
    other, before = beside.other, beside.card
    counts = {(spot.decade, spot.year): spot.viewings for spot in before.spots}

    def tell_share(spot: DecadeDot) -> Mark:
        share, whole = spot.viewings / (card.viewings or 1), counts.get((spot.decade, spot.year), 0) / before.viewings
        return _say(spot, lambda label: other.tell_shares(label, share, whole))

    def tell(spot: DecadeDot) -> Mark:
        return _say(spot, lambda label: other.tell(label, spot.viewings, before.decades.get(spot.decade, 0)))

    if other.pair is None:
        return tell_share if before.viewings else _mark
    return tell if _find_year(other) else _mark


def _find_year(other: Other) -> int | None:
    """The whole year that is picked beside another period; None for any other days."""
    if other.pair is None or not other.is_of_years:
        return None
    first, last = other.pair.days
    return first.year if first.year == last.year else None


def _find_befores(card: FilmAge) -> set[tuple[int, int]]:
    """Decade and year of the cells in which what stands against the picked has a viewing."""
    if card.beside is None or card.beside.card is None:
        return set()
    other, before = card.beside.other, card.beside.card
    if other.is_all:
        return {(spot.decade, spot.year) for spot in before.spots}
    year = _find_year(other)
    return {(decade, year) for decade in before.decades} if year else set()


def _say(spot: DecadeDot, tell: Callable[[str], str]) -> Mark:
    mark = _mark(spot)
    return mark if spot.outside else mark._replace(label=tell(mark.label))


def _mark(spot: DecadeDot) -> Mark:
    label = ngettext(
        "%(decade)ss, watched in %(year)s: %(n)s viewing",
        "%(decade)ss, watched in %(year)s: %(n)s viewings",
        spot.viewings,
        decade=spot.decade,
        year=spot.year,
    )
    return Mark.to(spot.link, label)
