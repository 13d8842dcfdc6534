"""Everybody who worked on a person's films, role by role, without end: searched, and in either order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import NamedTuple

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.records import record
from kinograph.films.folding import has_words
from kinograph.films.roles import COLUMNS, ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import groups, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums
from kinograph.stats.cards.directors import PORTRAITS, initials
from kinograph.stats.groups import Group, Groups
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import Behind

TITLE = gettext_noop("People")
DEFINITION = (
    gettext_noop(
        "Films, viewings or hours by person in a role. Cast means the first 20 credited actors, leads the first"
        " 3. TMDB says who is an actress or an actor."
    ),
    "amount(person) = Σ amount of their films",
)
ON_A_PAGE = 30
FEMALE, MALE = 1, 2
"""As TMDB writes genders."""

ACTORS = {"actress": FEMALE, "actor": MALE}
CHOICES = {name: role.title for name, role in ROLES.items()}
CHOICES = {
    "director": CHOICES.pop("director"),
    "lead": CHOICES.pop("lead"),
    "cast": CHOICES.pop("cast"),
    "actress": gettext_noop("Actresses"),
    "actor": gettext_noop("Actors"),
} | CHOICES


@record
class PersonRow:
    name: str
    films: int
    amount: int  # in films, viewings or minutes
    average: float | None  # of the ratings; None of too few, see groups.count_by
    portrait: str | None  # its address, when it may be shown
    link: FilterLink
    rated: int = 0  # films that are
    href: str = field(default="", compare=False)  # of their own page
    beside: Behind | None = None  # the same of the second selection

    @property
    def initials(self) -> str:
        return initials(self.name)


class RoleChoice(NamedTuple):
    name: str
    link: FilterLink


@record
class People:
    role: str
    people: tuple[PersonRow, ...]  # of this page
    total: int  # on all pages
    most: int  # the largest amount of anybody, the ends of the bars
    page: int
    page_count: int
    best: bool  # best rated first, not the largest amount
    search: str
    unit: str  # films, viewings or hours
    roles: tuple[RoleChoice, ...]
    sorts: tuple[RoleChoice, ...]
    kept: tuple[tuple[str, str], ...]  # what stays picked when something is searched for
    path: str
    back: str | None  # the addresses of the pages before and after
    onward: str | None
    lookups: Lookups
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another


def compute(view: PageContext) -> People | None:
    """None when nobody is known for any film, nor will be."""
    filters = view.filters
    role = filters.get("role") or "director"
    search, best = filters.get("q") or "", filters.get("sort") == "best"
    if view.nothing_will_come(pl.any_horizontal(pl.col(column).list.len() > 0 for column in COLUMNS)):
        return None
    found = _count(view, role, search)
    total = np.count_nonzero(found.rated >= groups.FEWEST_RATINGS) if best else len(found)
    page_count = max(1, -(-int(total) // ON_A_PAGE))
    page = min(int(filters.get("page") or 1), page_count)
    ordered = found.best(page * ON_A_PAGE) if best else found.most(page * ON_A_PAGE)
    start = filters.from_the_start()

    def at(number: int) -> str | None:
        if not 1 <= number <= page_count:
            return None
        return (start.with_("page", str(number)) if number > 1 else start).href(view.path)

    return People(
        role=role,
        people=_people(ordered[(page - 1) * ON_A_PAGE :], role, view),
        total=int(total),
        most=_find_most(found, best=best),
        page=page,
        page_count=page_count,
        best=best,
        search=search,
        unit=view.unit,
        roles=tuple(RoleChoice(name, view.choice("role", name, default="director")) for name in CHOICES),
        sorts=tuple(RoleChoice(name, view.choice("sort", name, default="most")) for name in ("most", "best")),
        kept=start.without("q").picked,
        path=view.path,
        back=at(page - 1),
        onward=at(page + 1),
        lookups=view.lacking(ranking.has_group(view, ROLES.get(role, ROLES["cast"]).credits)),
        sums=ranking.sum_up(view),
    )


def _count(view: PageContext, role: str, search: str) -> Groups:
    """Those in the role, of whom one is known, and whom the search finds."""
    counted = groups.count_by(view.counted, ROLES.get(role, ROLES["cast"]).credits, own_mean=view.own_mean)
    makers = view.all.makers
    places = makers.find_places(counted.keys)
    counted, places = counted.where(places >= 0), places[places >= 0]
    if role in ACTORS:
        is_one = makers.genders[places] == ACTORS[role]
        counted, places = counted.where(is_one), places[is_one]
    if search:
        names = makers.table["name"][places].to_frame()
        counted = counted.where(
            names.select(has_words(pl.col("name"), search)).to_series().fill_null(value=False).to_numpy()
        )
    return counted


def _find_most(found: Groups, *, best: bool) -> int:
    """The largest amount of those that stand on a page."""
    amounts = found.amount[found.rated >= groups.FEWEST_RATINGS] if best else found.amount
    return int(amounts.max(initial=0))


def _people(shown: Sequence[Group], role: str, view: PageContext) -> tuple[PersonRow, ...]:
    link, page = view.linker("cast" if role in ACTORS else role), view.to_person()
    others = ranking.count_others(view, ROLES.get(role, ROLES["cast"]).credits)
    behind = ranking.put_beside(others, (group.key for group in shown))
    return tuple(
        PersonRow(
            (person := view.all.makers.find(key)).name or "?",
            films,
            amount,
            average,
            PORTRAITS + person.portrait if person.portrait and view.images else None,
            link(str(key)),
            rated,
            page(key),
            behind.get(key),
        )
        for key, films, amount, average, rated in shown
    )


def render(card: People, title: str) -> Markup:
    shown = ranking.show_amounts(card.people, card.unit, card.sums, card.most)
    first = (card.page - 1) * ON_A_PAGE + 1
    return templates.render(
        "stats/cards/people.html",
        card=card,
        title=title,
        role=gettext(CHOICES[card.role]),
        roles=[(gettext(CHOICES[name]), link) for name, link in card.roles],
        sorts=[
            (gettext("Most watched") if name == "most" else gettext("Best rated"), link) for name, link in card.sorts
        ],
        shown=shown,
        first=first,
        billed=ROLES["cast" if card.role in ACTORS else card.role].billed,
        fewest=groups.FEWEST_RATINGS,
        unit=ranking.unit_heading(card.unit),
        rows=[
            (person.name, amount[0], ranking.format_average(person.average), i18n.number(person.rated))
            for person, amount, _ in shown
        ],
    )
