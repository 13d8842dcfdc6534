"""From which years a person's films come, as a strip of film with a gate over the era that is picked."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts.marks import Mark
from kinograph.charts.strip import strip
from kinograph.i18n import gettext, ngettext, noop
from kinograph.stats.filters import Link
from kinograph.stats.view import View, watched

TITLE = noop("A century of release years")


@dataclass(frozen=True, slots=True)
class Span:
    """The films of a year or a decade, by its first year: of those picked but for their year, and of all."""

    year: int
    films: int
    whole: int
    link: Link


@dataclass(frozen=True, slots=True)
class ReleaseYears:
    years: tuple[Span, ...]  # those with a film, oldest first
    decades: tuple[Span, ...]  # from the first to the last, none left out
    films: int  # with a year, among those picked
    median: int | None  # half the films are from this year or later
    undated: int  # films the export gives no year
    gate: tuple[int, int] | None  # first and last year picked
    era_href: str  # of a picked era, FROM and TO in the places of its years


def compute(view: View) -> ReleaseYears | None:
    """None when no film has a year."""
    whole = _by_year(view.everything)
    if not whole:
        return None
    films = _by_year(watched(view.ignoring("released")))
    link = view.linker("released")
    years = view.watched["year"].drop_nulls().sort()
    return ReleaseYears(
        years=tuple(Span(year, films.get(year, 0), count, link(str(year))) for year, count in sorted(whole.items())),
        decades=tuple(
            Span(
                decade,
                sum(count for year, count in films.items() if year // 10 == decade // 10),
                sum(count for year, count in whole.items() if year // 10 == decade // 10),
                link(f"{decade}-{decade + 9}"),
            )
            for decade in range(min(whole) // 10 * 10, max(whole) + 1, 10)
        ),
        films=len(years),
        median=int(years[len(years) // 2]) if len(years) else None,
        undated=view.watched["year"].null_count(),
        gate=_gate(view.filters.get("released"), min(whole), max(whole)),
        era_href=link("FROM-TO").href,
    )


def _by_year(films: pl.DataFrame) -> dict[int, int]:
    counts = films.group_by("year").len().drop_nulls()
    return dict(zip(counts["year"].to_list(), counts["len"].to_list(), strict=True))


def _gate(released: str | None, first: int, last: int) -> tuple[int, int] | None:
    if released is None:
        return None
    low, _, high = released.partition("-") if "-" in released else (released, "", released)
    return int(low or first), int(high or last)


def render(card: ReleaseYears) -> Markup:
    years = {span.year: span for span in card.years}
    decades = {span.year: span for span in card.decades}
    return pages.render(
        "stats/cards/release_years.html",
        card=card,
        title=gettext(TITLE),
        chart=strip(
            {span.year: span.films for span in card.years},
            {span.year: span.whole for span in card.years},
            gate=card.gate,
            year_mark=lambda year: _mark(years[year], str(year)),
            decade_mark=lambda decade: _decade_mark(decades.get(decade), decade),
            label=gettext(TITLE),
            era_href=card.era_href,
        ),
        ghost=any(span.films != span.whole for span in card.years),
        rows=[(span.year, i18n.number(span.films)) for span in card.years],
    )


def _decade_mark(span: Span | None, decade: int) -> Mark | None:
    return _mark(span, gettext("%(first)s to %(last)s", first=decade, last=decade + 9)) if span else None


def _mark(span: Span, when: str) -> Mark:
    label = ngettext("%(when)s: %(n)s film", "%(when)s: %(n)s films", span.films, when=when)
    return Mark(span.link.href, label, span.link.picked)
