"""How kind a person's stars have been over the years, beside everyone else's for the same films."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date, timedelta

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Tick, divide_width
from kinograph.charts.marks import Mark
from kinograph.charts.pairs import Pair, draw_pairs
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Other, subtract
from kinograph.stats.arrays import Array, is_known
from kinograph.stats.columns import Rows
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Your ratings over time")
DEFINITION = (
    gettext_noop(
        "The mean of the stars you gave at each viewing and of TMDB's scores for the same viewings, by quarter,"
        " or by year in a long diary, with three rated viewings or more."
    ),
    "mean(stars of the viewing) and mean(score / 2)",
)
MOST_QUARTERS = 28
"""A longer diary is drawn by years."""

FEWEST_RATINGS = 3
"""A quarter or year with fewer rated viewings is left out."""


@record
class TrendPeriod:
    """A quarter or a year. Means are in stars, over the same viewings; everyone else's is TMDB's score halved.

    Where too few of the films have a score, it is the mean of all of one's own, and nobody else's.
    """

    first: date
    last: date
    ratings: int  # that the means are over
    yours: float
    theirs: float | None
    link: FilterLink
    outside: bool  # of the viewing days picked


@record
class RatingTrend:
    periods: tuple[TrendPeriod, ...]  # oldest first
    by_year: bool
    befores: tuple[float | None, ...] = ()  # of each period your mean in that which stands against it
    other: Other | None = field(default=None, compare=False)

    @property
    def is_by_place(self) -> bool:
        """Whether what stands behind is at the same place in the other period, not so many quarters or years before."""
        pair = self.other.pair if self.other else None
        return pair is not None and (not pair.months or pair.months % (12 if self.by_year else 3) != 0)


def compute(view: PageContext) -> RatingTrend | None:
    """By the ratings given in the diary. None when fewer than two periods have enough of them."""
    frame = view.ignoring("viewed")
    rated = frame.of_dated.where(is_known(frame.of_dated["rating"]))
    if not len(rated):
        return None
    first, last = rated["watched_on"].min().item(), rated["watched_on"].max().item()
    by_year = (last - first).days > MOST_QUARTERS * 91
    start, end = view.days or (first, last)
    link = view.linker("viewed")
    months = 12 if by_year else 3
    starts = _list_starts(first, last, months=months)
    counted = _count_periods(rated, frame.of_their_films(rated, "vote_average") / 2, starts)
    periods = []
    for begins, ratings, yours, theirs in counted:
        ends = _last(begins, months=months)
        name = str(begins.year) if by_year else f"{begins}..{ends}"
        periods.append(TrendPeriod(begins, ends, ratings, yours, theirs, link(name), ends < start or end < begins))
    if len(periods) < 2:
        return None
    return RatingTrend(tuple(periods), by_year, _find_befores(view, periods, by_year=by_year), view.other)


def _find_befores(view: PageContext, periods: Sequence[TrendPeriod], *, by_year: bool) -> tuple[float | None, ...]:
    """Of the periods picked. Where the other's days are not whole quarters or years earlier, the first of the one
    stands beside the first of the other, and so on; what would stand beside itself stands alone."""
    if view.other is None:
        return ()
    if view.other.pair is None:
        card = compute(view.other.view)
        means = {each.first: each.yours for each in card.periods} if card and card.by_year == by_year else {}
        return tuple(means.get(each.first) for each in periods)
    means = {each.first: each.yours for each in periods}
    months = 12 if by_year else 3
    firsts, others = (_list_starts(*days, months=months) for days in (view.other.pair.days, view.other.pair.other))
    stands = {first: other for first, other in zip(firsts, others, strict=False) if first != other}
    return tuple(None if each.outside else means.get(stands.get(each.first, date.min)) for each in periods)


def _list_starts(first: date, last: date, *, months: int) -> list[date]:
    """Of the years or quarters from that of the first day to that of the last."""
    start, end = ((day.year * 12 + day.month - 1) // months for day in (first, last))
    return [date(n * months // 12, n * months % 12 + 1, 1) for n in range(start, end + 1)]


def _count_periods(
    rated: Rows, theirs: Array, starts: Sequence[date]
) -> Iterator[tuple[date, int, float, float | None]]:
    """Of each period with ratings enough its first day, the ratings, their mean, and everyone else's: over the
    viewings whose film has a score, or over all of them where these are too few."""
    yours = rated["rating"]
    period = np.array(starts, "datetime64[D]").searchsorted(rated["watched_on"], side="right") - 1
    is_scored = is_known(theirs)

    def add_up(values: Array, where: Array) -> list[float]:
        sums: list[float] = np.bincount(period[where], weights=values[where], minlength=len(starts)).tolist()
        return sums

    every = np.ones(len(yours), np.bool_)
    ratings, scored = (np.bincount(period[which], minlength=len(starts)).tolist() for which in (every, is_scored))
    totals, beside, others = add_up(yours, every), add_up(yours, is_scored), add_up(theirs, is_scored)
    for n, start in enumerate(starts):
        if scored[n] >= FEWEST_RATINGS:
            yield start, scored[n], beside[n] / scored[n], others[n] / scored[n]
        elif ratings[n] >= FEWEST_RATINGS:
            yield start, ratings[n], totals[n] / ratings[n], None


def _last(first: date, *, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1) - timedelta(days=1)


def render(card: RatingTrend, title: str) -> Markup:
    return templates.render(
        "stats/cards/rating_trend.html",
        card=card,
        title=title,
        first=card.periods[0],
        latest=card.periods[-1],
        compared=any(each.theirs is not None for each in card.periods),
        named=lambda period: _when(period, by_year=card.by_year),
        chart=_chart(card, title),
        has_ghosts=any(before is not None for before in card.befores),
        rows=[
            (
                _when(each, by_year=card.by_year),
                i18n.number(each.ratings),
                i18n.decimal(each.yours),
                "–" if each.theirs is None else i18n.decimal(each.theirs),
                *([] if not card.befores else ["–"] if before is None else [subtract(each.yours, before, 2)]),
            )
            for each, before in _with_befores(card)
        ],
    )


def _chart(card: RatingTrend, title: str) -> Markup:
    """A slot for every quarter or year, those with too few ratings too, or time would stand still there."""
    first, latest = card.periods[0], card.periods[-1]
    months = 12 if card.by_year else 3
    places = divide_width(_slot(latest.first, first, months) + 1)
    shown = [
        Pair(
            *places[_slot(each.first, first, months)],
            each.yours,
            each.theirs,
            _mark(each, card, before),
            each.outside,
            before,
        )
        for each, before in _with_befores(card)
    ]
    years = range(first.first.year + (first.first.month > 1), latest.first.year + 1)
    every = -(-len(years) // 8) or 1
    starts = [(year, places[_slot(date(year, 1, 1), first, months)]) for year in years[::every]]
    ticks = [Tick(x + width / 2, str(year)) for year, (x, width) in starts]
    return draw_pairs(shown, ticks, label=title, height=190)


def _with_befores(card: RatingTrend) -> Iterable[tuple[TrendPeriod, float | None]]:
    return zip(card.periods, card.befores or (None,) * len(card.periods), strict=True)


def _slot(day: date, first: TrendPeriod, months: int) -> int:
    return ((day.year - first.first.year) * 12 + day.month - first.first.month) // months


def _when(period: TrendPeriod, *, by_year: bool) -> str:
    return str(period.first.year) if by_year else i18n.date(period.first, "QQQ y")


def _mark(period: TrendPeriod, card: RatingTrend, before: float | None) -> Mark:
    when, yours = _when(period, by_year=card.by_year), i18n.decimal(period.yours)
    if period.theirs is None:
        label = gettext("%(when)s: you %(yours)s", when=when, yours=yours)
    else:
        label = gettext(
            "%(when)s: you %(yours)s, everyone else %(theirs)s",
            when=when,
            yours=yours,
            theirs=i18n.decimal(period.theirs),
        )
    if before is not None and card.other:
        label = card.other.tell(label, period.yours, before, digits=2)
    return Mark.to(period.link, label)
