"""The films a person has watched most often."""

from __future__ import annotations

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import amounts, labels
from kinograph.stats.address import films_href, with_query
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_poster_rows

TITLE = gettext_noop("Most watched films")
DEFINITION = (
    gettext_noop("The films seen more than once, most viewings first, then the better rated, then the latest."),
    "n(films with viewings ≥ 2 or a rewatch)",
)
SHOWN = 12


@record
class RewatchedFilm:
    poster: Poster
    viewings: int
    rating: float | None  # in stars


@record
class MostWatched:
    films: tuple[RewatchedFilm, ...]  # those seen more than once, in the order of amounts.seen_more_than_once
    total: int  # how many those are, shown or not
    href: str  # the table of films by their viewings


def compute(view: PageContext) -> MostWatched | None:
    """From the diary alone. None when no film is seen more than once."""
    found, total = amounts.seen_more_than_once(view.picked, most=SHOWN)
    if not total and (view.picked is view.all or not amounts.seen_more_than_once(view.all, most=0)[1]):
        return None
    return MostWatched(
        tuple(RewatchedFilm(*row) for row in make_poster_rows(found, view, "viewings", "rating")),
        total,
        with_query(films_href(view.filters, session=view.home), "sort=-viewings"),
    )


def render(card: MostWatched, title: str) -> Markup:
    return templates.render(
        "stats/cards/most_watched.html",
        card=card,
        title=title,
        stars=labels.format_star_figure,
        rows=[
            (
                film.poster.name,
                i18n.number(film.viewings),
                labels.format_star_figure(film.rating) if film.rating else "–",
            )
            for film in card.films
        ],
    )
