"""Films ranked by what they share, most watched and best rated side by side: what several cards are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import Any, NamedTuple, Protocol, TypeVar

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import bars
from kinograph.charts.records import record
from kinograph.i18n import gettext, ngettext
from kinograph.layout import templates
from kinograph.stats import groups
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums, subtract
from kinograph.stats.columns import Flags
from kinograph.stats.groups import Group, Groups
from kinograph.stats.page_context import Lookups, PageContext

SHOWN = 10
REACH = 0.75
"""Stars from the person's own mean to the end of a bar."""


@record
class RankedGroup:
    """`key` is as the filter writes it. The amount is in films, viewings or minutes."""

    key: str
    films: int
    amount: int
    average: float | None  # of the ratings; None of too few, see groups.count_by
    link: FilterLink
    rated: int = 0  # films that are
    beside: Behind | None = None  # the same of the second selection


class Behind(NamedTuple):
    """The amount and the average of a group in the second selection."""

    amount: int
    average: float | None


@record
class Ranking:
    most: tuple[RankedGroup, ...]  # the largest amount first
    best: tuple[RankedGroup, ...]  # the best rated first, by the average weighted with its ratings
    total: int
    unit: str  # films, viewings or hours
    own_mean: float | None
    lookups: Lookups
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another
    wished: bool = False  # of films that wait on a watchlist


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
    counted = groups.count_by(view.counted, key, own_mean=view.own_mean)
    lookups = view.lacking(has_group(view, key), among=among)
    return build_ranking(
        counted,
        view,
        name,
        unit=view.unit,
        lookups=lookups,
        written=written,
        shown=shown,
        others=count_others(view, key),
    )


def count_others(view: PageContext, key: str | pl.Expr) -> Groups | None:
    """The groups of the second selection, as `groups.count_by`; None without one."""
    return groups.count_by(view.other.view.counted, key, own_mean=view.own_mean) if view.other else None


def put_beside(others: Groups | None, keys: Iterable[Any]) -> dict[Any, Behind]:
    """What these groups of the second selection have, by their keys; those it does not have are empty."""
    if others is None:
        return {}
    found = {key: others.find(key) for key in keys}
    return {key: Behind(group.amount, group.average) if group else Behind(0, None) for key, group in found.items()}


def sum_up(view: PageContext) -> Sums | None:
    """Over what is counted of both selections; None without a second."""
    if view.other is None:
        return None
    return Sums(view.other, view.counted.total, view.other.view.counted.total)


def has_group(view: PageContext, key: str | pl.Expr) -> Flags:
    """The films that count for any group of a ranking: they have a key and, where hours are counted, a runtime."""
    keyed = has_key(view, key)
    return keyed & has_key(view, "runtime_minutes") if view.unit == "hours" else keyed


def has_key(view: PageContext, key: str | pl.Expr) -> Flags:
    """The films that belong to any group of a ranking."""
    return view.all.columns.known(key)


def build_ranking(
    counted: Groups,
    view: PageContext,
    name: str | Callable[[str], FilterLink],
    *,
    unit: str,
    lookups: Lookups,
    written: Callable[[Any], str] = str,
    shown: int = SHOWN,
    others: Groups | None = None,
) -> Ranking:
    """Of groups as `groups.count_by` counts them, under a filter, or wherever their keys lead.

    `lookups` is as PageContext.lacking counts them; `others` are the groups of the second selection.
    """
    link = view.linker(name) if isinstance(name, str) else name
    most, best = counted.most(shown), counted.best(shown)
    behind = put_beside(others, (group.key for group in (*most, *best)))

    def entries(found: Sequence[Group]) -> tuple[RankedGroup, ...]:
        return tuple(
            RankedGroup(value := written(key), films, amount, average, link(value), rated, behind.get(key))
            for key, films, amount, average, rated in found
        )

    return Ranking(
        most=entries(most),
        best=entries(best),
        total=len(counted),
        unit=unit,
        own_mean=view.own_mean,
        lookups=lookups,
        sums=sum_up(view) if others is not None else None,
        wished=view.is_wished,
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
    return templates.render(
        template,
        card=card,
        title=title,
        named=named,
        needs_tmdb=needs_tmdb,
        best_alone=best_alone,
        **more,
        most=show_amounts(card.most, card.unit, card.sums),
        best=[(entry, _swing(entry, card.own_mean), _differ(entry)) for entry in card.best],
        fewest=groups.FEWEST_RATINGS,
        unit=unit_heading(card.unit),
        more_heads=tell_heads(card.sums),
        rows=[] if best_alone else _table_rows(card, named),  # the list of the best alone says all of it
    )


class Counted(Protocol):
    """What a row of a ranking is drawn of."""

    @property
    def amount(self) -> int: ...

    @property
    def beside(self) -> Behind | None: ...


C = TypeVar("C", bound=Counted)


def show_amounts(entries: Sequence[C], unit: str, sums: Sums | None, most: int = 0) -> list[tuple[C, Shown, Markup]]:
    """Each with its amount in words and its bar; the largest of both selections, or `most`, is as wide as the list."""

    def parts(entry: C) -> tuple[float, float | None]:
        if sums is None or entry.beside is None:
            return entry.amount, None
        return sums.part(entry.amount, picked=True), sums.part(entry.beside.amount, picked=False)

    drawn = [parts(entry) for entry in entries]
    end = max([part for pair in drawn for part in pair if part] + ([most] if sums is None else []), default=0) or 1
    return [
        (entry, _show(entry, unit, sums), bars.draw_bar(now / end, None if was is None else was / end))
        for entry, (now, was) in zip(entries, drawn, strict=True)
    ]


def tell_behind(entry: Counted, unit: str, sums: Sums | None) -> tuple[str, ...]:
    """Cells of a table: the amount of the second selection and the difference; none without one."""
    if sums is None or entry.beside is None:
        return ()
    return format_amount(entry.beside.amount, unit)[0], sums.subtract(entry.amount, entry.beside.amount, unit)


def tell_heads(sums: Sums | None) -> tuple[str, ...]:
    """Of these cells."""
    return (sums.other.name, gettext("Difference")) if sums else ()


class Shown(NamedTuple):
    """A number, for those who hear it of what, and the difference to the second selection."""

    number: str
    what: str
    difference: str = ""


def _show(entry: Counted, unit: str, sums: Sums | None) -> Shown:
    number, what = format_amount(entry.amount, unit)
    if sums is None or entry.beside is None:
        return Shown(number, what)
    return Shown(number, what, sums.subtract(entry.amount, entry.beside.amount, unit))


def _table_rows(card: Ranking, named: Callable[[str], str]) -> list[tuple[str, ...]]:
    both = {entry.key: entry for entry in (*card.most, *card.best)}
    return [
        (
            named(entry.key),
            format_amount(entry.amount, card.unit)[0],
            *(() if card.wished else (format_average(entry.average), i18n.number(entry.rated))),
            *tell_behind(entry, card.unit, card.sums),
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


def _swing(entry: RankedGroup, own_mean: float | None) -> Markup:
    middle, behind = own_mean or 0.0, entry.beside.average if entry.beside else None
    return bars.draw_swing(
        entry.average if entry.average is not None else middle, middle=middle, reach=REACH, behind=behind
    )


def _differ(entry: RankedGroup) -> str:
    """Of both averages; "" where one of them has too few ratings."""
    if entry.average is None or entry.beside is None or entry.beside.average is None:
        return ""
    return subtract(entry.average, entry.beside.average, 2)
