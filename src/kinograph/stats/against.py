"""What a page sets the picked against: another period, or everything. Cards hand both to their charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from kinograph import i18n
from kinograph.charts.columns import Item
from kinograph.i18n import gettext, ngettext
from kinograph.stats.address import Chip, Filters
from kinograph.stats.nights import Nights, move_days, move_months
from kinograph.stats.periods import BEFORE, EVERYTHING, YEAR_EARLIER, Days, Pair, days_of, name_days, pair_periods
from kinograph.stats.weeks import diary_ends

if TYPE_CHECKING:
    from kinograph.stats.page_context import PageContext

T = TypeVar("T")

MONTHS_DIFFER = 3
"""Days by which two months may differ in length."""


@dataclass(frozen=True, slots=True)
class Other:
    """The second selection: a page context of its own over the same frame. `pair` has the days of both; None where the
    second is everything."""

    view: PageContext
    pair: Pair | None = None

    @property
    def is_all(self) -> bool:
        return self.pair is None

    @property
    def is_of_years(self) -> bool:
        """Whether what is picked are whole years as far as the diary goes: charts of years set nothing beside a part
        of one."""
        if self.pair is None:
            return False
        first, last = self.pair.days
        return (first.month, first.day) == (1, 1) and (self.pair.is_cut or (last.month, last.day) == (12, 31))

    @property
    def name(self) -> str:
        """What it is, in words: "2023"."""
        return say_days(self.pair.other) if self.pair else gettext("everything")

    @property
    def own(self) -> str:
        """What is picked, in words: "2024"."""
        return say_days(self.pair.days) if self.pair else gettext("what is picked")

    def tell(self, label: str, now: float, before: float, *, digits: int = 0) -> str:
        """A mark's words with what the other has in its place: "March: 12 viewings, against 9 (+3)"."""
        return gettext(
            "%(label)s, against %(before)s (%(difference)s)",
            label=label,
            before=i18n.decimal(before, digits) if digits else i18n.number(before),
            difference=subtract(now, before, digits),
        )

    def tell_shares(self, label: str, now: float, before: float) -> str:
        """The same of shares, 0 to 1: "Drama: 40 films, 55% against 48% of everything (+7 points)"."""
        return gettext(
            "%(label)s, %(share)s against %(before)s of everything (%(difference)s)",
            label=label,
            share=i18n.percent(now),
            before=i18n.percent(before),
            difference=say_points(now, before),
        )

    @property
    def nights(self) -> Nights:
        """Its nights on the days of the picked period that stand for theirs, where a chart over time draws both."""
        nights = self.view.picked.nights
        if self.pair is None:
            return nights
        if self.pair.months is not None:
            return move_months(nights, self.pair.months)
        return move_days(nights, (self.pair.days[0] - self.pair.other[0]).days)


@dataclass(frozen=True, slots=True)
class Beside(Generic[T]):
    """A card's own numbers of the second selection; None where it has nothing to tell of that."""

    other: Other
    card: T | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What two rankings count in all, and of which second selection the other is."""

    other: Other
    total: int
    whole: int

    def part(self, amount: float, *, picked: bool) -> float:
        """What a bar shows: the amount, or its share of all where the other is everything."""
        return amount / ((self.total if picked else self.whole) or 1) if self.other.is_all else amount

    def subtract(self, now: int, before: int, unit: str) -> str:
        """Amounts in films, viewings or minutes, told in hours; points of percent against everything."""
        if self.other.is_all:
            return say_points(self.part(now, picked=True), self.part(before, picked=False))
        if unit == "hours":
            return subtract(i18n.whole_hours(now), i18n.whole_hours(before))
        return subtract(now, before)


def compute_beside(view: PageContext, compute: Callable[[PageContext], T | None]) -> Beside[T] | None:
    """For the field `beside` of a card; None where its page sets nothing against what is picked."""
    return Beside(view.other, compute(view.other.view)) if view.other else None


def put_behind(
    items: Sequence[Item],
    beside: Beside[T] | None,
    make_items: Callable[[T], Sequence[Item]],
    *,
    digits: int | None = None,
) -> list[Item]:
    """The columns of a chart with those of the other as ghosts, mark by mark, and the difference in their words.

    Of values that are no amounts, such as means and percentages, `digits` are the decimals. Against everything amounts
    are shares of their totals.
    """
    if beside is None:
        return list(items)
    values = {item.mark.key: item.value for item in make_items(beside.card)} if beside.card else {}
    return put_values_behind(items, beside.other, [values.get(item.mark.key, 0) for item in items], digits=digits)


def put_values_behind(
    items: Sequence[Item], other: Other, values: Sequence[float], *, digits: int | None = None
) -> list[Item]:
    """The same, where the other's values are counted already."""
    total, whole = sum(item.value for item in items) or 1, sum(values) or 1

    def tell(item: Item, before: float) -> str:
        if other.is_all and digits is None:
            return other.tell_shares(item.mark.label, item.value / total, before / whole)
        return other.tell(item.mark.label, item.value, before, digits=digits or 0)

    return [
        replace(item, whole=before, mark=item.mark._replace(label=tell(item, before)))
        for item, before in zip(items, values, strict=True)
    ]


def is_one_scale(beside: Beside[T] | None) -> bool:
    """Whether the ghosts stand on the scale of the columns: two periods do, everything would tower over them."""
    return beside is not None and not beside.other.is_all


def has_shares(items: Sequence[Item], beside: Beside[T] | None) -> bool:
    """Whether the columns are shares of their total before those of everything."""
    return not is_one_scale(beside) and any(item.whole not in (None, item.value) for item in items)


