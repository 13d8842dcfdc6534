"""Films ranked by what they share, most watched and best rated side by side: what several cards are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import bars
from kinograph.i18n import gettext, ngettext
from kinograph.layout import templates
from kinograph.stats import groups
from kinograph.stats.address import FilterLink
from kinograph.stats.page_context import Lookups, PageContext

SHOWN = 10
REACH = 0.75
"""Stars from the person's own mean to the end of a bar."""


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """`key` is as the filter writes it. The amount is in films, viewings or minutes."""

    key: str
    films: int
    amount: int
    average: float | None  # of the ratings; None of too few, see groups.count_by
    link: FilterLink
    rated: int = 0  # films that are


@dataclass(frozen=True, slots=True)
class Ranking:
    most: tuple[RankedGroup, ...]  # the largest amount first
    best: tuple[RankedGroup, ...]  # the best rated first, by the average weighted with its ratings
    total: int
    unit: str  # films, viewings or hours
    own_mean: float | None
    lookups: Lookups


def rank_films(
    view: PageContext,
    name: str,
    key: str | pl.Expr,
    *,
    written: Callable[[Any], str] = str,
    shown: int = SHOWN,
    among: pl.Expr | None = None,
) -> Ranking | None:
    """By a column or expression, under the filter `name`, which writes a key so. None when no film has any, or will.

    `among` are the films it is about, where these are not all, see PageContext.lacking.
    """
    if view.nothing_will_come(has_key(view, key)):
        return None
    counted = groups.count_by(view.counted, key, own_mean=view.own_mean, first=shown)
    lookups = view.lacking(has_group(view, key), among=among)
    return build_ranking(counted, view, name, unit=view.unit, lookups=lookups, written=written, shown=shown)


def has_group(view: PageContext, key: str | pl.Expr) -> pl.Expr:
    """Whether a film counts for any group of a ranking: it has a key and, where hours are counted, a runtime."""
    keyed = has_key(view, key)
    return keyed & pl.col("runtime_minutes").is_not_null() if view.unit == "hours" else keyed


def has_key(view: PageContext, key: str | pl.Expr) -> pl.Expr:
    """Whether a film belongs to any group of a ranking."""
    is_list = groups.is_list(view.all.films, key)
    key = pl.col(key) if isinstance(key, str) else key
    return key.list.len() > 0 if is_list else key.is_not_null()


def build_ranking(
    counted: pl.DataFrame,
    view: PageContext,
    name: str | Callable[[str], FilterLink],
    *,
    unit: str,
    lookups: Lookups,
    written: Callable[[Any], str] = str,
    shown: int = SHOWN,
) -> Ranking:
    """Of groups as `groups.count_by` counts them, under a filter, or wherever their keys lead.

    `lookups` is as PageContext.lacking counts them.
    """
    link = view.linker(name) if isinstance(name, str) else name

    def entries(rows: pl.DataFrame) -> tuple[RankedGroup, ...]:
        columns = rows.head(shown).select("key", "films", "amount", "average", "rated").iter_rows()
        return tuple(
            RankedGroup(value := written(key), films, amount, average, link(value), rated)
            for key, films, amount, average, rated in columns
        )

    return Ranking(
        most=entries(counted),
        best=entries(groups.rank_best(counted)),
        total=len(counted),
        unit=unit,
        own_mean=view.own_mean,
        lookups=lookups,
    )


def render(
    template: str,
    card: Ranking,
    *,
    title: str,
    named: Callable[[str], str] = str,
    needs_tmdb: bool = True,
    best_alone: bool = False,
    **more: object,
) -> Markup:
    """`named` is what to call a key. The template extends _ranking.html, and may say `more`."""
    most = max((entry.amount for entry in card.most), default=0) or 1
    return templates.render(
        template,
        card=card,
        title=title,
        named=named,
        needs_tmdb=needs_tmdb,
        best_alone=best_alone,
        **more,
        most=[
            (entry, format_amount(entry.amount, card.unit), bars.draw_bar(entry.amount / most)) for entry in card.most
        ],
        best=[(entry, _swing(entry.average, card.own_mean)) for entry in card.best],
        fewest=groups.FEWEST_RATINGS,
        unit=unit_heading(card.unit),
        rows=[] if best_alone else _table_rows(card, named),  # the list of the best alone says all of it
    )


def _table_rows(card: Ranking, named: Callable[[str], str]) -> list[tuple[str, ...]]:
    both = {entry.key: entry for entry in (*card.most, *card.best)}
    return [
        (
            named(entry.key),
            format_amount(entry.amount, card.unit)[0],
            format_average(entry.average),
            i18n.number(entry.rated),
        )
        for entry in both.values()
    ]


def format_amount(value: int, unit: str) -> tuple[str, str]:
    """A number, and for those who hear it, of what."""
    if unit == "hours":
        hours = i18n.whole_hours(value)
        return i18n.number(hours), ngettext("hour", "hours", hours)
    words = ngettext("viewing", "viewings", value) if unit == "viewings" else ngettext("film", "films", value)
    return i18n.number(value), words


def unit_heading(unit: str) -> str:
    """Over a column of amounts."""
    return {"films": gettext("Films"), "viewings": gettext("Viewings"), "hours": gettext("Hours")}[unit]


def format_average(average: float | None) -> str:
    """Stars as the locale writes them; a dash for too few ratings."""
    return "–" if average is None else i18n.decimal(average)


def _swing(average: float | None, own_mean: float | None) -> Markup:
    middle = own_mean or 0.0
    return bars.draw_swing(average if average is not None else middle, middle=middle, reach=REACH)
