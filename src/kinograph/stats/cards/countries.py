"""Where a person's films were made, on the map and beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import world
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import groups, labels, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Sums
from kinograph.stats.amounts import Counted
from kinograph.stats.groups import Groups
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import Behind

TITLE = gettext_noop("Where they were made")
DEFINITION = (
    gettext_noop("Films, viewings or hours by country of production; a film of two countries counts for both."),
    "amount(country) = Σ amount of its films",
)
SHOWN = 12


@record
class Country:
    code: str  # ISO 3166-1 alpha-2, or TMDB's own for a country that is no more
    films: int
    amount: int  # in films, viewings or minutes
    average: float | None  # of the ratings; None of too few, see groups.count_by
    link: FilterLink
    rated: int = 0  # films that are
    beside: Behind | None = None  # the same of the second selection


@record
class Countries:
    all: tuple[Country, ...]  # most films first
    picked: str | None
    unit: str  # films, viewings or hours
    lookups: Lookups
    all_href: str | None = field(default=None, compare=False)  # of the list of all of them
    sums: Sums | None = field(default=None, compare=False)  # where it stands against another
    wished: bool = False  # of films that wait on a watchlist

    @property
    def chosen(self) -> Country | None:
        return next((country for country in self.all if country.code == self.picked), None)

    @property
    def listed(self) -> tuple[Country, ...]:
        """The first dozen, the places the map is too coarse for among them, however few their films."""
        unmapped = [country for country in self.all[SHOWN:] if country.code not in world.load_world().paths][
            : SHOWN // 3
        ]
        return (*self.all[: SHOWN - len(unmapped)], *unmapped)


def compute(view: PageContext) -> Countries | None:
    """A film of two countries counts for both. None when no film has a country, and none will."""
    if view.nothing_will_come(ranking.has_key(view, "countries")):
        return None
    films = view.counting(view.ignoring("country"))
    counted = groups.count_by(films, "countries", own_mean=view.own_mean)
    others, sums = _count_others(view, films)
    found, link = counted.most(), view.linker("country")
    behind = ranking.put_beside(others, (group.key for group in found))
    return Countries(
        all=tuple(
            Country(code, films, amount, average, link(code), rated, behind.get(code))
            for code, films, amount, average, rated in found
        ),
        picked=view.filters.get("country"),
        unit=view.unit,
        lookups=view.lacking(ranking.has_group(view, "countries"), ignoring=("country",)),
        all_href=None if view.is_wished else f"{view.to_page('world')}#card-world_map",
        sums=sums,
        wished=view.is_wished,
    )


def _count_others(view: PageContext, films: Counted) -> tuple[Groups | None, Sums | None]:
    """The countries of the second selection, and what both count in all, whatever country is picked."""
    if view.other is None:
        return None, None
    behind = view.other.view.counting(view.other.view.ignoring("country"))
    counted = groups.count_by(behind, "countries", own_mean=view.own_mean)
    return counted, Sums(view.other, films.total, behind.total)


def render(card: Countries, title: str) -> Markup:
    return render_map(card, card.listed, name="countries", span=7, title=title)


def render_map(card: Countries, listed: Sequence[Country], *, name: str, span: int, title: str) -> Markup:
    """The map and, beside it, the countries listed; `name` is the card's, and its template's."""
    marks = {country.code: Mark.to(country.link, _label(country, card.unit)) for country in card.all}
    return templates.render(
        f"stats/cards/{name}.html",
        card=card,
        name=name,
        span=span,
        title=title,
        named=labels.country,
        chart=world.draw_world(
            {country.code: country.amount for country in card.all},
            mark=marks.__getitem__,
            picked=card.picked,
            label=title,
            outlines=templates.link_static("world.svg"),
        ),
        listed=ranking.show_amounts(listed, card.unit, card.sums),
        more_heads=ranking.tell_heads(card.sums),
        unmapped=", ".join(
            labels.country(country.code) for country in card.all if country.code not in world.load_world().paths
        ),
        unit=ranking.unit_heading(card.unit),
        steps=[
            (step, *(ranking.format_amount(end, card.unit)[0] for end in ends))
            for step, *ends in world.steps(max((country.amount for country in card.all), default=0))
        ],
        rows=[
            (
                labels.country(country.code),
                ranking.format_amount(country.amount, card.unit)[0],
                *(() if card.wished else (ranking.format_average(country.average), i18n.number(country.rated))),
                *ranking.tell_behind(country, card.unit, card.sums),
            )
            for country in card.all
        ],
    )


def _label(country: Country, unit: str) -> str:
    number, what = ranking.format_amount(country.amount, unit)
    return gettext("%(country)s: %(number)s %(what)s", country=labels.country(country.code), number=number, what=what)
