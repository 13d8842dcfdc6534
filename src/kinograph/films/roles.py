"""What people do on films: the columns that credit them, and how addresses and pages name it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kinograph.i18n import gettext_noop

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
        Role(
            "director",
            "directors",
            gettext_noop("Directors"),
            "%(name)s",
            gettext_noop("directed by %(name)s"),
            gettext_noop("director"),
        ),
        Role(
            "cast",
            "cast",
            gettext_noop("Cast"),
            gettext_noop("with %(name)s"),
            gettext_noop("with %(name)s"),
            gettext_noop("cast"),
            billed=CAST_BILLED,
        ),
        Role(
            "lead",
            "cast",
            gettext_noop("Leads"),
            gettext_noop("starring %(name)s"),
            gettext_noop("starring %(name)s"),
            gettext_noop("lead"),
            billed=LEADS_BILLED,
        ),
        Role(
            "writer",
            "writers",
            gettext_noop("Writers"),
            gettext_noop("written by %(name)s"),
            gettext_noop("written by %(name)s"),
            gettext_noop("script"),
        ),
        Role(
            "composer",
            "composers",
            gettext_noop("Composers"),
            gettext_noop("music by %(name)s"),
            gettext_noop("with music by %(name)s"),
            gettext_noop("music"),
        ),
        Role(
            "photography",
            "photography",
            gettext_noop("Photography"),
            gettext_noop("shot by %(name)s"),
            gettext_noop("shot by %(name)s"),
            gettext_noop("camera"),
        ),
        Role(
            "editor",
            "editors",
            gettext_noop("Editors"),
            gettext_noop("edited by %(name)s"),
            gettext_noop("edited by %(name)s"),
            gettext_noop("editing"),
        ),
        Role(
            "producer",
            "producers",
            gettext_noop("Producers"),
            gettext_noop("produced by %(name)s"),
            gettext_noop("produced by %(name)s"),
            gettext_noop("producer"),
        ),
    )
}


COLUMNS = tuple(dict.fromkeys(role.column for role in ROLES.values()))


def credits_of(person: int) -> pl.Expr:
    """Whether somebody worked on a film, whatever they did."""
    return pl.any_horizontal(*(pl.col(column).list.contains(person) for column in COLUMNS))
