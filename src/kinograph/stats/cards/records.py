"""The longest and the shortest of the films, the oldest, the best known and the least, everyone's favorite and not."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats.arrays import find_first, known
from kinograph.stats.columns import Rows
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


@record
class RecordFilm:
    name: str  # longest, shortest, oldest, known, obscure, loved, unloved
    poster: Poster
    value: float  # minutes, a year, votes, or TMDB's score


@record
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
    films = view.picked.of_watched
    if len(films) < 3:
        return None
    votes = films["vote_count"]
    voted, scored = films.where(votes >= FEWEST_KNOWING), films.where(votes >= FEWEST_VOTES)
    found = {
        "longest": _find_most(films, "runtime_minutes"),
        "shortest": _find_most(films, "runtime_minutes", least=True),
        "oldest": _find_most(films, "year", least=True),
        "known": _find_most(voted, "vote_count"),
        "obscure": _find_most(voted, "vote_count", least=True),
        "loved": _find_most(scored, "vote_average"),
        "unloved": _find_most(scored, "vote_average", least=True),
    }
    told = [(name, *extreme) for name, extreme in found.items() if extreme]
    if not told:
        return None
    names, places, values = zip(*told, strict=True)
    posters = make_posters(Rows(films.columns).table(*COLUMNS, at=np.array(places)), view)
    are_known = pl.all_horizontal(pl.col("runtime_minutes", "vote_count").is_not_null())
    return Records(tuple(map(RecordFilm, names, posters, values)), view.lacking(are_known))


def _find_most(films: Rows, column: str, *, least: bool = False) -> tuple[int, float] | None:
    """The film by its place in the whole, of several the best known, and its value. Nothing where all are alike, for
    then none stands out."""
    values = films[column]
    told = known(values)
    if not len(told) or told.min() == told.max():
        return None
    furthest = told.min() if least else told.max()
    alike = films.where(values == furthest)
    first = find_first(1, -alike["vote_count"], alike["n"])[0]
    return int(alike.places[first]), float(furthest)


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
