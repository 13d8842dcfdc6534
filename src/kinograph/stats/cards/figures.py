"""A year in plain figures, each beside that of the year before; or all years together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.i18n import gettext, ngettext, noop
from kinograph.stats.filters import Filters, Link
from kinograph.stats.frames import Frame
from kinograph.stats.view import View, watched

TITLE = noop("In figures")


@dataclass(frozen=True, slots=True)
class Totals:
    films: int
    viewings: int
    rewatches: int  # viewings marked as such
    hours: int  # of all viewings; of the films once where there is no diary
    nights: int  # days with a viewing
    liked: int
    mean: float | None  # of the films' ratings, in stars


@dataclass(frozen=True, slots=True)
class Figures:
    year: int | None  # None: all of them
    totals: Totals
    before: Totals | None  # the year before, up to the same day where the diary ends within the year
    until: date | None  # that day, in the year before
    new: int | None  # films released in the year itself
    a_week: float | None  # viewings
    to_rewatches: Link
    to_liked: Link
    to_new: Link | None


def compute(view: View) -> Figures | None:
    """None when nothing was watched."""
    if not len(view.watched):
        return None
    year = view.year
    last = _last_day(view)
    before, until = _year_before(view, year, last) if year else (None, None)
    weeks = _weeks(view, year, last)
    totals = _totals(view.picked)
    return Figures(
        year=year,
        totals=totals,
        before=before,
        until=until,
        new=int((view.watched["year"] == year).sum()) if year else None,
        a_week=totals.viewings / weeks if weeks and view.filters.get("viewed") in (None, str(year)) else None,
        to_rewatches=view.linker("rewatched")("yes"),
        to_liked=view.linker("liked")("yes"),
        to_new=view.linker("released")(str(year)) if year else None,
    )


def _totals(frame: Frame) -> Totals:
    films = watched(frame)
    viewed = frame.viewings.join(films.select("n", "runtime_minutes"), on="n", how="left")
    mean = films["rating"].mean()
    return Totals(
        films=len(films),
        viewings=len(viewed),
        rewatches=int(viewed["rewatch"].sum()),
        hours=round(int((viewed if len(viewed) else films)["runtime_minutes"].sum()) / 60),
        nights=viewed["watched_on"].n_unique(),
        liked=int(films["liked"].sum()),
        mean=float(mean) if isinstance(mean, int | float) else None,
    )


def _last_day(view: View) -> date | None:
    last = view.all.viewings["watched_on"].max()
    return last if isinstance(last, date) else None


def _year_before(view: View, year: int, last: date | None) -> tuple[Totals | None, date | None]:
    """Nothing where a part of the year is picked, or where the diary knows nothing of the year before."""
    if last is None or any(name == "viewed" for name, _ in view.filters.picked):
        return None, None
    until = _same_day(last, year - 1) if last.year == year and (last.month, last.day) < (12, 31) else None
    viewed = f"{year - 1}-01-01..{until}" if until else str(year - 1)
    found = Filters(picked=view.filters.picked, fixed=(("viewed", viewed),)).apply(view.all)
    return (_totals(found), until) if len(found.viewings) else (None, None)


def _same_day(day: date, year: int) -> date:
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _weeks(view: View, year: int | None, last: date | None) -> float | None:
    """Of the year, or of the whole diary, as far as it reaches; at least one."""
    first = view.all.viewings["watched_on"].min()
    if last is None or not isinstance(first, date):
        return None
    if year:
        first, last = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    return max(1.0, ((last - first).days + 1) / 7)


def render(card: Figures) -> Markup:
    def more(name: str) -> str:
        return _more(getattr(card.totals, name), getattr(card.before, name)) if card.before else ""

    return pages.render("stats/cards/figures.html", card=card, title=gettext(TITLE), more=more, kinder=_kinder(card))


def _more(now: int, before: int) -> str:
    """Against the year before, in words."""
    if now == before:
        return gettext("as many as the year before")
    count = abs(now - before)
    if now > before:
        return ngettext("%(n)s more than the year before", "%(n)s more than the year before", count)
    return ngettext("%(n)s fewer than the year before", "%(n)s fewer than the year before", count)


def _kinder(card: Figures) -> str:
    now, before = card.totals.mean, card.before.mean if card.before else None
    if now is None or before is None:
        return ""
    stars = i18n.decimal(abs(now - before))
    if abs(now - before) < 0.005:
        return gettext("as the year before")
    if now > before:
        return gettext("%(stars)s more than the year before", stars=stars)
    return gettext("%(stars)s less than the year before", stars=stars)