def add_columns(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    items: Sequence[Item],
    beside: Beside[T] | None,
    *,
    digits: int = 0,
) -> tuple[list[str], list[tuple[str, ...]]]:
    """The heads and rows of a chart's table, a row for each of its columns, with what stands behind and the
    difference."""
    if beside is None:
        return list(heads), [tuple(row) for row in rows]
    cells = [
        (i18n.decimal(was, digits) if digits else i18n.number(was), subtract(item.value, was, digits))
        for item in items
        for was in (item.whole or 0,)
    ]
    extended = [(*row, *cell) for row, cell in zip(rows, cells, strict=True)]
    return [*heads, beside.other.name, gettext("Difference")], extended


def subtract(now: float, before: float, digits: int = 0) -> str:
    """The difference of both as they are printed, with its sign: +3, −0.25, ±0."""
    return i18n.signed(float(i18n.rounded(now, digits) - i18n.rounded(before, digits)), digits)


def tell_figure(now: float | None, before: float | None, other: Other, digits: int = 0) -> str:
    """Beside a figure: "+3 against 2023", or how much of everything it is; "" where one of both is unknown. Figures
    with `digits` are means, of which no share can be told."""
    if now is None or before is None:
        return ""
    if other.is_all and not digits:
        return gettext("%(share)s of all", share=i18n.percent(now / before)) if before else ""
    return gettext("%(difference)s against %(other)s", difference=subtract(now, before, digits), other=other.name)


def say_points(now: float, before: float) -> str:
    """The difference of two shares of 1 in points of percent: "+7 points"."""
    apart = abs(int(i18n.rounded(100 * now) - i18n.rounded(100 * before)))
    difference = subtract(100 * now, 100 * before)
    return ngettext("%(difference)s point", "%(difference)s points", apart, difference=difference)


def say_days(days: Days) -> str:
    """A period in words: 2024, March 2024, a day, or from one day to another."""
    first, last = days
    name = name_days(days)
    if len(name) == 4:
        return name
    if len(name) == 7:
        return i18n.date(first, "MMMM y")
    return i18n.date(first) if first == last else f"{i18n.date(first)}–{i18n.date(last)}"


def list_chips(view: PageContext) -> list[Chip]:
    """What is picked and what it stands against, each with the way back."""
    chips = view.filters.chips(view.all, view.path)
    against = view.filters.get("against")
    if against is None:
        return chips
    named = {
        BEFORE: gettext("the time before"),
        YEAR_EARLIER: gettext("a year earlier"),
        EVERYTHING: gettext("everything"),
    }
    other = view.other.name if view.other else named.get(against) or say_days(days_of(against))
    back = view.filters.without("against").from_the_start().href(view.path)
    return [*chips, Chip(gettext("against %(other)s", other=other), back)]


def find_other(view: PageContext) -> tuple[Other | None, str]:
    """What the page sets the picked against, and a sentence on it; without one where nothing is asked, and with the
    sentence alone where nothing can be compared."""
    against = view.filters.get("against")
    if against is None:
        return None, ""
    if against == EVERYTHING:
        return _find_everything(view)
    viewed = view.filters.get("viewed")
    if viewed is None:
        return None, gettext("Pick a period first: all time cannot be compared.")
    ends = diary_ends(view)
    if ends is None:
        return None, gettext("Your export has no diary, so there are no dates.")
    pair = pair_periods(viewed, against, view.all.until)
    if pair.other[1] < ends[0]:
        return None, gettext("The diary begins in %(year)s: nothing to compare.", year=ends[0].year)
    if pair.other[0] > max(ends[1], view.all.until or ends[1]):
        return None, gettext("The diary ends on %(day)s: nothing to compare.", day=i18n.date(ends[1], "long"))
    if pair.other == pair.days:
        return None, gettext("Both are the same days: nothing to compare.")
    other = Other(replace(view, filters=_set_days(view.filters, pair.other)), pair)
    return other, " ".join(_explain(other, pair, ends))


def _find_everything(view: PageContext) -> tuple[Other | None, str]:
    if not view.filters:
        return None, gettext("Pick something first: this page shows everything.")
    kept = tuple(pair for pair in view.filters.picked if pair[0] == "count")
    return Other(replace(view, filters=Filters(kept))), gettext("What is picked, compared with everything.")


def _set_days(filters: Filters, days: Days) -> Filters:
    """What is picked, with other days. A year takes the place of the one that a path fixes, so that the page's cards
    count it alike."""
    name = name_days(days)
    picked = tuple(pair for pair in filters.picked if pair[0] not in ("viewed", "against"))
    fixed = tuple(pair for pair in filters.fixed if pair[0] != "viewed")
    if len(fixed) < len(filters.fixed) and len(name) == 4 and filters.without("viewed") == filters:
        return Filters(picked, (*fixed, ("viewed", name)))
    return Filters((*picked, ("viewed", name)), fixed)


def _explain(other: Other, pair: Pair, ends: Days) -> list[str]:
    """The two periods, and in what they are alike or not."""
    said = [gettext("%(period)s compared with %(other)s.", period=other.own, other=other.name)]
    days, others = pair.lengths
    if pair.is_cut:
        said.append(gettext("The diary ends within the period, so both are cut at the same point."))
    # A year is a year and a month a month: a day or three more are no news.
    if days != others and (pair.is_cut or pair.months is None or abs(days - others) > MONTHS_DIFFER):
        said.append(
            gettext(
                "The first has %(days)s, the second %(others)s.",
                days=ngettext("%(n)s day", "%(n)s days", days),
                others=ngettext("%(n)s day", "%(n)s days", others),
            )
        )
    if pair.other[0] < ends[0]:
        said.append(gettext("The diary begins on %(day)s.", day=i18n.date(ends[0], "long")))
    return said
