"""Who somebody is to a person: what they did on the films, how these are rated, when they were seen."""

from __future__ import annotations

from dataclasses import field
from datetime import date

import numpy as np
from markupsafe import Markup

from kinograph.charts import bars
from kinograph.charts.records import record
from kinograph.films.roles import ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums
from kinograph.stats.averages import mean
from kinograph.stats.cards.directors import PORTRAITS, initials
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import REACH, Behind

TITLE = gettext_noop("Roles in your films")
DEFINITION = (
    gettext_noop("What a person did on the films you watched, and your average over those films."),
    "n(films) by role; average = Σ stars / n(rated films)",
)
TMDB = "https://www.themoviedb.org/person/"


@record
class PersonRole:
    role: str  # of ROLES
    films: int
    link: FilterLink
    beside: Behind | None = None

    @property
    def amount(self) -> int:
        return self.films


@record
class PersonProfile:
    name: str
    portrait: str | None  # its address, when it may be shown
    tmdb: str | None
    works: tuple[PersonRole, ...]  # most films first
    rated: int
    mean: float | None  # of the films' ratings, in stars; plain, for it is said of how many
    own_mean: float | None  # of every rating
    first: date | None  # the first and last viewing
    last: date | None
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another

    @property
    def initials(self) -> str:
        return initials(self.name)


def compute(view: PageContext) -> PersonProfile | None:
    """None on all pages but somebody's own, and when none of their films fits."""
    found = view.all.people.filter(id=view.person) if view.person is not None else view.all.people.clear()
    films = view.watched
    if not len(found) or not len(films):
        return None
    id, name, _, portrait = found.row(0)
    counts = _count_works(view.picked, id)
    behind = _count_works(view.other.view.picked, id) if view.other else {}
    works = tuple(
        PersonRole(role, count, view.linker(role)(str(id)), Behind(behind[role], None) if behind else None)
        for role, count in counts.items()
        if count
    )
    first, last = view.picked.nights.ends or (None, None)
    return PersonProfile(
        name=name,
        portrait=PORTRAITS + portrait if portrait and view.images else None,
        tmdb=f"{TMDB}{id}" if id > 0 else None,
        works=tuple(sorted(works, key=lambda work: (-work.films, list(ROLES).index(work.role)))),
        rated=films["rating"].count(),
        mean=mean(films["rating"]),
        own_mean=view.own_mean,
        first=first,
        last=last,
        sums=Sums(view.other, len(films), len(view.other.view.picked.of_watched)) if view.other else None,
    )


def _count_works(frame: Frame, person: int) -> dict[str, int]:
    """Films by role, each column of theirs once."""
    return {
        role.name: int(np.count_nonzero(frame.columns.having(role.column, person) & frame.watched_flags))
        for role in {role.column: role for role in reversed(ROLES.values())}.values()
    }


def render(card: PersonProfile, title: str) -> Markup:
    return templates.render(
        "stats/cards/person.html",
        card=card,
        title=title,
        works=[
            (gettext(ROLES[work.role].title), work, amount, bar)
            for work, amount, bar in ranking.show_amounts(card.works, "films", card.sums)
        ],
        swing=bars.draw_swing(card.mean, middle=card.own_mean, reach=REACH)
        if card.mean is not None and card.own_mean is not None
        else "",
    )
