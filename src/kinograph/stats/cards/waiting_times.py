"""When the films of a watchlist were wished for: which of them still wait, and which were watched after all."""

from __future__ import annotations

from datetime import date

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import CROWD, Item, Tick, divide_width, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.page_context import PageContext
from kinograph.stats.wishes import WishContext

TITLE = gettext_noop("How long they wait")
DEFINITION = (
    gettext_noop(
        "Films by the month they came to your watchlist, or by the year where that is more than ten years. Watched "
        "after all are those that an earlier export of yours had on it and that were watched, and those still on it "
        "with a viewing of a later day. A film watched only before waits to be watched again. No other page counts "
        "any of them as watched."
    ),
    "wait = day watched − day added; half of them: the median",
)
MOST_MONTHS = 120


@record
class WishSpan:
    """Films wished for in a month, 2024-03, or in a year."""

    name: str
    waiting: int
    met: int
    link: FilterLink


@record
class WaitingTimes:
    spans: tuple[WishSpan, ...]  # from the first to the last, none left out
    waiting: int
    met: int
    again: int  # of those waiting, watched before
    undated: int  # waiting since nobody knows when
    half: date | None  # half of those waiting came before this day
    days: int | None  # half of those met were within so many
    picked: str | None


def compute(view: PageContext) -> WaitingTimes | None:
    """None off the watchlist's page, and where no day is known."""
    if not isinstance(view, WishContext):
        return None
    waiting, met = view.watched["wanted_on"].drop_nulls(), view.met
    shown = view.ignoring("wished").watched["wanted_on"].drop_nulls()
    every = pl.concat([view.everything["wanted_on"].drop_nulls(), met["wanted_on"].drop_nulls()])
    first, last = every.min(), every.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    months = last.year * 12 + last.month - first.year * 12 - first.month + 1
    by = "1mo" if months <= MOST_MONTHS else "1y"
    counts, after, link = _count(shown, by), _count(met["wanted_on"], by), view.linker("wished")
    half, waits = waiting.median(), met.select((pl.col("met_on") - pl.col("wanted_on")).dt.total_days()).to_series()
    days = waits.median()
    return WaitingTimes(
        spans=tuple(
            WishSpan(name, counts.get(name, 0), after.get(name, 0), link(name)) for name in _names(by, first, last)
        ),
        waiting=len(view.picked.of_watched),
        met=len(met),
        again=view.again,
        undated=len(view.picked.of_watched) - len(waiting),
        half=_day(half),
        days=int(i18n.rounded(days)) if isinstance(days, float) else None,
        picked=view.filters.get("wished"),
    )


def _day(value: object) -> date | None:
    """Polars has the median of days as a moment."""
    day = getattr(value, "date", None)
    return day() if day else value if isinstance(value, date) else None


def _count(days: pl.Series, by: str) -> dict[str, int]:
    counts = days.drop_nulls().dt.truncate(by).value_counts()
    return {str(start)[: 7 if by == "1mo" else 4]: count for start, count in counts.iter_rows()}


def _names(by: str, first: date, last: date) -> list[str]:
    if by == "1y":
        return [f"{year}" for year in range(first.year, last.year + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{n // 12}-{n % 12 + 1:02}" for n in months]


def render(card: WaitingTimes, title: str) -> Markup:
    items = [
        Item(
            span.waiting,
            Mark.to(span.link, _label(span)),
            whole=span.waiting + span.met,
            dim=card.picked is not None and not span.name.startswith(card.picked),
        )
        for span in card.spans
    ]
    return templates.render(
        "stats/cards/waiting_times.html",
        card=card,
        title=title,
        chart=draw_column_chart(items, _ticks(card), label=title, height=222, top=20, ruled=True, one_scale=True),
        scrolls=len(items) > CROWD,
        heads=(gettext("Added"), gettext("Still waiting"), gettext("Watched after all")),
        rows=[
            (_when(span.name), i18n.number(span.waiting), i18n.number(span.met))
            for span in card.spans
            if span.waiting or span.met
        ],
    )


def _ticks(card: WaitingTimes) -> list[Tick]:
    """A year where it begins; every second, third … of many, and none that has no room."""
    starts = [(n, span.name[:4]) for n, span in enumerate(card.spans) if len(span.name) == 4 or span.name[5:] == "01"]
    if not starts or starts[0][0]:
        starts = [(0, card.spans[0].name[:4]), *(each for each in starts if each[0] > 0.08 * len(card.spans))]
    lefts = [x for x, _ in divide_width(len(card.spans))]
    every = -(-len(starts) // 8)
    return [Tick(lefts[n], year, css="tick start") for n, year in starts[::every] if lefts[n] < 94]


def _label(span: WishSpan) -> str:
    waiting = ngettext("%(n)s film waits", "%(n)s films wait", span.waiting)
    met = ngettext("%(n)s watched after all", "%(n)s watched after all", span.met)
    return gettext("%(when)s: %(waiting)s, %(met)s", when=_when(span.name), waiting=waiting, met=met)


def _when(name: str) -> str:
    return i18n.date(date.fromisoformat(f"{name}-01"), "MMMM y") if "-" in name else name
