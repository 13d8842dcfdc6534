"""What the address of a page picks, and the addresses its links lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.marks import escape
from kinograph.charts.records import record
from kinograph.stats.filter_kinds import ANY, apply_filters
from kinograph.stats.filters import FILTERS, find_filter
from kinograph.stats.frames import Frame
from kinograph.stats.periods import days_of, is_relative


@record
class FilterLink:
    """Where a mark leads: to the page with its value picked, or left out again if it is `picked`."""

    href: str
    picked: bool
    key: str = field(default="", compare=False)  # name=value of what it picks: the script knows it by this

    @property
    def attributes(self) -> Markup:
        """Of the link in HTML; `data-filter` is what the script listens for."""
        current = ' aria-current="true"' if self.picked else ""
        return Markup(f'href="{escape(self.href)}" data-filter data-key="{escape(self.key)}"{current}')  # noqa: S704


class Chip(NamedTuple):
    """What is picked, and the way back."""

    label: str
    href: str  # the same page without this filter


TRAVELLING = ("against", "count")
"""The choices of view that mean the same on every page."""

quote = lru_cache(4096)(quote_plus)
"""A value as an address says it: a page holds a thousand, most of them again and again."""


@lru_cache(10_000)
def write_pair(name: str, value: str) -> str:
    """As an address says what a mark picks. Raises ValueError when the value is junk."""
    return f"{name}={quote(FILTERS[name].canonical(value))}"


MOST_PICKED = 24
"""More than anybody clicks together; a longer address is not worth the work."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address picks: (name, value) pairs in the order they were picked, each canonical, none twice.

    `fixed` is what the path says, as that of the year 2024 does: it filters like the rest, but no link of the page
    can drop it, and no query repeats it.
    """

    picked: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(
        cls,
        query: Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        page: str = "",
        fixed: tuple[tuple[str, str], ...] = (),
        owner: bool = False,
    ) -> Filters:
        """From query parameters, as a mapping or as pairs; what no filter of the page understands is left out, and
        what is private unless the owner asks."""
        filters = cls(fixed=fixed)
        for name, value in query.items() if isinstance(query, Mapping) else query:
            known = find_filter(name)
            if known and (not known.pages or page in known.pages):
                try:
                    if known.is_open(known.canonical(value), owner=owner):
                        filters = filters.with_(name, value)
                except ValueError:
                    continue
        return filters

    def __bool__(self) -> bool:
        """Whether anything is filtered; a choice of view alone is not."""
        return any(FILTERS[name].label for name, _ in self.all)

    @property
    def all(self) -> tuple[tuple[str, str], ...]:
        return (*self.picked, *self.fixed)

    def get(self, name: str) -> str | None:
        """The value of a filter that holds one, picked or fixed."""
        return next((value for picked, value in self.all if picked == name), None)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.picked

    def with_(self, name: str, value: str) -> Filters:
        """With this picked as well, or instead where only one can be. Raises ValueError when the value is junk."""
        known = find_filter(name)
        if known is None:
            raise ValueError(name)
        pair = (known.name, known.canonical(value))
        if pair in self.all:
            return self
        kept = self if known.many else self.without(name)
        return Filters((*kept.picked, pair), self.fixed) if len(kept.picked) < MOST_PICKED else self

    def without(self, name: str, *values: str) -> Filters:
        """Without these values, or without the filter altogether."""
        kept = tuple(pair for pair in self.picked if pair[0] != name or (values and pair[1] not in values))
        return self if len(kept) == len(self.picked) else Filters(kept, self.fixed)

    def to_query(self) -> str:
        return "&".join(f"{name}={quote(value)}" for name, value in self.picked)

    def travelling(self) -> Filters:
        """What stays picked on the way to another page: its filters, what they stand against and what is counted."""
        return _travel(self)

    def from_the_start(self) -> Filters:
        """The same, on the first page: what was further down is elsewhere once something else is picked."""
        return self.without("page").without("seed") if self.get("page") or self.get("seed") else self

    def href(self, path: str) -> str:
        """Relative where it can be, for pages hold hundreds of them; `path` is where they stand."""
        return f"?{self.to_query()}" if self.picked else path

    def linker(self, name: str, path: str) -> Callable[[str], FilterLink]:
        """For charts with hundreds of marks: makes the link of each canonical value of one filter. One of several that
        any-of names is picked as well."""
        any_of = f"{name}.{ANY}"
        others = self if FILTERS[name].many else self.without(name).without(any_of)
        kept = others.from_the_start().to_query()
        start = f"?{kept}&{name}=" if kept else f"?{name}="

        picked = {value: own for own, value in reversed(self.picked) if own in (name, any_of)}

        def link(value: str) -> FilterLink:
            key = f"{name}={value}"
            if own := picked.get(value):
                return FilterLink(self.without(own, value).from_the_start().href(path), picked=True, key=key)
            return FilterLink(start + quote(value), picked=False, key=key)

        return link

    def chips(self, frame: Frame, path: str) -> list[Chip]:
        """One for each value picked, and one for all that any-of names; `frame` knows the names of people."""
        return [
            Chip(
                i18n.alternatives([label(value, frame) for value in values]),
                self.without(name, *values).from_the_start().href(path),
            )
            for name, values in _joined(self.picked)
            if (label := FILTERS[name].label)
        ]

    def which(self, frame: Frame) -> str | None:
        """What the picked films have in common, all of it: "directed by Agnès Varda and rated 4★"."""
        picked = dict(self.picked)
        pairs = (
            *self.picked,
            *(pair for pair in self.fixed if not _lies_within(picked.get(pair[0]), *pair, frame.until)),
        )
        said = [
            i18n.alternatives([which(value, frame) for value in values])
            for name, values in _joined(pairs)
            if (which := FILTERS[name].which)
        ]
        return i18n.listing(said) if said else None

    def apply(self, frame: Frame) -> Frame:
        """The films that fit, and their viewings; a filter on viewings keeps the films that have such a viewing."""
        pairs = ((FILTERS[name], _absolute(name, value, frame.until)) for name, value in self.all)
        return apply_filters(pairs, frame)


@lru_cache(256)
def _travel(filters: Filters) -> Filters:
    """Of a page's own filters, which a score of its links ask for."""
    kept = Filters()
    # What is picked comes last: the month within a year takes the place of the year.
    for name, value in (*filters.fixed, *filters.picked):
        if (FILTERS[name].label and not FILTERS[name].pages) or name in TRAVELLING:
            kept = kept.with_(name, value)
    return kept


def _joined(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Each filter with its one value, and an any-of with all of its values, where the first of them stands."""
    joined: list[tuple[str, list[str]]] = []
    either: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in either:
            either[name].append(value)
            continue
        values = [value]
        if FILTERS[name].kind == ANY:
            either[name] = values
        joined.append((name, values))
    return joined


def _absolute(name: str, value: str, until: date | None) -> str:
    """The days that a relative period stands for; every other value as it is."""
    return "..".join(map(str, days_of(value, until))) if name == "viewed" and is_relative(value) else value


def _lies_within(picked: str | None, name: str, fixed: str, until: date | None) -> bool:
    """Whether what is picked says what is fixed as well, as a month says its year."""
    if picked is None or name != "viewed":
        return picked == fixed
    (first, last), (start, end) = days_of(picked, until), days_of(fixed)
    return start <= first and last <= end


def films_href(filters: Filters, *, session: str) -> str:
    """The page with the films a number counts; `session` is the session's own address."""
    return with_query(f"{session}/films", filters.travelling().to_query())


def with_query(href: str, query: str) -> str:
    """An address with more said after what it says already."""
    if not query:
        return href
    return f"{href}{'&' if '?' in href else '?'}{query}"
