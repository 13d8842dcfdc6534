"""The genres and decades a person is kinder to than everyone else, and those they are harsher on."""

from __future__ import annotations

from dataclasses import field
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import bars
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import decades, groups, labels
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, compute_beside, subtract
from kinograph.stats.arrays import Array, is_known
from kinograph.stats.columns import Rows
from kinograph.stats.comparison import compare, difference
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Where you rate higher or lower")
DEFINITION = (
    gettext_noop(
        "Your average minus TMDB's over the same films, by genre and decade, each with at least three films. "
        "Shown are the twelve genres with the most films; those with few films rank nearer to your difference "
        "over all films."
    ),
    "difference = mean(stars) − mean(score / 2); order = (Σ (stars − score / 2) + 5 × yours) / (films + 5)",
)
SHOWN = 12
REACH = 1.0
"""Stars from nought to the end of a bar."""


@record
class BiasGroup:
    """`kinder` is your mean less everyone else's, over the same films."""

    name: str  # a genre as TMDB has it, or the first year of a decade
    films: int
    kinder: float
    link: FilterLink


@record
class GenreBias:
    genres: tuple[BiasGroup, ...]  # kindest first, weighted by their films, of the dozen with the most
    decades: tuple[BiasGroup, ...]  # oldest first
    overall: float  # over everything watched
    lookups: Lookups
    yearless: int = 0  # films that both rated, without a year
    beside: Beside[GenreBias] | None = field(default=None, compare=False)


def compute(view: PageContext) -> GenreBias | None:
    """None when too few films are rated by both, or too few of any genre and decade."""
    everything, films = compare(view.all.of_watched), _find_both(view.picked.of_watched)
    if not everything or len(films) < groups.FEWEST_RATINGS:
        return None
    overall = everything.yours - everything.theirs
    genres = _count_groups(films, "genres", overall)
    by_decade = _count_groups(films, decades.FIRST_YEAR, overall)
    if not genres and not by_decade:
        return None
    to_genre, to_decade = view.linker("genre"), view.linker("released")
    return GenreBias(
        genres=tuple(
            BiasGroup(each.key, each.films, difference(each.yours, each.theirs), to_genre(each.key))
            for each in sorted(genres[:SHOWN], key=lambda each: (-each.weighted, -each.films, each.key))
        ),
        decades=tuple(
            BiasGroup(str(each.key), each.films, difference(each.yours, each.theirs), to_decade(decades.span(each.key)))
            for each in sorted(by_decade, key=lambda each: int(each.key))
        ),
        overall=everything.kinder,
        lookups=view.lacking(pl.col("vote_average").is_not_null(), among=pl.col("rating").is_not_null()),
        yearless=int((~is_known(films["year"])).sum()),
        beside=compute_beside(view, compute),
    )


class _Counted(NamedTuple):
    """`weighted` is the difference, shrunk toward the overall one as the averages of groups.count_by are."""

    key: Any
    films: int
    yours: float
    theirs: float
    weighted: float


def _find_both(films: Rows) -> Rows:
    """Those that both rated."""
    return films.where(is_known(films["rating"]) & is_known(films["vote_average"]))


def _count_groups(films: Rows, key: str | pl.Expr, overall: float) -> list[_Counted]:
    """Most films first, those with too few left out."""
    codes, columns = films.columns.codes(key), films.columns
    is_among = np.zeros(len(columns), np.bool_)
    is_among[films.places] = True
    kept = is_among[codes.rows]
    rows, groups_of = codes.rows[kept], codes.codes[kept]
    yours, theirs = columns["rating"][rows], columns["vote_average"][rows] / 2

    def add_up(values: Array) -> Array:
        return np.bincount(groups_of, weights=values, minlength=len(codes.keys))

    counts = np.bincount(groups_of, minlength=len(codes.keys))
    weighted = (add_up(yours - theirs) + groups.PRIOR * overall) / (counts + groups.PRIOR)
    with np.errstate(invalid="ignore"):  # of groups without a film, which are left out
        means = add_up(yours) / counts, add_up(theirs) / counts
    told = zip(codes.keys.to_list(), *(each.tolist() for each in (counts, *means, weighted)), strict=True)
    found = [_Counted(*each) for each in told if each[1] >= groups.FEWEST_RATINGS]
    return sorted(found, key=lambda each: (-each.films, each.key))


def _put_behind(group: BiasGroup, card: GenreBias) -> tuple[Markup, str]:
    """The bar of a group before that of the second selection, and the difference; "" where that has none."""
    other = card.beside.card if card.beside else None
    same = [each.kinder for each in (*other.genres, *other.decades) if each.link.key == group.link.key] if other else []
    was = same[0] if same else None
    bar = bars.draw_swing(group.kinder, middle=0, reach=REACH, behind=was)
    return bar, "" if was is None else subtract(group.kinder, was, 2)


def render(card: GenreBias, title: str) -> Markup:
    genres = [(labels.genre(group.name), group) for group in card.genres]
    eras = [(decades.named(int(group.name)), group) for group in card.decades]
    return templates.render(
        "stats/cards/genre_bias.html",
        card=card,
        title=title,
        overall=i18n.signed(card.overall, 2),
        columns=[
            (
                title,
                [(name, group, i18n.signed(group.kinder, 2), *_put_behind(group, card)) for name, group in shown],
            )
            for title, shown in ((gettext("Genres"), genres), (gettext("Decades"), eras))
            if shown
        ],
        fewest=groups.FEWEST_RATINGS,
        rows=[(name, i18n.number(group.films), i18n.signed(group.kinder, 2)) for name, group in (*genres, *eras)],
    )
