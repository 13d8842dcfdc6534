"""The longest and the shortest of the films, the oldest, the best known and the least, everyone's favorite and not."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.comparison import FEWEST_KNOWING, FEWEST_VOTES
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.posters import COLUMNS, make_posters

TITLE = gettext_noop("Extremes")
DEFINITION = (
    gettext_noop(
        "The longest, shortest and oldest film, those with the most and the fewest TMDB votes (at least 5), and"
        " those with the highest and the lowest TMDB score (at least 20 votes)."
    ),
    "min and max of runtime, votes and score; min of year",
)


@dataclass(frozen=True, slots=True)
class RecordFilm:
    name: str  # longest, shortest, oldest, known, obscure, loved, unloved
    poster: Poster
    value: float  # minutes, a year, votes, or TMDB's score


@dataclass(frozen=True, slots=True)
class Records:
    films: tuple[RecordFilm, ...]
    lookups: Lookups


WHAT = {
    "longest": gettext_noop("the longest"),
    "shortest": gettext_noop("the shortest"),
    "oldest": gettext_noop("the oldest"),
    "known": gettext_noop("the best known"),
    "obscure": gettext_noop("the least known"),
    "loved": gettext_noop("highest score on TMDB"),
    "unloved": gettext_noop("lowest score on TMDB"),
}


def compute(view: PageContext) -> Records | None:
    """None with fewer than three films, of which each would be an extreme, or when nothing is known of them."""
    films = view.watched.select(*COLUMNS, "runtime_minutes", "vote_count", "vote_average")
    if len(films) < 3:
        return None
    voted = films.filter(pl.col("vote_count") >= FEWEST_KNOWING)
    scored = films.filter(pl.col("vote_count").fill_null(0) >= FEWEST_VOTES)
    found = tuple(
        extreme
        for extreme in (
            _most("longest", films, "runtime_minutes", view),
            _most("shortest", films, "runtime_minutes", view, least=True),
            _most("oldest", films, "year", view, least=True),
            _most("known", voted, "vote_count", view),
            _most("obscure", voted, "vote_count", view, least=True),
            _most("loved", scored, "vote_average", view),
            _most("unloved", scored, "vote_average", view, least=True),
        )
        if extreme
    )
    known = pl.all_horizontal(pl.col("runtime_minutes", "vote_count").is_not_null())
    return Records(found, view.lacking(known)) if found else None


def _most(name: str, films: pl.DataFrame, column: str, view: PageContext, *, least: bool = False) -> RecordFilm | None:
    """Nothing where all are alike, for then none stands out."""
    lowest, highest = films.select(pl.col(column).min().alias("low"), pl.col(column).max().alias("high")).row(0)
    if lowest == highest:
        return None
    furthest = lowest if least else highest
    top = films.filter(pl.col(column) == furthest).sort("vote_count", "n", descending=[True, False], nulls_last=True)
    return RecordFilm(name, make_posters(top.head(1), view)[0], float(furthest))


def render(card: Records, title: str) -> Markup:
    films = [(gettext(WHAT[film.name]), film, _said(film)) for film in card.films]
    return templates.render(
        "stats/cards/records.html",
        card=card,
        title=title,
        films=films,
        fewest=FEWEST_VOTES,
        fewest_knowing=FEWEST_KNOWING,
        rows=[(what, film.poster.name, said) for what, film, said in films],
    )


def _said(film: RecordFilm) -> str:
    match film.name:
        case "longest" | "shortest":
            return gettext("%(minutes)s min", minutes=i18n.number(film.value))
        case "oldest":
            return str(int(film.value))
        case "known" | "obscure":
            return ngettext("%(n)s vote", "%(n)s votes", int(film.value))
    return i18n.decimal(film.value, 1)
