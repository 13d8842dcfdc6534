"""Directors and the actors they return to: who made films together more than once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph.films.roles import CAST_BILLED, ROLES
from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.address import FilterLink
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

    credited = (pl.col("directors").list.len() > 0) & (pl.col("cast").list.len() > 0)
    counted = groups.count_by(_repeated(_pairs(view.counted)), "pair", own_mean=view.own_mean)
    if not len(counted) and not view.lookups.pending and not len(_repeated(_pairs(view.counting(view.all)))):
        return None
    lookups = view.lacking(ranking.has_group(view, pl.when(credited).then("n")))
    ranked = ranking.build_ranking(
        counted, view, link, unit=view.unit, lookups=lookups, written=_written, others=_others(view)
    )
    ids = {int(id) for entry in (*ranked.most, *ranked.best) for id in entry.key.split(",")}
    named = view.all.people.filter(pl.col("id").is_in(list(ids))).sort("id")
    return DirectorActorPairs(ranked, tuple((str(id), name) for id, name in named.select("id", "name").iter_rows()))


def _others(view: PageContext) -> pl.DataFrame | None:
    """Every pair of the second selection: one that made a film there may have made two here."""
    if view.other is None:
        return None
    return groups.count_by(_pairs(view.other.view.counted), "pair", own_mean=view.own_mean, first=ranking.SHOWN)


def _pairs(films: pl.DataFrame) -> pl.DataFrame:
    """pair, rating, amount, watched: a row for each director and each of a film's cast, but who directs themselves."""
    directed = (
        films.select("n", "rating", "amount", "watched", director="directors")
        .explode("director")
        .drop_nulls("director")
    )
    # Most directors are seen once, and their casts need not be looked at.
    directed = directed.filter(pl.col("director").is_duplicated())
    return (
        films.select("n", actor=ROLES["cast"].credits)
        .join(directed, on="n")
        .explode("actor")
        .drop_nulls("actor")
        .filter(pl.col("actor") != pl.col("director"))
        .select("rating", "amount", "watched", pair=pl.col("director") * APART + pl.col("actor"))
    )


def _repeated(pairs: pl.DataFrame) -> pl.DataFrame:
    """The few of a quarter of a million that come twice; sorting finds them in half the time that grouping takes."""
    ordered = pairs.filter("watched")["pair"].sort()
    return pairs.join(ordered.filter(ordered == ordered.shift()).unique().to_frame(), on="pair", how="semi")


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
