"""The decades a person rates best, each with the films that made it so."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import decades, groups
from kinograph.stats.address import FilterLink
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_posters, pick_best

TITLE = gettext_noop("Best decades")
DEFINITION = (
    gettext_noop(
        "The four release decades you rate best, ordered as in rankings, each with its average and up to five "
        "of its best rated films."
    ),
    "order = (Σ stars + 5 × your average) / (ratings + 5), ratings ≥ 3",
)
SHOWN = 4
POSTERS = 5


@record
class RatedDecade:
    first: int
    films: int
    average: float  # of the ratings
    posters: tuple[Poster, ...]  # of its best rated films
    link: FilterLink
    rated: int  # films that are


@record
class BestDecades:
    decades: tuple[RatedDecade, ...]  # best first
    own_mean: float
    yearless: int = 0  # films without a year


def compute(view: PageContext) -> BestDecades | None:
    """None when no decade has ratings enough."""
    own_mean = view.own_mean
    counted = groups.count_by(view.counting(view.picked, "films"), decades.FIRST_YEAR, own_mean=own_mean)
    best, films = counted.best(SHOWN), view.picked.of_watched
    if own_mean is None or not best:
        return None
    link, years = view.linker("released"), films["year"]
    return BestDecades(
        tuple(
            RatedDecade(
                first,
                count,
                average,
                tuple(make_posters(pick_best(films.where((years >= first) & (years < first + 10)), POSTERS), view)),
                link(decades.span(first)),
                rated,
            )
            for first, count, _, average, rated in best
            if average is not None
        ),
        own_mean,
        int(np.count_nonzero(~films.known("year"))),
    )


def render(card: BestDecades, title: str) -> Markup:
    return templates.render(
        "stats/cards/best_decades.html",
        card=card,
        title=title,
        named=decades.named,
        fewest=groups.FEWEST_RATINGS,
        rows=[
            (
                decades.named(decade.first),
                i18n.number(decade.films),
                i18n.decimal(decade.average),
                i18n.number(decade.rated),
                ", ".join(poster.name for poster in decade.posters),
            )
            for decade in card.decades
        ],
    )
