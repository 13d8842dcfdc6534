"""Where a person's films were made, on the map and beside it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts import world
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, ngettext, noop
from kinograph.stats import groups, names
from kinograph.stats.filters import Link
from kinograph.stats.view import Lookups, View, watched

TITLE = noop("Where they were made")
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Country:
    code: str  # ISO 3166-1 alpha-2, or TMDB's own for a country that is no more
    films: int
    average: float | None  # shrunk, see groups.by
    link: Link


@dataclass(frozen=True, slots=True)
class Countries:
    all: tuple[Country, ...]  # most films first
    picked: str | None
    lookups: Lookups

    @property
    def chosen(self) -> Country | None:
        return next((country for country in self.all if country.code == self.picked), None)

    @property
    def listed(self) -> tuple[Country, ...]:
        """The first dozen, the places the map is too coarse for among them, however few their films."""
        unmapped = [country for country in self.all[SHOWN:] if country.code not in world.world().paths][: SHOWN // 3]
        return (*self.all[: SHOWN - len(unmapped)], *unmapped)


def compute(view: View) -> Countries | None:
    """A film of two countries counts for both. None when no film has a country, and none will."""
    counted = groups.by(watched(view.ignoring("country")), "countries", own_mean=view.own_mean)
    if not len(counted) and not view.lookups.pending and not view.filters:
        return None
    link = view.linker("country")
    rows = counted.select("key", "films", "average").iter_rows()
    return Countries(
        all=tuple(Country(code, films, average, link(code)) for code, films, average in rows),
        picked=view.filters.get("country"),
        lookups=view.lookups,
    )


def render(card: Countries) -> Markup:
    by_code = {country.code: country for country in card.all}
    marks = {code: Mark(country.link.href, _label(country), country.link.picked) for code, country in by_code.items()}
    return pages.render(
        "stats/cards/countries.html",
        card=card,
        title=gettext(TITLE),
        named=names.country,
        chart=world.draw(
            {country.code: country.films for country in card.all},
            mark=marks.__getitem__,
            picked=card.picked,
            label=gettext(TITLE),
            outlines=pages.static("world.svg"),
        ),
        rows=[
            (
                names.country(country.code),
                i18n.number(country.films),
                "–" if country.average is None else i18n.decimal(country.average),
            )
            for country in card.all
        ],
        prior=groups.PRIOR,
    )


def _label(country: Country) -> str:
    return ngettext(
        "%(country)s: %(n)s film", "%(country)s: %(n)s films", country.films, country=names.country(country.code)
    )
