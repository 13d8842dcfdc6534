"""Directors and the actors they return to: who made films together more than once."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph.charts.records import record
from kinograph.films.roles import CAST_BILLED, ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.amounts import Counted
from kinograph.stats.codes import Codes
from kinograph.stats.columns import Columns
from kinograph.stats.groups import Groups
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Directors and their actors")
DEFINITION = (
    gettext_noop("A director and one of the first 20 credited actors who made at least two of your films together."),
    "amount(pair) = Σ amount of their common films, films ≥ 2",
)
APART = 1 << 32
"""Two ids are one number, which is sorted several times as fast as two."""


@record
class DirectorActorPairs:
    ranking: Ranking  # its keys are "director,actor"
    names: tuple[tuple[str, str], ...]  # of those in it, by their id as text


def compute(view: PageContext) -> DirectorActorPairs | None:
    """None when nobody made two films with anybody, whatever is picked, and nobody will."""

    def link(key: str) -> FilterLink:
        director, actor = key.split(",")
        return view.link(director=director, cast=actor)

    counted = _count(view.counted, view, fewest=2)
    if not len(counted) and not view.lookups.pending and not len(_count(view.counting(view.all), view, 2)):
        return None
    lookups = view.lacking(ranking.has_group(view, "directors") & ranking.has_key(view, "cast"))
    others = _count(view.other.view.counted, view) if view.other else None
    ranked = ranking.build_ranking(
        counted, view, link, unit=view.unit, lookups=lookups, written=_written, others=others
    )
    ids = {int(id) for entry in (*ranked.most, *ranked.best) for id in entry.key.split(",")}
    return DirectorActorPairs(ranked, view.all.makers.tell_names(ids))


def _find_pairs(columns: Columns) -> Codes:
    """A director and one of a film's cast, but nobody who directs themselves: the pairs that two films have, for no
    selection has more of them. Found once for a frame."""
    return columns.keep("directors and actors", lambda: _pair_up(columns), lambda pairs: pairs.bytes)


def _pair_up(columns: Columns) -> Codes:
    """Of directors with several films, for the casts of all others need not be looked at."""
    directors, cast = columns.codes("directors"), columns.codes(ROLES["cast"].credits)
    has_several = np.bincount(directors.codes, minlength=len(directors.keys))[directors.codes] > 1
    films, found = directors.rows[has_several], directors.codes[has_several]
    # The cast of a film stands in one piece.
    starts, ends = (np.searchsorted(cast.rows, films, side) for side in ("left", "right"))
    sizes = ends - starts
    places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    actors = cast.keys.to_numpy()[cast.codes[places]]
    directing = np.repeat(directors.keys.to_numpy()[found], sizes)
    is_pair = actors != directing
    numbers, films = (directing * APART + actors)[is_pair], np.repeat(films, sizes)[is_pair]
    keys, codes, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    is_again = counts > 1
    kept, places = is_again[codes], np.cumsum(is_again) - 1
    return Codes(pl.Series(keys[is_again]), films[kept], places[codes[kept]].astype(np.int32))


def _count(counted: Counted, view: PageContext, fewest: int = 0) -> Groups:
    """Those with so many watched films."""
    pairs = _find_pairs(counted.columns)
    is_counted = counted.flags[pairs.rows]
    films = pairs.rows[is_counted]
    found = groups.count_entries(
        pairs.keys,
        pairs.codes[is_counted],
        watched=counted.watched[films],
        amount=counted.amount[films],
        rating=counted.rating[films],
        own_mean=view.own_mean,
    )
    return found.where(found.films >= fewest) if fewest else found


def _written(pair: int) -> str:
    actor = (pair + APART // 2) % APART - APART // 2  # the sample's ids are below zero
    return f"{(pair - actor) // APART},{actor}"


def render(card: DirectorActorPairs, title: str) -> Markup:
    names = dict(card.names)

    def named(key: str) -> str:
        director, actor = key.split(",")
        return gettext("%(director)s and %(actor)s", director=names.get(director, "?"), actor=names.get(actor, "?"))

    return ranking.render(
        "stats/cards/director_actor_pairs.html", card.ranking, title=title, named=named, billed=CAST_BILLED
    )
