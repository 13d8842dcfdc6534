"""From which years a person's films come, as a strip of film with a gate over the era that is picked.

It tells films, viewings or average ratings, as the address says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import NamedTuple

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.charts.strip import COMPRESSED_BEFORE, draw_strip
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import amounts, decades, groups, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Other
from kinograph.stats.amounts import Counted
from kinograph.stats.arrays import known
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("A century of release years")
DEFINITION = (
    gettext_noop("Films, viewings or averages by release year and decade."),
    "n(films), Σ viewings or Σ stars / ratings by release year",
)
TOLD = {"films": gettext_noop("Films"), "average": gettext_noop("Average rating"), "viewings": gettext_noop("Viewings")}


class Amount(NamedTuple):
    """Films or viewings, or the average of so many ratings: None of too few, see groups.count_by."""

    value: float | None
    ratings: int = 0


class Best(NamedTuple):
    year: int
    average: float
    ratings: int


@record
class ReleaseSpan:
    """A year or a decade, by its first year: of the films picked but for their year, and of all."""

    year: int
    picked: Amount
    whole: Amount
    link: FilterLink


@record
class ReleaseYears:
    told: str  # films, viewings or average
    years: tuple[ReleaseSpan, ...]  # those with a film, oldest first
    decades: tuple[ReleaseSpan, ...]  # from the first to the last, none left out
    total: int  # films or viewings with a year, among those picked
    median: int | None  # half of them are from this year or later
    best: Best | None  # the best rated year among those picked, where averages are told
    own_mean: float | None
    undated: int  # films the export gives no year
    unlogged: int  # watched films without a viewing, where viewings are told
    gate: tuple[int, int] | None  # first and last year picked
    era_href: str  # of a picked era, FROM and TO in the places of its years
    choices: tuple[tuple[str, FilterLink], ...]
    wished: bool = False  # of films that wait on a watchlist
    other: Other | None = field(default=None, compare=False)

    @property
    def sums(self) -> tuple[float, float]:
        """Of what is picked, and of what stands behind it; never 0."""
        return (
            sum(span.picked.value or 0 for span in self.years) or 1,
            sum(span.whole.value or 0 for span in self.years) or 1,
        )

    @property
    def is_one_scale(self) -> bool:
        """Whether another period stands behind, and not everything."""
        return self.other is not None and not self.other.is_all


def compute(view: PageContext) -> ReleaseYears | None:
    """None when no film has a year."""
    years = np.unique(known(view.all.of_watched["year"])).astype(np.int64).tolist()
    if not years:
        return None
    told = view.filters.get("strip") or "films"
    link = view.linker("released")
    counts = _counts(view.counting(view.picked, "films" if told == "average" else told))
    return ReleaseYears(
        told=told,
        years=_spans(view, told, years, lambda year: link(f"{year}")),
        decades=_spans(
            view,
            told,
            range(decades.first_year(years[0]), years[-1] + 1, 10),
            lambda decade: link(decades.span(decade)),
            length=10,
        ),
        total=int(sum(amount.value or 0 for amount in counts.values())),
        median=_median(counts),
        best=_best(view) if told == "average" else None,
        own_mean=view.own_mean if told == "average" else None,
        undated=int(np.count_nonzero(~view.picked.of_watched.known("year"))),
        unlogged=amounts.count_undated(view.picked) if told == "viewings" else 0,
        gate=_gate(view.filters.get("released"), years[0], years[-1]),
        era_href=link("FROM-TO").href,
        choices=() if view.is_wished else tuple((name, view.choice("strip", name, default="films")) for name in TOLD),
        wished=view.is_wished,
        other=view.other,
    )


def _spans(
    view: PageContext, told: str, firsts: Iterable[int], link: Callable[[int], FilterLink], *, length: int = 1
) -> tuple[ReleaseSpan, ...]:
    """Spans of so many years from these on."""

    def amounts(frame: Frame) -> dict[int, Amount]:
        if told == "average":
            return _averages(frame, view, length)
        return _counts(view.counting(frame, told), length)

    shown, none = view.ignoring("released"), Amount(None if told == "average" else 0)
    behind = view.other.view.ignoring("released") if view.other else view.all
    whole = amounts(behind)
    picked = whole if shown is behind else amounts(shown)
    return tuple(ReleaseSpan(first, picked.get(first, none), whole.get(first, none), link(first)) for first in firsts)


def _counts(films: Counted, length: int = 1) -> dict[int, Amount]:
    found = groups.count_by(films, _span_of(length), own_mean=None)
    return dict(zip(found.keys.to_list(), map(Amount, found.amount.tolist()), strict=True))


def _averages(frame: Frame, view: PageContext, length: int) -> dict[int, Amount]:
    found = groups.count_by(view.counting(frame, "films"), _span_of(length), own_mean=view.own_mean)
    return {group.key: Amount(group.average, group.rated) for group in found.most()}


def _span_of(length: int) -> str | pl.Expr:
    """The first year of those that a film is counted with."""
    return "year" if length == 1 else pl.col("year") // length * length


def _median(counts: dict[int, Amount]) -> int | None:
    left = int(sum(amount.value or 0 for amount in counts.values())) // 2
    for year in sorted(counts):
        left -= int(counts[year].value or 0)
        if left < 0:
            return year
    return None


def _best(view: PageContext) -> Best | None:
    best = groups.count_by(view.counting(view.picked, "films"), "year", own_mean=view.own_mean).best(1)
    return Best(best[0].key, best[0].average or 0.0, best[0].rated) if best else None


def _gate(released: str | None, first: int, last: int) -> tuple[int, int] | None:
    if released is None:
        return None
    low, _, high = released.partition("-") if "-" in released else (released, "", released)
    return int(low or first), int(high or last)


def render(card: ReleaseYears, title: str) -> Markup:
    years = {span.year: span for span in card.years}
    eras = {span.year: span for span in card.decades}
    averages = card.told == "average"
    compressed = card.years[0].year < COMPRESSED_BEFORE < card.years[-1].year
    return templates.render(
        "stats/cards/release_years.html",
        card=card,
        title=title,
        chart=draw_strip(
            {span.year: span.picked.value or 0 for span in card.years},
            {span.year: span.whole.value or 0 for span in card.years},
            middle=(card.own_mean or 0) if averages else None,
            gate=card.gate,
            year_mark=lambda year: _mark(years[year], str(year), card)._replace(year=year),
            decade_mark=lambda decade: _decade_mark(eras.get(decade), decade, card),
            label=title,
            era_href=card.era_href,
            one_scale=card.is_one_scale,
        ),
        ghost=not card.is_one_scale and any(span.picked != span.whole for span in card.years),
        choices=[(gettext(TOLD[name]), link) for name, link in card.choices],
        fewest=groups.FEWEST_RATINGS,
        compressed=COMPRESSED_BEFORE if compressed else None,
        heads=[gettext("Year"), gettext(TOLD[card.told]), *([gettext("Ratings")] if averages else [])],
        rows=[(span.year, *_cells(span.picked, averages=averages)) for span in card.years],
    )


def _cells(amount: Amount, *, averages: bool) -> tuple[str, ...]:
    if averages:
        return ranking.format_average(amount.value), i18n.number(amount.ratings)
    return (i18n.number(amount.value or 0),)


def _decade_mark(span: ReleaseSpan | None, decade: int, card: ReleaseYears) -> Mark | None:
    return _mark(span, gettext("%(first)s to %(last)s", first=decade, last=decade + 9), card) if span else None


def _mark(span: ReleaseSpan, when: str, card: ReleaseYears) -> Mark:
    label, now, was = _label(span.picked, when, card.told), span.picked.value, span.whole.value
    if card.other and now is not None and was is not None:
        if card.other.is_all and card.told != "average":
            label = card.other.tell_shares(label, now / card.sums[0], was / card.sums[1])
        else:
            label = card.other.tell(label, now, was, digits=2 if card.told == "average" else 0)
    return Mark.to(span.link, label)


def _label(amount: Amount, when: str, told: str) -> str:
    if told == "average":
        if amount.value is None:
            return gettext("%(when)s: too few ratings", when=when)
        return ngettext(
            "%(when)s: %(stars)s★ over %(n)s rating",
            "%(when)s: %(stars)s★ over %(n)s ratings",
            amount.ratings,
            when=when,
            stars=i18n.decimal(amount.value),
        )
    count = int(amount.value or 0)
    if told == "viewings":
        return ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", count, when=when)
    return ngettext("%(when)s: %(n)s film", "%(when)s: %(n)s films", count, when=when)
