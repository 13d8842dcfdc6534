"""Whose films a person has seen most, and how they like them."""

from __future__ import annotations

from dataclasses import field, replace

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.records import record
from kinograph.films.roles import CAST_BILLED, ROLES
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import groups, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums
from kinograph.stats.groups import Groups
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import Behind

TITLE = gettext_noop("Directors")
DEFINITION = (
    gettext_noop("Films, viewings or hours by director; a film by two directors counts for both."),
    "amount(director) = Σ amount of their films",
)
SHOWN = 10
PORTRAITS = "https://image.tmdb.org/t/p/w185"


@record
class Director:
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


@record
class Directors:
    top: tuple[Director, ...]  # most films first
    total: int
    unit: str  # films, viewings or hours
    lookups: Lookups
    all_href: str | None = field(default=None, compare=False)  # of the page where all of them stand
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another


def compute(view: PageContext) -> Directors | None:
    """None when no film has a director, and none will."""
    return rank_role(view, "director")


def rank_role(view: PageContext, role: str) -> Directors | None:
    """Those of any role, under its filter."""
    if view.nothing_will_come(ranking.has_key(view, ROLES[role].credits)):
        return None
    counted = groups.count_by(view.counted, ROLES[role].credits, own_mean=view.own_mean)
    others = ranking.count_others(view, ROLES[role].credits)
    card = build_directors(counted, view, role, view.lacking(ranking.has_group(view, ROLES[role].credits)), others)
    return replace(card, all_href=f"{view.to_page('people', role=role)}#card-people")


def build_directors(
    counted: Groups, view: PageContext, name: str, lookups: Lookups, others: Groups | None = None
) -> Directors:
    """Of groups as `groups.count_by` counts them, under the filter `name`; `lookups` as PageContext.lacking, `others`
    the groups of the second selection."""
    link, page = view.linker(name), view.to_person()
    top = counted.most(SHOWN)
    behind, people = ranking.put_beside(others, (group.key for group in top)), view.all.makers
    return Directors(
        top=tuple(
            Director(
                (person := people.find(key)).name or "?",
                films,
                amount,
                average,
                PORTRAITS + person.portrait if person.portrait and view.images else None,
                link(str(key)),
                rated,
                page(key),
                behind.get(key),
            )
            for key, films, amount, average, rated in top
        ),
        total=len(counted),
        unit=view.unit,
        lookups=lookups,
        sums=ranking.sum_up(view) if others is not None else None,
    )


def initials(name: str) -> str:
    """Of the first and the last name: BJ for Bong Joon-ho."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def render(card: Directors, title: str) -> Markup:
    return render_people("directors", card, title=title)


def render_people(name: str, card: Directors, *, title: str) -> Markup:
    """`name` is the card's, and its template's."""
    return templates.render(
        f"stats/cards/{name}.html",
        card=card,
        title=title,
        top=ranking.show_amounts(card.top, card.unit, card.sums),
        unit=ranking.unit_heading(card.unit),
        more_heads=ranking.tell_heads(card.sums),
        fewest=groups.FEWEST_RATINGS,
        billed=CAST_BILLED,
        rows=[
            (
                director.name,
                ranking.format_amount(director.amount, card.unit)[0],
                ranking.format_average(director.average),
                i18n.number(director.rated),
                *ranking.tell_behind(director, card.unit, card.sums),
            )
            for director in card.top
        ],
    )
