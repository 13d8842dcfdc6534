"""The form that picks a period and what it stands against, and the address that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from kinograph import i18n
from kinograph.i18n import gettext
from kinograph.layout import templates
from kinograph.stats.address import with_query
from kinograph.stats.against import say_days
from kinograph.stats.filters import find_filter
from kinograph.stats.page_context import PageContext
from kinograph.stats.periods import (
    BEFORE,
    EVERYTHING,
    RELATIVE,
    YEAR_EARLIER,
    days_of,
    name_days,
    pair_periods,
    parse_viewed,
)
from kinograph.stats.weeks import diary_ends

YEAR, DAYS = "year", "days"
"""What the form says for a year and for two days that stand in fields of their own."""

FIELDS = ("viewed.year", "viewed.from", "viewed.to", "viewed.was", "against.from", "against.to", "against.was")
"""`was` is what the year and the two days were before anybody filled them in, with spaces between."""


@dataclass(frozen=True, slots=True)
class Tile:
    value: str
    title: str
    note: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """`kept` is what else the address says. Days are written as a field of dates takes them."""

    action: str
    kept: tuple[tuple[str, str], ...]
    summary: str
    shown: tuple[Tile, ...]
    years: tuple[int, ...]  # newest first
    year: int
    days: tuple[str, str]
    against: tuple[Tile, ...]
    other: tuple[str, str]
    swap_href: str  # to the same two periods the other way round; "" where nothing is compared


def make_picker(view: PageContext, pairs: Sequence[tuple[str, str]]) -> Picker | None:
    """For a page at an address that says so; None without a diary."""
    ends = diary_ends(view)
    if ends is None or view.all.until is None:
        return None
    viewed = view.filters.get("viewed")
    days = view.days or ends
    pair = view.other.pair if view.other else None
    other = pair.other if pair else pair_periods(name_days(days), BEFORE, view.all.until).other
    filters = view.filters.from_the_start().without("viewed").without("against")
    others = tuple(
        (name, value) for name, value in pairs if name in templates.PARAMETERS and not _is_filter(name, view.page)
    )
    return Picker(
        action=f"{view.home}/year" if view.year is not None else view.path,
        kept=filters.picked + others,
        summary=_summarize(view),
        shown=_list_periods(view, viewed, ends),
        years=tuple(range(ends[1].year, ends[0].year - 1, -1)),
        year=days[1].year if viewed and ends[0].year <= days[1].year <= ends[1].year else ends[1].year,
        days=(str(days[0]), str(days[1])),
        against=_list_others(view, viewed),
        other=(str(other[0]), str(other[1])),
        swap_href=_link_swapped(view, filters.picked + others),
    )


def _link_swapped(view: PageContext, kept: Sequence[tuple[str, str]]) -> str:
    pair = view.other.pair if view.other else None
    if pair is None:
        return ""
    viewed, against = name_days(pair.other), name_days(pair.days)
    if view.year is None:
        return with_query(view.path, urlencode([*kept, ("viewed", viewed), ("against", against)]))
    if len(viewed) == 4:
        return with_query(f"{view.home}/year/{viewed}", urlencode([*kept, ("against", against)]))
    return with_query(f"{view.home}/year", urlencode([*kept, ("viewed", viewed), ("against", against)]))


def _is_filter(name: str, page: str) -> bool:
    """Whether the page takes it for one, or for the page of a list."""
    known = find_filter(name)
    return name == "page" or (known is not None and (not known.pages or page in known.pages))


def _summarize(view: PageContext) -> str:
    shown = say_days(view.days) if view.days else gettext("All time")
    if view.other:
        return gettext("%(period)s against %(other)s", period=shown, other=view.other.name)
    return shown


def _list_periods(view: PageContext, viewed: str | None, ends: tuple[date, date]) -> tuple[Tile, ...]:
    until = view.all.until
    titles = {
        "this-year": gettext("This year so far"),
        "last-30-days": gettext("Last 30 days"),
        "last-12-months": gettext("Last 12 months"),
    }
    kind = "" if viewed is None else viewed if viewed in RELATIVE else YEAR if len(viewed) == 4 else DAYS
    years = f"{ends[0].year}–{ends[1].year}" if ends[0].year < ends[1].year else str(ends[0].year)
    return (
        Tile("", gettext("All time"), years, kind == ""),
        *(
            Tile(name, titles[name], gettext("from %(day)s", day=i18n.date(days_of(name, until)[0])), kind == name)
            for name in RELATIVE
        ),
        Tile(YEAR, gettext("A year"), "", kind == YEAR),
        Tile(DAYS, gettext("From … to …"), "", kind == DAYS),
    )


def _list_others(view: PageContext, viewed: str | None) -> tuple[Tile, ...]:
    against = view.filters.get("against") or ""
    named = ("", BEFORE, YEAR_EARLIER, EVERYTHING)

    def note(name: str) -> str:
        return say_days(pair_periods(viewed, name, view.all.until).other) if viewed else ""

    return (
        Tile("", gettext("Nothing"), "", against == ""),
        Tile(BEFORE, gettext("The time before"), note(BEFORE), against == BEFORE),
        Tile(YEAR_EARLIER, gettext("A year earlier"), note(YEAR_EARLIER), against == YEAR_EARLIER),
        Tile(EVERYTHING, gettext("Everything"), gettext("shares of all"), against == EVERYTHING),
        Tile(DAYS, gettext("From … to …"), "", against not in named),
    )


def find_settled(request: Request) -> str | None:
    """The address that the form asks for, as links write it; None where the form did not ask."""
    said = request.query_params.multi_items()
    fields = {name: value for name, value in said if name in FIELDS}
    if not fields:
        return None
    chosen = {
        name: _find_filled(name, fields) or value
        for name, value in {"viewed": "", "against": "", **request.query_params}.items()
        if name in ("viewed", "against")
    }
    kept = [(name, value) for name, value in said if name not in (*FIELDS, "viewed", "against")]
    viewed = fields.get("viewed.year", "") if chosen.get("viewed") == YEAR else _settle("viewed", chosen, fields)
    against = _settle("against", chosen, fields)
    path = request.url.path
    if path.endswith("/year") and len(viewed) == 4 and viewed.isdecimal():
        path, viewed = f"{path}/{viewed}", ""
    kept += [(name, value) for name, value in (("viewed", viewed), ("against", against)) if value]
    return with_query(path, urlencode(kept))


def _find_filled(name: str, fields: dict[str, str]) -> str | None:
    """DAYS or YEAR, where without a script one of these fields was filled in and its choice was not ticked."""
    if f"{name}.was" not in fields:
        return None
    year, *days = fields[f"{name}.was"].split(" ")
    said = [fields.get(f"{name}.{end}", "") for end in ("from", "to")]
    if said != days and all(said):
        return DAYS
    return YEAR if fields.get(f"{name}.year", year) != year else None


def _settle(name: str, chosen: dict[str, str], fields: dict[str, str]) -> str:
    """A choice, or the days of its two fields; "" for days that are none."""
    if chosen.get(name) != DAYS:
        return chosen.get(name, "")
    try:
        days = parse_viewed(f"{fields.get(f'{name}.from', '')}..{fields.get(f'{name}.to', '')}")
    except ValueError:
        return ""
    return name_days(days_of(days))
