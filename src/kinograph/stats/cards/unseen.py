"""The countries on the map that no watched film comes from, and those of them the watchlist would lead to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from markupsafe import Markup

from kinograph import pages
from kinograph.charts import world
from kinograph.i18n import gettext, noop
from kinograph.stats import names
from kinograph.stats.filters import Filters
from kinograph.stats.view import Lookups, View

TITLE = noop("Countries still unseen")


@dataclass(frozen=True, slots=True)
class Unseen:
    codes: tuple[str, ...]  # ISO 3166-1 alpha-2, in their order
    on_map: int
    wished: tuple[tuple[str, int], ...]  # those of them on the watchlist, and films there, most first
    lookups: Lookups


def compute(view: View) -> Unseen | None:
    """Over everything watched, whatever is picked. None while no film has a country."""
    seen = set(view.everything["countries"].explode().drop_nulls())
    if not seen:
        return None
    codes = tuple(sorted(code for code in world.world().paths if code not in seen))
    wished = (
        view.all.films.filter("watchlist")
        .select(code="countries")
        .explode("code")
        .filter(pl.col("code").is_in(codes))
        .group_by("code")
        .len()
        .sort("len", "code", descending=[True, False])
    )
    lookups = replace(view, filters=Filters()).lacking(pl.col("countries").list.len() > 0)
    return Unseen(codes, len(world.world().paths), tuple(wished.iter_rows()), lookups)


def render(card: Unseen) -> Markup:
    return pages.render(
        "stats/cards/unseen.html",
        card=card,
        title=gettext(TITLE),
        unseen=sorted(map(names.country, card.codes), key=names.in_order),
        wished=[(names.country(code), films) for code, films in card.wished],
    )
