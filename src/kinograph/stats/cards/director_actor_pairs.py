"""Directors and the actors they return to: who made films together more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from markupsafe import Markup
from numpy.typing import NDArray

from kinograph.films.roles import CAST_BILLED, ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.address import FilterLink
from kinograph.stats.amounts import Counted
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


@dataclass(frozen=True, slots=True)
class DirectorActorPairs:
    ranking: Ranking  # its keys are "director,actor"
    names: tuple[tuple[str, str], ...]  # of those in it, by their id as text


def compute(view: PageContext) -> DirectorActorPairs | None:
    """None when nobody made two films with anybody, whatever is picked, and nobody will."""

    def link(key: str) -> FilterLink:
        director, actor = key.split(",")
        return view.link(director=director, cast=actor)

    pairs = _pair_up(view.counted)
    counted = _count(pairs, view, fewest=2)
    if not len(counted) and not view.lookups.pending and not len(_count(_pair_up(view.counting(view.all)), view, 2)):
        return None
    lookups = view.lacking(ranking.has_group(view, "directors") & ranking.has_key(view, "cast"))
    others = _count(_pair_up(view.other.view.counted), view) if view.other else None  # every pair of the second
    ranked = ranking.build_ranking(
        counted, view, link, unit=view.unit, lookups=lookups, written=_written, others=others
    )
    ids = {int(id) for entry in (*ranked.most, *ranked.best) for id in entry.key.split(",")}
    return DirectorActorPairs(ranked, view.all.makers.tell_names(ids))


class _Pairs(NamedTuple):
    """A director and one of a film's cast each, but nobody who directs themselves: the pair as one number, the row of
    the film."""

    numbers: NDArray[np.int64]
    films: NDArray[np.int32]
    counted: Counted


def _pair_up(counted: Counted) -> _Pairs:
    """Of directors with several films, for the casts of all others need not be looked at."""
    directors, cast = counted.columns.codes("directors"), counted.columns.codes(ROLES["cast"].credits)
    is_counted = counted.flags[directors.rows]
    films, found = directors.rows[is_counted], directors.codes[is_counted]
    has_several = np.bincount(found, minlength=len(directors.keys))[found] > 1
    films, found = films[has_several], found[has_several]
    # The cast of a film stands in one piece.
    starts, ends = (np.searchsorted(cast.rows, films, side) for side in ("left", "right"))
    sizes = ends - starts
    places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    actors = cast.keys.to_numpy()[cast.codes[places]]
    directing = np.repeat(directors.keys.to_numpy()[found], sizes)
    is_pair = actors != directing
    return _Pairs((directing * APART + actors)[is_pair], np.repeat(films, sizes)[is_pair], counted)


def _count(pairs: _Pairs, view: PageContext, fewest: int = 1) -> Groups:
    """Those with so many watched films."""
    numbers, films, counted = pairs
    watched = np.sort(numbers[counted.watched[films]])
    firsts = np.flatnonzero(np.diff(watched, prepend=watched[:1] - 1))
    keys = watched[firsts[np.diff(firsts, append=len(watched)) >= fewest]]
    if fewest == 1:
        keys = np.unique(numbers)
    places = np.minimum(np.searchsorted(keys, numbers), max(len(keys) - 1, 0))
    is_one = keys[places] == numbers if len(keys) else np.zeros(len(numbers), np.bool_)
    films = films[is_one]
    return groups.count_entries(
        pl.Series(keys),
        places[is_one],
        watched=counted.watched[films],
        amount=counted.amount[films],
        rating=counted.rating[films],
        own_mean=view.own_mean,
    )


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
