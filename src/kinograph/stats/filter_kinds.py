"""What a filter is, and the kinds of those that name one of many things: any of them, all of them, none of them.

`genre=Drama` is the filter itself. `genre.any=Drama&genre.any=Comedy` keeps films of one or the other,
`genre.not=Drama` those that are no drama; `country.all=JP&country.all=FR` those of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl

from kinograph.i18n import gettext
from kinograph.stats.filter_values import choice_parser
from kinograph.stats.frames import Frame

ANY, ALL, NOT = KINDS = ("any", "all", "not")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing an address can say. Without a label it is a choice of view, such as the calendar's year."""

    name: str
    canonical: Callable[[str], str]  # the one way to write what was asked; raises ValueError for junk
    label: Callable[[str, Frame], str] | None = None  # on the chip
    which: Callable[[str, Frame], str] | None = None  # in the headline, after "all of them"
    films: Callable[[str], pl.Expr] | None = None
    viewings: Callable[[str], pl.Expr] | None = None
    apart: Callable[[str, Frame], pl.DataFrame] | None = None  # the films by `n`, where no column of theirs tells
    many: bool = False  # several values may be picked, and all of them must hold
    has_kinds: bool = False  # whether any of several values, all or none of them may be asked for
    pages: tuple[str, ...] = ()  # where it means something, which is everywhere if none is named
    private: bool = False  # whether only the owner may pick by it
    public: Callable[[str], bool] = lambda value: False  # what everybody may all the same

    @property
    def base(self) -> str:
        """The name of the filter that this is a kind of."""
        return self.name.partition(".")[0]

    @property
    def kind(self) -> str:
        """One of KINDS, or "" for the filter itself."""
        return self.name.partition(".")[2]

    def is_open(self, value: str, *, owner: bool) -> bool:
        """Whether somebody may pick by this value, as it is written."""
        return owner or not self.private or self.public(value)


def yes_or_no(
    *,
    name: str,
    label: tuple[str, str],
    which: tuple[str, str],
    films: pl.Expr | None = None,
    viewings: pl.Expr | None = None,
) -> Filter:
    """What holds or does not, with the words for either. The condition is never null."""
    return Filter(
        name=name,
        canonical=choice_parser("yes", "no"),
        label=lambda text, _: gettext(label[text == "no"]),
        which=lambda text, _: gettext(which[text == "no"]),
        films=None if films is None else _either(films),
        viewings=None if viewings is None else _either(viewings),
    )


def _either(condition: pl.Expr) -> Callable[[str], pl.Expr]:
    return lambda text: condition if text == "yes" else ~condition


def with_kinds(filters: Iterable[Filter]) -> dict[str, Filter]:
    """By name, with the kinds of each that has them. "All of" is the filter itself where that holds several values."""
    known = {}
    for each in filters:
        known[each.name] = each
        if each.has_kinds:
            kinds = (_any_of(each), _none_of(each), *([] if each.many else [_all_of(each)]))
            known |= {kind.name: kind for kind in kinds}
    return known


def _any_of(own: Filter) -> Filter:
    return replace(own, name=f"{own.name}.{ANY}", many=True)


def _all_of(own: Filter) -> Filter:
    return replace(own, name=f"{own.name}.{ALL}", many=True)


def _none_of(own: Filter) -> Filter:
    """The films that the filter leaves out, with all of their viewings."""
    films, viewings, label, which = own.films, own.viewings, own.label, own.which
    return replace(
        own,
        name=f"{own.name}.{NOT}",
        many=True,
        label=(lambda text, frame: gettext("not %(what)s", what=label(text, frame))) if label else None,
        which=(lambda text, frame: gettext("not %(what)s", what=which(text, frame))) if which else None,
        films=(lambda text: ~films(text).fill_null(value=False)) if films else None,
        viewings=None,
        apart=(lambda text, frame: _without(frame, viewings(text))) if viewings else None,
    )


def _without(frame: Frame, condition: pl.Expr) -> pl.DataFrame:
    return frame.films.select("n").join(frame.viewings.filter(condition), on="n", how="anti", maintain_order="left")


def apply_filters(pairs: Iterable[tuple[Filter, str]], frame: Frame) -> Frame:
    """The films that fit, and their viewings; a filter on viewings keeps the films that have such a viewing."""
    said = list(pairs)
    of_films = _join((entry, entry.films(value)) for entry, value in said if entry.films)
    of_films += [_among(entry.apart(value, frame)) for entry, value in said if entry.apart]
    of_viewings = _join((entry, entry.viewings(value)) for entry, value in said if entry.viewings)
    films, viewings = frame.films, frame.viewings
    if of_films:
        films = films.filter(*of_films)
        viewings = viewings.join(films.select("n"), on="n", how="semi", maintain_order="left")
    if of_viewings:
        viewings = viewings.filter(*of_viewings)
        films = films.join(viewings.select("n"), on="n", how="semi", maintain_order="left")
    parts = (frame.people, frame.companies, frame.lists, frame.listed, frame.collections)
    return Frame(films, viewings, *parts, told_until=frame.until)


def _among(films: pl.DataFrame) -> pl.Expr:
    return pl.col("n").is_in(films["n"].implode())


def _join(conditions: Iterable[tuple[Filter, pl.Expr]]) -> list[pl.Expr]:
    """What has to hold: every condition, but of those of one any-of filter only one."""
    every: list[pl.Expr] = []
    either: dict[str, pl.Expr] = {}
    for entry, condition in conditions:
        if entry.kind != ANY:
            every.append(condition)
        else:
            either[entry.name] = either[entry.name] | condition if entry.name in either else condition
    return [*every, *either.values()]
