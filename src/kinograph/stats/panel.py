"""What the panel of all filters offers: the values to choose from, the ranges, and what is picked of each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from kinograph.films.roles import ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.lists.built_in import NAMES
from kinograph.stats import filter_labels, labels
from kinograph.stats.address import Filters
from kinograph.stats.filter_kinds import ALL, ANY, KINDS, NOT
from kinograph.stats.filter_values import span
from kinograph.stats.filters import FILTERS
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.panel_counts import draw_range, fit_without
from kinograph.stats.scope import NEEDS, SHOWN

SHOWN_VALUES = 5
SUGGESTED = 40
"""Names that a field suggests while one types; others are found as well."""

ANYONE = "person"
RARELY = tuple(name for name in ROLES if name not in {"director", "cast"})

FACETS = {
    "genre": gettext_noop("Genres"),
    "country": gettext_noop("Countries"),
    "language": gettext_noop("Languages"),
    "director": gettext_noop("Directors"),
    "cast": gettext_noop("Cast"),
    "person": gettext_noop("Anyone in the credits"),
    "keyword": gettext_noop("Keywords"),
    "studio": gettext_noop("Studios"),
    "collection": gettext_noop("Collections"),
    "tag": gettext_noop("Tags"),
    "list": gettext_noop("Lists"),
    **{name: ROLES[name].title for name in RARELY},
}
COLUMNS = {
    "genre": "genres",
    "country": "countries",
    "language": "original_language",
    "keyword": "keywords",
    "studio": "companies",
    "collection": "collection_id",
    "list": "lists",
}
OF_ONE = ("language", "collection")
"""Of which a film has but one."""
LABELS: dict[str, Callable[[str], str]] = {
    "genre": labels.genre,
    "country": labels.country,
    "language": labels.language,
}


@dataclass(frozen=True, slots=True)
class Option:
    """A value, the watched films that fit it and all that other filters say, and the kinds by which it is picked."""

    value: str
    label: str
    films: int | None  # None: not counted
    share: float  # of the most frequent value's films, 0 to 1
    kinds: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter that names one of many things: what is picked of it, then its most frequent values."""

    name: str
    title: str
    options: tuple[Option, ...]
    suggested: tuple[str, ...]  # more of its values, by their labels
    kinds: tuple[str, ...]  # that make a difference: a film has but one language

    @property
    def picked(self) -> list[Option]:
        return [option for option in self.options if option.kinds]


@dataclass(frozen=True, slots=True)
class Range:
    name: str
    title: str
    unit: str
    least: float
    most: float
    step: float
    low: str  # as it is picked; "" for none
    high: str
    spread: str  # how it is spread over the films that fit everything else, drawn; "" for nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """Yes, no, or either."""

    name: str
    title: str
    value: str  # yes, no or ""


RANGES = {
    "released": (gettext_noop("Released"), "", 1874, 2999, 1),
    "rating": (gettext_noop("Your rating"), "★", 0.5, 5, 0.5),
    "score": (gettext_noop("TMDB score"), "", 0, 10, 0.1),
    "votes": (gettext_noop("Votes at TMDB"), "", 0, 9_999_999, 1),
    "runtime": (gettext_noop("Runtime"), gettext_noop("min"), 0, 9_999, 1),
    "unseen": (gettext_noop("Last watched"), gettext_noop("days ago"), 0, 99_999, 1),
}
CHOICES = {
    "liked": gettext_noop("Liked"),
    "rated": gettext_noop("Rated"),
    "reviewed": gettext_noop("Reviewed"),
    "rewatched": gettext_noop("Rewatched"),
    "watchlist": gettext_noop("On the watchlist"),
}


OFFERED = frozenset({*FACETS, *RANGES, *CHOICES})


@dataclass(frozen=True, slots=True)
class Panel:
    facets: tuple[Facet, ...]
    ranges: tuple[Range, ...]
    choices: tuple[Choice, ...]
    title: str  # words that a title has
    others: tuple[tuple[str, str], ...]  # what is picked of that the panel has no field for


def make_panel(
    view: PageContext,
    shown: Collection[str] = SHOWN,
    offered: Collection[str] = OFFERED,
) -> Panel:
    """Of a page, without what is not `shown` of its owner; `offered` are the filters that the page takes."""
    said, picked = _said(view.filters), dict(view.filters.picked)
    # Of a year or of somebody there is what the page is about.
    frame = Filters(fixed=view.filters.fixed).apply(view.all) if view.filters.fixed else view.all
    names = [name for name in (*FACETS, *RANGES, *CHOICES) if name in offered and NEEDS.get(name) in {None, *shown}]
    has_field = {*names, "title"}
    return Panel(
        facets=tuple(
            facet for name in names if name in FACETS and (facet := _facet(name, view, frame, said.get(name, {})))
        ),
        ranges=tuple(_range(name, picked.get(name), view) for name in names if name in RANGES),
        choices=tuple(Choice(name, gettext(CHOICES[name]), picked.get(name, "")) for name in names if name in CHOICES),
        title=picked.get("title", ""),
        others=tuple(pair for pair in view.filters.from_the_start().picked if FILTERS[pair[0]].base not in has_field),
    )


