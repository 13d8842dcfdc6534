"""The films a person returns to."""

from __future__ import annotations

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import amounts
from kinograph.stats.address import FilterLink
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_poster_rows

TITLE = gettext_noop("Seen again")
DEFINITION = (
    gettext_noop("The films seen more than once, most viewings first, then the better rated, then the latest."),
    "n(films with viewings ≥ 2 or a rewatch)",
)
SHOWN = 6


@record
class RewatchedFilm:
    poster: Poster
    viewings: int


@record
class Rewatches:
    films: tuple[RewatchedFilm, ...]  # in the order of amounts.seen_more_than_once
    returned: int  # how many films those are, shown or not
    viewings: int  # of everything picked
    rewatches: int  # of those, marked as such
    link: FilterLink  # to the rewatches


def compute(view: PageContext) -> Rewatches | None:
    """From the diary alone, days logged in one go among it. None without a rewatch."""
    viewings = view.picked.of_viewings
    counted, returned = amounts.seen_more_than_once(view.picked, most=SHOWN)
    rewatches = int(viewings["rewatch"].sum())
    if not returned:
        return None
    return Rewatches(
        films=tuple(RewatchedFilm(*row) for row in make_poster_rows(counted, view, "viewings")),
        returned=returned,
        viewings=len(viewings),
        rewatches=rewatches,
        link=view.linker("rewatched")("yes"),
    )


def render(card: Rewatches, title: str) -> Markup:
    return templates.render(
        "stats/cards/rewatches.html",
        card=card,
        title=title,
        rows=[(film.poster.name, i18n.number(film.viewings)) for film in card.films],
    )
