"""A year in plain figures, each beside that of the year before; or all years together."""

from __future__ import annotations

from dataclasses import field
from datetime import date

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import amounts
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.against import Beside, compute_beside, tell_figure
from kinograph.stats.arrays import mean
from kinograph.stats.cards.best_films import flag_new
from kinograph.stats.comparison import difference
from kinograph.stats.frames import Frame
from kinograph.stats.nights import find_years
from kinograph.stats.page_context import PageContext
from kinograph.stats.weeks import films_a_week, running_until

TITLE = gettext_noop("In figures")
DEFINITION = (
    gettext_noop(
        "The totals of a year beside those of the year before, or the totals of all time. Where the diary ends "
        "within the year, the year before counts up to the same day. Films of unknown runtime add no hours; the"
        " card says how many there are."
    ),
    "films, viewings, hours, rewatches, likes and average as above; nights = n(days with a viewing)",
)


@record
class Totals:
    films: int
    viewings: int
    rewatches: int  # viewings marked as such
    hours: int  # of all viewings, and once of a watched film without any
    nights: int  # days with a viewing, but those filled in at one go
    liked: int
    mean: float | None  # of the films' ratings, in stars


NOTHING = Totals(0, 0, 0, 0, 0, 0, None)


@record
class YearTotals:
    year: int | None  # None: all of them
    totals: Totals
    before: Totals | None  # the year before, up to the same day while the year runs
    until: date | None  # that day, in the year before
    new: int | None  # films that were new in the year
    a_week: float | None  # viewings
    at_once: int  # viewings on days filled in at one go
    series: int  # whose hours are an estimate
    to_rewatches: FilterLink
    to_liked: FilterLink
    to_new: FilterLink | None
    untimed: int = 0  # films without a known runtime: they add no hours
    beside: Beside[YearTotals] | None = field(default=None, compare=False)


def compute(view: PageContext) -> YearTotals | None:
    """None when nothing was watched."""
    if not len(view.picked.of_watched):
        return None
    year = view.year
    before, until = _year_before(view, year) if year and not view.other else (None, None)
    return YearTotals(
        year=year,
        totals=_totals(view.picked),
        before=before,
        until=until,
        new=int(np.count_nonzero(flag_new(view.picked.of_watched, year))) if year else None,
        a_week=films_a_week(view),
        at_once=count_filled_in(view),
        series=amounts.count_series(view.picked),
        to_rewatches=view.linker("rewatched")("yes"),
        to_liked=view.linker("liked")("yes"),
        to_new=view.linker("released")(f"{year}-") if year else None,
        untimed=amounts.count_untimed(view.picked),
        beside=compute_beside(view, compute),
    )


def _totals(frame: Frame) -> Totals:
    films, viewings = frame.of_watched, frame.of_viewings
    return Totals(
        films=len(films),
        viewings=len(viewings),
        rewatches=int(viewings["rewatch"].sum()),
        hours=i18n.whole_hours(amounts.sum_minutes(frame)),
        nights=len(frame.nights),
        liked=int(films["liked"].sum()),
        mean=mean(films["rating"]),
    )


def count_filled_in(view: PageContext) -> int:
    """Viewings on days of the year, or of any, that were filled in at one go; no year has them."""
    if not view.year:
        return int(view.picked.of_viewings["at_once"].sum())
    others = Filters(picked=view.filters.without("viewed").picked).apply(view.all).of_viewings
    return int((find_years(others["watched_on"][others["at_once"]]) == view.year).sum())


def _year_before(view: PageContext, year: int) -> tuple[Totals | None, date | None]:
    """Nothing where a part of the year is picked, or where the diary knows nothing of the year before."""
    if any(name == "viewed" for name, _ in view.filters.picked):
        return None, None
    last = running_until(view)
    until = _same_day(last, year - 1) if last else None
    viewed = f"{year - 1}-01-01..{until}" if until else str(year - 1)
    found = Filters(picked=view.filters.picked, fixed=(("viewed", viewed),)).apply(view.all)
    return (_totals(found), until) if len(found.viewings) else (None, None)


def _same_day(day: date, year: int) -> date:
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def render(card: YearTotals, title: str) -> Markup:
    def more(name: str) -> str:
        if card.beside:
            totals = card.beside.card.totals if card.beside.card else NOTHING
            return tell_figure(
                getattr(card.totals, name), getattr(totals, name), card.beside.other, 2 * (name == "mean")
            )
        return _more(getattr(card.totals, name), getattr(card.before, name)) if card.before else ""

    return templates.render(
        "stats/cards/year_totals.html",
        card=card,
        title=title,
        more=more,
        films=_films(card),
        kinder=more("mean") if card.beside else _kinder(card),
    )


def _films(card: YearTotals) -> str:
    """Their number opens the page; here it is set against that of the year before."""
    before = card.before.films if card.before else 0
    return ngettext("The year before had %(n)s film.", "The year before had %(n)s films.", before)


def _more(now: int, before: int) -> str:
    """Against the year before, in words."""
    if now == before:
        return gettext("as many as the year before")
    count = abs(now - before)
    if now > before:
        return ngettext("%(n)s more than the year before", "%(n)s more than the year before", count)
    return ngettext("%(n)s fewer than the year before", "%(n)s fewer than the year before", count)


def _kinder(card: YearTotals) -> str:
    now, before = card.totals.mean, card.before.mean if card.before else None
    if now is None or before is None:
        return ""
    apart = difference(now, before)
    stars = i18n.decimal(abs(apart))
    if not apart:
        return gettext("as the year before")
    if apart > 0:
        return gettext("%(stars)s more than the year before", stars=stars)
    return gettext("%(stars)s less than the year before", stars=stars)