def _said(filters: Filters) -> dict[str, dict[str, list[str]]]:
    """The kinds by which each value of a filter is picked; the filter itself is all-of."""
    said: dict[str, dict[str, list[str]]] = {}
    for name, value in filters.picked:
        entry = FILTERS[name]
        if entry.has_kinds:
            said.setdefault(entry.base, {}).setdefault(value, []).append(entry.kind or ALL)
    return said


def _range(name: str, picked: str | None, view: PageContext) -> Range:
    title, unit, least, most, step = RANGES[name]
    low, high = ("" if end is None else f"{end:g}" for end in (span(picked) if picked else (None, None)))
    unit = gettext(unit) if unit else ""
    return Range(name, gettext(title), unit, least, most, step, low, high, draw_range(name, view))


def _facet(name: str, view: PageContext, frame: Frame, said: dict[str, list[str]]) -> Facet | None:
    """None where there is nothing to choose from, and of a rare job unless somebody is picked by it."""
    if not said and name in RARELY:
        return None
    counted = _count_fitting(name, view, frame)
    if not said and not len(counted) and name != ANYONE:
        return None
    first = counted["value"].head(SHOWN_VALUES + SUGGESTED)
    films = dict(counted.filter(pl.col("value").is_in([*said, *first])).iter_rows())
    named = name_values(name, view.all, [*said, *first])
    most = max(films.values(), default=1) or 1
    ordered = [*said, *(value for value in first if value not in said)]
    shown = ordered[: max(SHOWN_VALUES, len(said))]
    return Facet(
        name,
        gettext(FACETS[name]),
        tuple(
            Option(value, named[value], films.get(value), films.get(value, 0) / most, tuple(said.get(value, ())))
            for value in shown
        ),
        tuple(dict.fromkeys(named[value] for value in ordered[len(shown) :])),
        KINDS if name not in OF_ONE or any(ALL in kinds for kinds in said.values()) else (ANY, NOT),
    )


def _count_fitting(name: str, view: PageContext, frame: Frame) -> pl.DataFrame:
    """As count_values, of all values there are: the films that would be left, if one of them were picked."""
    counted = count_values(name, frame, owner=view.owner)
    fitting = fit_without(view, name)
    if fitting is view.all or not len(counted):
        return counted
    left = count_values(name, fitting, owner=view.owner)
    both = counted.join(left, on="value", how="left", suffix="_left", maintain_order="left")
    return both.select("value", films=pl.col("films_left").fill_null(0)).sort(
        "films", descending=True, maintain_order=True
    )


def count_values(name: str, frame: Frame, *, owner: bool) -> pl.DataFrame:
    """value, films: how many watched films have each value of a filter, most frequent first. Nobody is counted in
    whatever they did, which takes all credits of all films."""
    if name == ANYONE or (name == "tag" and not owner):
        return pl.DataFrame(schema={"value": pl.String, "films": pl.UInt32})
    if name == "tag":
        tagged = frame.viewings.select("n", value="tags").explode("value").unique().drop_nulls("value")
        found = tagged.join(frame.watched.select("n"), on="n", how="semi")
        counted = found.group_by("value").agg(films=pl.len())
    else:
        codes = frame.columns.codes(ROLES[name].credits if name in ROLES else COLUMNS[name])
        counts = np.bincount(codes.codes[frame.watched_flags[codes.rows]], minlength=len(codes.keys))
        counted = pl.DataFrame({"value": codes.keys, "films": counts.astype(np.uint32)}).filter(pl.col("films") > 0)
    if name == "collection":
        counted = counted.filter(pl.col("value") != 0)  # in none
    if name == "list" and not owner:
        counted = counted.filter(pl.col("value").is_in(NAMES))
    return counted.select(pl.col("value").cast(pl.String), "films").sort("films", "value", descending=[True, False])


def name_values(name: str, frame: Frame, values: Collection[str]) -> dict[str, str]:
    """What each value is called, in the reader's language; "?" for whom the session does not know."""
    if name in {"tag", "keyword"}:
        return {value: value for value in values}
    if name in LABELS:
        return {value: LABELS[name](value) for value in values}
    if name == "list":
        return {value: filter_labels.list_name(value, frame) for value in values}
    if name == "collection":
        return {value: filter_labels.collection_name(value, frame) for value in values}
    rows = frame.companies if name == "studio" else frame.people
    ids = [int(value) for value in values]
    names = dict(rows.filter(pl.col("id").is_in(ids)).select("id", "name").iter_rows())
    return {value: names.get(int(value)) or "?" for value in values}


def find_value(name: str, text: str, frame: Frame, *, owner: bool) -> str | None:
    """The value that is called so, however it is written; of namesakes the one with the most films."""
    wanted = text.strip().casefold()
    counted = count_values(name, frame, owner=owner)
    if name == "studio" or name in ROLES or name == ANYONE:
        rows = frame.companies if name == "studio" else frame.people
        ids = rows.filter(pl.col("name").str.to_lowercase() == wanted)["id"].cast(pl.String)
        known = counted.filter(pl.col("value").is_in(ids.implode()))["value"]
        return next(iter(ids if name == ANYONE else known), None)
    values = counted["value"].to_list()
    named = name_values(name, frame, values)
    return next((value for value in values if wanted in (named[value].casefold(), value.casefold())), None)
