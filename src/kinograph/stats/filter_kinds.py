"""What a filter is, and the kinds of those that name one of many things: any of them, all of them, none of them.

`genre=Drama` is the filter itself. `genre.any=Drama&genre.any=Comedy` keeps films of one or the other,
`genre.not=Drama` those that are no drama; `country.all=JP&country.all=FR` those of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import polars as pl

from kinograph.i18n import gettext
from kinograph.stats.columns import Flags
from kinograph.stats.filter_values import choice_parser
from kinograph.stats.frame_parts import Part
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
    # The films of the whole that it keeps, where no column of theirs tells it, or arrays tell it sooner.
    flags: Callable[[str, Frame], Flags] | None = None
    # The viewings of the whole, where arrays tell sooner than a query.
    viewing_flags: Callable[[str, Frame], Flags] | None = None
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
    viewings: str | None = None,
) -> Filter:
    """What holds or does not, with the words for either. The condition on films, or the column of viewings, is never
    null."""
    return Filter(
        name=name,
        canonical=choice_parser("yes", "no"),
        label=lambda text, _: gettext(label[text == "no"]),
        which=lambda text, _: gettext(which[text == "no"]),
        films=None if films is None else _either(films),
        flags=None if films is None else _either_flags(films),
        viewings=None if viewings is None else _either(pl.col(viewings)),
        viewing_flags=None if viewings is None else _either_viewing(viewings),
    )


def _either_viewing(column: str) -> Callable[[str, Frame], Flags]:
    def flags(text: str, frame: Frame) -> Flags:
        holds: Flags = frame.diary[column]
        return holds if text == "yes" else ~holds

    return flags


def _either_flags(condition: pl.Expr) -> Callable[[str, Frame], Flags]:
    def flags(text: str, frame: Frame) -> Flags:
        holds = frame.columns.flags(condition)
        return holds if text == "yes" else ~holds

    return flags


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
    films, label, which = own.films, own.label, own.which
    return replace(
        own,
        name=f"{own.name}.{NOT}",
        many=True,
        label=(lambda text, frame: gettext("not %(what)s", what=label(text, frame))) if label else None,
        which=(lambda text, frame: gettext("not %(what)s", what=which(text, frame))) if which else None,
        films=(lambda text: ~films(text).fill_null(value=False)) if films else None,
        viewings=None,
        viewing_flags=None,
        flags=_leave_out(own),
    )


def _leave_out(own: Filter) -> Callable[[str, Frame], Flags] | None:
    flags, viewings = own.flags, own.viewings
    if viewings:
        return lambda text, frame: _without(frame, viewings(text))
    return (lambda text, frame: ~flags(text, frame)) if flags else None


def _without(frame: Frame, condition: pl.Expr) -> Flags:
    viewings = frame.diary.test([condition])[0] & frame.viewing_flags
    return ~_have(viewings, frame)


def _have(viewings: Flags, frame: Frame) -> Flags:
    """The films, of the whole, of these viewings of the whole."""
    films = np.zeros(len(frame.columns), np.bool_)
    films[frame.film_of_viewing[viewings]] = True
    return films


def apply_filters(pairs: Iterable[tuple[Filter, str]], frame: Frame) -> Part:
    """The films that fit, and their viewings; a filter on viewings keeps the films that have such a viewing."""
    said = list(pairs)
    films, viewings = frame.film_flags, frame.viewing_flags
    if of_films := [(entry, value) for entry, value in said if entry.films or entry.flags]:
        films = films & _join([entry for entry, _ in of_films], _test_films(of_films, frame))
        viewings = viewings & films[frame.film_of_viewing]
    if of_viewings := [(entry, value) for entry, value in said if entry.viewings]:
        viewings = viewings & _join([entry for entry, _ in of_viewings], _test_viewings(of_viewings, frame))
        films = films & _have(viewings, frame)
    return Part(frame, films, viewings)


def _test_films(said: Sequence[tuple[Filter, str]], frame: Frame) -> list[Flags]:
    """The films, of the whole, that each keeps; all that are expressions are asked at once."""
    tested = iter(frame.columns.test([entry.films(value) for entry, value in said if entry.films and not entry.flags]))
    return [entry.flags(value, frame) if entry.flags else next(tested) for entry, value in said]


def _test_viewings(said: Sequence[tuple[Filter, str]], frame: Frame) -> list[Flags]:
    """The same of viewings."""
    asked = [entry.viewings(value) for entry, value in said if entry.viewings and not entry.viewing_flags]
    tested = iter(frame.diary.test(asked))
    return [entry.viewing_flags(value, frame) if entry.viewing_flags else next(tested) for entry, value in said]


def _join(entries: Iterable[Filter], tested: Iterable[Flags]) -> Flags:
    """What has to hold: every one, but of those of one any-of filter only one."""
    every: list[Flags] = []
    either: dict[str, Flags] = {}
    for entry, flags in zip(entries, tested, strict=True):
        if entry.kind != ANY:
            every.append(flags)
        else:
            either[entry.name] = either[entry.name] | flags if entry.name in either else flags
    return cast(Flags, np.logical_and.reduce([*every, *either.values()]))
