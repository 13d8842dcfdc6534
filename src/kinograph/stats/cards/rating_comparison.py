"""A person's stars against TMDB's score, film by film: where they are kinder, where harsher, and how often alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Tick
from kinograph.charts.dots import Corner, Dot, draw_dots, radius
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import FilterLink
from kinograph.stats.arrays import count_each, is_known
from kinograph.stats.columns import Rows
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.rounding import tenths

TITLE = gettext_noop("You against everyone")
DEFINITION = (
    gettext_noop(
        "Rated films by your stars and TMDB's score; a dot covers 0.3 points of the score. “Higher” and “lower”"
        " mean by more than half a star. A dot's color says on which side of the line it is."
    ),
    "n(films) by stars and score // 0.3; higher ⇔ stars − score / 2 > 0.5",
)
BIN = 3
"""Tenths of a point of TMDB's ten in one dot, so that a page never holds many hundreds of them."""

SCORE_BIN = tenths(pl.col("vote_average")) // BIN
MOST_BINS = 100

ALIKE = 0.5
"""Stars apart that still count as the same opinion: the smallest step a person can take."""


@record
class Bin:
    """Films with the same stars and nearly the same score, in tenths of a point from `low` to `high`."""

    stars: float
    low: int
    high: int
    films: int
    link: FilterLink
    outside: bool  # of the rating and score picked

    @property
    def middle(self) -> float:
        """Of the scores, in stars."""
        return (self.low + self.high) / 40


@record
class RatingComparison:
    bins: tuple[Bin, ...]  # by stars, then score
    compared: int  # films that both rated
    kinder: int  # of those, by more than ALIKE
    harsher: int
    lookups: Lookups


def compute(view: PageContext) -> RatingComparison | None:
    """None when no film is rated by both."""
    if not len(_find_both(view.all)):
        return None
    picked = _find_both(view.picked)
    rating, score = view.filters.get("rating"), view.filters.get("score")
    inside = {*_count_bins(picked)} if rating or score else None
    counted = _count_bins(_find_both(view.ignoring("rating", "score")))
    apart = picked["rating"] - picked["vote_average"] / 2
    return RatingComparison(
        bins=tuple(
            Bin(
                stars,
                n * BIN,
                min(n * BIN + BIN - 1, 100),
                films,
                view.link(rating=f"{stars:g}", score=f"{n * BIN / 10:g}-{min(n * BIN + BIN - 1, 100) / 10:g}"),
                outside=inside is not None and (stars, n) not in inside,
            )
            for (stars, n), films in counted.items()
        ),
        compared=len(picked),
        kinder=int((apart > ALIKE).sum()),
        harsher=int((apart < -ALIKE).sum()),
        lookups=view.lacking(
            pl.col("vote_average").is_not_null(), among=pl.col("rating").is_not_null(), ignoring=("rating", "score")
        ),
    )


def _find_both(frame: Frame) -> Rows:
    """The films that both rated."""
    films = frame.of_watched
    return films.where(is_known(films["rating"]) & is_known(films["vote_average"]))


def _count_bins(films: Rows) -> dict[tuple[float, int], int]:
    """Films by stars, then by their bin of scores, both ascending."""
    codes = films.columns.codes(SCORE_BIN)
    bins = np.zeros(len(films.columns), np.int64)
    bins[codes.rows] = codes.keys.to_numpy()[codes.codes]
    found = count_each((2 * films["rating"]).astype(np.int64) * MOST_BINS + bins[films.places])
    return {(key // MOST_BINS / 2, key % MOST_BINS): count for key, count in found.items()}


def render(card: RatingComparison, title: str) -> Markup:
    most = max((each.films for each in card.bins), default=1)
    by_stars = [
        (stars, [each for each in card.bins if each.stars == stars])
        for stars in sorted({each.stars for each in card.bins})
    ]
    return templates.render(
        "stats/cards/rating_comparison.html",
        card=card,
        title=title,
        alike=i18n.percent((card.compared - card.kinder - card.harsher) / card.compared) if card.compared else "",
        chart=_chart(card.bins, title),
        sizes=[(n, radius(n, most)) for n in sorted({1, (most + 1) // 2, most})],
        rows=[(labels.format_star_figure(stars), *_row(bins)) for stars, bins in by_stars],
    )


def _chart(bins: Sequence[Bin], title: str) -> Markup:
    """As wide as the scores reach; rows are half stars."""
    first = min((each.low for each in bins), default=0)
    last = max((each.high for each in bins), default=100) + 1

    def x(tenths: float) -> float:
        return (tenths - first) / (last - first) * 100

    def line(tenths: float) -> tuple[float, float]:
        """Where TMDB's score and the stars say the same."""
        return x(tenths), tenths / 10 - 1

    return draw_dots(
        [_dot(each, x((each.low + each.high + 1) / 2)) for each in bins],
        rows=[labels.format_stars(n / 2) + "★" if n % 2 == 0 else "" for n in range(1, 11)],
        ticks=[Tick(min(x(10 * n + 0.5), 98), str(n)) for n in range(-(-first // 10), (last + 8) // 10)],
        agreement=(*line(max(first, 10)), *line(min(last, 100))),
        corner=Corner(gettext("you rate higher"), gettext("you rate lower")),
        across=gettext("TMDB's score, of 10"),
        up=gettext("Your stars"),
        label=title,
    )


def _dot(each: Bin, x: float) -> Dot:
    whose = "you" if each.stars >= each.middle else "them"
    return Dot(x, round(each.stars * 2) - 1, each.films, whose, _mark(each), each.outside)


def _row(bins: list[Bin]) -> tuple[str, str]:
    films = sum(each.films for each in bins)
    return i18n.number(films), i18n.decimal(sum(each.middle * 2 * each.films for each in bins) / films, 1)


def _mark(each: Bin) -> Mark:
    label = ngettext(
        "You %(stars)s★, TMDB %(low)s to %(high)s: %(n)s film",
        "You %(stars)s★, TMDB %(low)s to %(high)s: %(n)s films",
        each.films,
        stars=labels.format_stars(each.stars),
        low=i18n.decimal(each.low / 10, 1),
        high=i18n.decimal(each.high / 10, 1),
    )
    return Mark.to(each.link, label)
