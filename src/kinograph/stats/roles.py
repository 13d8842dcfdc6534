"""What people do on films: the columns that credit them, and how addresses and pages name it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kinograph.i18n import noop

CAST_BILLED = 20
"""Nobody billed after this counts among the cast: crowds would outrank leads."""

LEADS_BILLED = 3
"""The first names of the billing are a film's leads."""


@dataclass(frozen=True, slots=True)
class Role:
    """`name` is also the filter that picks a person in it."""

    name: str
    column: str
    title: str
    label: str  # on the chip
    which: str  # in the headline, after "all of them"
    credit: str  # beside a film
    billed: int | None = None  # nobody listed after this counts

    @property
    def credits(self) -> pl.Expr:
        """The ids of those who count, film by film."""
        listed = pl.col(self.column)
        return listed.list.head(self.billed) if self.billed else listed


ROLES = {
    role.name: role
    for role in (
        Role("director", "directors", noop("Directors"), "%(name)s", noop("directed by %(name)s"), noop("director")),
        Role(
            "cast",
            "cast",
            noop("Cast"),
            noop("with %(name)s"),
            noop("with %(name)s"),
            noop("cast"),
            billed=CAST_BILLED,
        ),
        Role(
            "lead",
            "cast",
            noop("Leads"),
            noop("starring %(name)s"),
            noop("starring %(name)s"),
            noop("lead"),
            billed=LEADS_BILLED,
        ),
        Role(
            "writer",
            "writers",
            noop("Writers"),
            noop("written by %(name)s"),
            noop("written by %(name)s"),
            noop("script"),
        ),
        Role(
            "composer",
            "composers",
            noop("Composers"),
            noop("music by %(name)s"),
            noop("with music by %(name)s"),
            noop("music"),
        ),
        Role(
            "photography",
            "photography",
            noop("Photography"),
            noop("shot by %(name)s"),
            noop("shot by %(name)s"),
            noop("camera"),
        ),
        Role(
            "editor",
            "editors",
            noop("Editors"),
            noop("edited by %(name)s"),
            noop("edited by %(name)s"),
            noop("editing"),
        ),
        Role(
            "producer",
            "producers",
            noop("Producers"),
            noop("produced by %(name)s"),
            noop("produced by %(name)s"),
            noop("producer"),
        ),
    )
}


COLUMNS = tuple(dict.fromkeys(role.column for role in ROLES.values()))


def credits_of(person: int) -> pl.Expr:
    """Whether somebody worked on a film, whatever they did."""
    return pl.any_horizontal(*(pl.col(column).list.contains(person) for column in COLUMNS))
