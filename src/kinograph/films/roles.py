"""What people do on films: the jobs at TMDB, the columns that credit them, and how addresses and pages name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinograph.i18n import gettext_noop

if TYPE_CHECKING:  # the worker does without, which saves it a fifth of its memory
    import polars as pl

CAST_BILLED = 20
"""Nobody billed after this counts among the cast: crowds would outrank leads."""

LEADS_BILLED = 3
"""The first names of the billing are a film's leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """`name` is also the filter that picks a person in it. `jobs` are the crew's, as TMDB's credits name them."""

    name: str
    column: str  # of a frame, and of film_facts where there are jobs
    jobs: frozenset[str] = frozenset()
    title: str
    label: str  # on the chip
    which: str  # in the headline, after "all of them"
    credit: str  # beside a film
    billed: int | None = None  # nobody listed after this counts

    @property
    def credits(self) -> pl.Expr:
        """The ids of those who count, film by film."""
        import polars as pl

        listed = pl.col(self.column)
        return listed.list.head(self.billed) if self.billed else listed


_WRITING = frozenset(
    {"Writer", "Screenplay", "Story", "Novel", "Book", "Author", "Teleplay", "Adaptation", "Original Story"}
)

ROLES = {
    role.name: role
    for role in (
        Role(
            name="director",
            column="directors",
            jobs=frozenset({"Director"}),
            title=gettext_noop("Directors"),
            label="%(name)s",
            which=gettext_noop("directed by %(name)s"),
            credit=gettext_noop("director"),
        ),
        Role(
            name="cast",
            column="cast",
            title=gettext_noop("Cast"),
            label=gettext_noop("with %(name)s"),
            which=gettext_noop("with %(name)s"),
            credit=gettext_noop("cast"),
            billed=CAST_BILLED,
        ),
        Role(
            name="lead",
            column="cast",
            title=gettext_noop("Leads"),
            label=gettext_noop("starring %(name)s"),
            which=gettext_noop("starring %(name)s"),
            credit=gettext_noop("lead"),
            billed=LEADS_BILLED,
        ),
        Role(
            name="writer",
            column="writers",
            jobs=_WRITING,
            title=gettext_noop("Writers"),
            label=gettext_noop("written by %(name)s"),
            which=gettext_noop("written by %(name)s"),
            credit=gettext_noop("script"),
        ),
        Role(
            name="composer",
            column="composers",
            jobs=frozenset({"Original Music Composer"}),
            title=gettext_noop("Composers"),
            label=gettext_noop("music by %(name)s"),
            which=gettext_noop("with music by %(name)s"),
            credit=gettext_noop("music"),
        ),
        Role(
            name="photography",
            column="photography",
            jobs=frozenset({"Director of Photography"}),
            title=gettext_noop("Photography"),
            label=gettext_noop("shot by %(name)s"),
            which=gettext_noop("shot by %(name)s"),
            credit=gettext_noop("camera"),
        ),
        Role(
            name="editor",
            column="editors",
            jobs=frozenset({"Editor"}),
            title=gettext_noop("Editors"),
            label=gettext_noop("edited by %(name)s"),
            which=gettext_noop("edited by %(name)s"),
            credit=gettext_noop("editing"),
        ),
        Role(
            name="producer",
            column="producers",
            jobs=frozenset({"Producer"}),
            title=gettext_noop("Producers"),
            label=gettext_noop("produced by %(name)s"),
            which=gettext_noop("produced by %(name)s"),
            credit=gettext_noop("producer"),
        ),
    )
}
"""In the order of pages. Another craft is another entry here, and a column of models.FilmFacts with its migration."""

CREW = {role.column: role.jobs for role in ROLES.values() if role.jobs}
"""The jobs of each column of film_facts that credits the crew."""

COLUMNS = tuple(dict.fromkeys(role.column for role in ROLES.values()))
"""The columns of a frame that hold people."""


def credits_of(person: int) -> pl.Expr:
    """Whether somebody worked on a film, whatever they did."""
    import polars as pl

    return pl.any_horizontal(*(pl.col(column).list.contains(person) for column in COLUMNS))
