"""When a person watched, month by month or week by week, from the first entry of the diary to the last."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date, timedelta

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import CROWD, Item, Tick, divide_width, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import amounts
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Other, put_values_behind
from kinograph.stats.nights import Nights
from kinograph.stats.page_context import PageContext
from kinograph.stats.periods import Days, days_of

TITLE = gettext_noop("Viewings over time")
DEFINITION = (
    gettext_noop(
        "Viewings by month or week, or by year in a diary of more than 15 years. Undated films and viewings "
        "logged in bulk are counted in a note."
    ),
    "n(viewings) by month, week or year",
)
MOST_MONTHS = 180
"""A longer diary is drawn by years."""

MOST_WEEKS = 1060
"""Twenty years and some; a longer diary is not drawn by weeks."""

NAMES = {"year": gettext_noop("Years"), "month": gettext_noop("Months"), "week": gettext_noop("Weeks")}


@record
class ViewingPeriod:
    """A year, month or week, named as the filter writes it: 2024, 2024-03, 2024-03-11..2024-03-17."""

    name: str
    viewings: int
    whole: int
    link: FilterLink


@record
class Viewings:
    by: str  # year, month or week
    periods: tuple[ViewingPeriod, ...]  # from the first to the last, none left out
    years: tuple[ViewingPeriod, ...]
    total: int
    best: tuple[str, int] | None  # the name of the period with the most, the latest of several, and how many
    at_once: int  # viewings on days with so many that they were logged, not watched
    undated: int  # watched films without a viewing
    picked: Days | None  # the days picked
    choices: tuple[tuple[str, FilterLink], ...]  # by what else it can be drawn, none when by nothing
    behind: dict[str, int] | None = None  # viewings of the second selection, by the periods that theirs stand for
    other: Other | None = field(default=None, compare=False)


def compute(view: PageContext) -> Viewings | None:
    """None without a diary."""
    ends = view.all.nights.ends
    if ends is None:
        return None
    first, last = ends
    wide = "month" if _months(last) - _months(first) < MOST_MONTHS else "year"
    ways = (wide, "week") if (last - first).days // 7 < MOST_WEEKS else ()
    by = "week" if ways and view.filters.get("by") == "week" else wide
    picked = view.picked.nights
    best = _count(picked, by if by == "week" else "month", *(picked.ends or ends))
    return Viewings(
        by=by,
        periods=_periods(by, ends, view),
        years=_periods("year", ends, view),
        total=picked.total,
        best=max(best.items(), key=lambda period: (period[1], period[0])) if len(picked) else None,
        at_once=len(view.picked.of_viewings) - picked.total,
        undated=amounts.count_undated(view.picked),
        picked=view.days,
        choices=tuple((way, view.choice("by", way, default=wide)) for way in ways),
        behind=_count_behind(view, by, ends),
        other=view.other,
    )


def _count_behind(view: PageContext, by: str, ends: Days) -> dict[str, int] | None:
    """Of everything the whole is drawn already."""
    if view.other is None or view.other.is_all:
        return None
    return _count(view.other.nights, by, *ends)


def _periods(by: str, ends: Days, view: PageContext) -> tuple[ViewingPeriod, ...]:
    link, shown = view.linker("viewed"), view.ignoring("viewed").nights
    wholes = _count(view.all.nights, by, *ends)
    counts = wholes if shown.total == view.all.nights.total else _count(shown, by, *ends)
    return tuple(ViewingPeriod(name, counts[name], whole, link(name)) for name, whole in wholes.items())


def _count(nights: Nights, by: str, first: date, last: date) -> dict[str, int]:
    """The viewings of each period from that of the first day to that of the last, none left out, by its name."""
    starts = _starts(by, first, last)
    names = [_name(by, start) for start in starts]
    return dict(zip(names, nights.count(starts, days_of(names[-1])[1]), strict=True))


def _starts(by: str, first: date, last: date) -> list[date]:
    if by == "week":
        monday = first - timedelta(days=first.weekday())
        return [monday + timedelta(days=days) for days in range(0, (last - monday).days + 1, 7)]
    if by == "year":
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return [date(n // 12, n % 12 + 1, 1) for n in range(_months(first), _months(last) + 1)]


def _months(day: date) -> int:
    """Months since the year 0, to step from one to the next."""
    return day.year * 12 + day.month - 1


def _name(by: str, start: date) -> str:
    if by == "week":
        return f"{start}..{start + timedelta(days=6)}"
    return f"{start}"[: 7 if by == "month" else 4]


def render(card: Viewings, title: str) -> Markup:
    items = _items(card)
    one_scale = card.behind is not None
    heads, rows = _by_month(card) if card.by == "month" else _by_period(card)
    return templates.render(
        "stats/cards/viewings.html",
        card=card,
        title=title,
        chart=draw_column_chart(items, _ticks(card), label=title, height=222, top=20, ruled=True, one_scale=one_scale),
        scrolls=len(items) > CROWD,
        best=card.best and (_best(card), i18n.number(card.best[1])),
        ghost=not one_scale and any(period.viewings != period.whole for period in card.periods),
        choices=[(gettext(NAMES[name]), link) for name, link in card.choices],
        heads=heads,
        rows=rows,
    )


def _items(card: Viewings) -> list[Item]:
    items = [
        Item(period.viewings, _mark(period), whole=period.whole, dim=_outside(period.name, card.picked))
        for period in card.periods
    ]
    if card.other is None:
        return items
    if card.behind is None:
        return put_values_behind(items, card.other, [period.whole for period in card.periods])
    behind = put_values_behind(items, card.other, [card.behind.get(period.name, 0) for period in card.periods])
    # Only what is picked has something behind it.
    return [replace(item, whole=None) if item.dim else then for item, then in zip(items, behind, strict=True)]


def _ticks(card: Viewings) -> list[Tick]:
    """The years, where the first period begins that ends in them; a week may end in one that the diary never saw."""
    starts: dict[str, int] = {}
    for n, period in enumerate(card.periods):
        starts.setdefault(min(f"{days_of(period.name)[1].year}", card.years[-1].name), n)
    every = -(-len(starts) // 16)
    years = [(starts[year.name], year) for year in card.years if year.name in starts]
    # A year that has only its last months on the chart leaves no room for its name.
    room = 0.05 * len(card.periods)
    left = [x for x, _ in divide_width(len(card.periods))]
    return [
        _tick(left[start], year, css="" if n % (2 * every) == 0 else " wide")
        for n, (start, year) in enumerate(years)
        if n % every == 0 and left[start] < 97 and (n or len(years) == 1 or years[1][0] > room)
    ]


def _tick(x: float, year: ViewingPeriod, css: str) -> Tick:
    """From where the year begins, but for one whose name would not fit before the end."""
    return (
        Tick(100, year.name, _mark(year), f"tick end{css}")
        if x > 94
        else Tick(x, year.name, _mark(year), f"tick start{css}")
    )


def _by_month(card: Viewings) -> tuple[list[str], list[tuple[str, ...]]]:
    months = i18n.locale().months["stand-alone"]["abbreviated"]
    counts = {period.name: i18n.number(period.viewings) for period in card.periods}
    return [gettext("Year"), gettext("All"), *(months[n] for n in range(1, 13))], [
        (year.name, i18n.number(year.viewings), *(counts.get(f"{year.name}-{n:02}", "") for n in range(1, 13)))
        for year in card.years
    ]


def _by_period(card: Viewings) -> tuple[list[str], list[tuple[str, ...]]]:
    return [gettext("Week") if card.by == "week" else gettext("Year"), gettext("Viewings")], [
        (_when(period.name), i18n.number(period.viewings)) for period in card.periods if period.viewings
    ]


def _outside(name: str, picked: Days | None) -> bool:
    if picked is None:
        return False
    (first, last), (start, end) = days_of(name), picked
    return last < start or end < first


def _best(card: Viewings) -> str:
    name = card.best[0] if card.best else ""
    return i18n.date(days_of(name)[0]) if card.by == "week" else _when(name)


def _when(name: str) -> str:
    if ".." in name:
        return gettext("Week of %(day)s", day=i18n.date(days_of(name)[0]))
    return i18n.date(date.fromisoformat(name + "-01"), "MMMM y") if "-" in name else name


def _mark(period: ViewingPeriod) -> Mark:
    label = ngettext("%(when)s: %(n)s viewing", "%(when)s: %(n)s viewings", period.viewings, when=_when(period.name))
    return Mark.to(period.link, label)
