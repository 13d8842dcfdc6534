"""Films that belong together: which collections a person has seen all of, and what is left of the others."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts import bars
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.collections import count_unchecked, find_collections, pick_collections
from kinograph.stats.filters import FILTERS
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Collections")
DEFINITION = (
    gettext_noop(
        "Collections at TMDB of which you watched two films or more, and how many of their films. Films under 40 "
        "minutes do not count, nor do those that were not out when your export was made. Filters choose the "
        "collections: all you watched of them counts."
    ),
    "share = 100 × n(watched of the collection) / n(features out)",
)
SHOWN = 10


@record
class CollectionProgress:
    name: str
    films: int
    watched: int
    link: FilterLink  # to those watched

    @property
    def share(self) -> float:
        return self.watched / self.films


@record
class Collections:
    collections: tuple[CollectionProgress, ...]  # the one nearest to its end first, those that are complete last
    complete: int
    almost: int
    pending: int  # whose films nobody has asked TMDB for yet
    unchecked: int  # films of which TMDB has still to say which collection they are in
    lookups: Lookups
    href: str  # of the page of all
    filtered: bool = False  # whether there are others, without a film that is picked

    @property
    def begun(self) -> int:
        return len(self.collections) - self.complete - self.almost


def compute(view: PageContext) -> Collections | None:
    """None where nothing is in a collection, nor will be, whatever is picked."""
    known = (pl.col("collection_id") != 0) | ((pl.col("kind") == "movie") & pl.col("collection_id").is_null())
    if view.nothing_will_come(known.fill_null(value=False)):
        return None
    found = pick_collections(view)
    progress = [each.progress for each in found.standings]
    link = _make_linker(view)
    return Collections(
        tuple(CollectionProgress(each.about.title, each.total, each.seen, link(each.id)) for each in found.nearest),
        progress.count("complete"),
        progress.count("almost"),
        len(found.pending),
        count_unchecked(view),
        view.lacking(pl.col("kind").is_not_null()),
        view.to_page("collections"),
        filtered=not found.standings and bool(find_collections(view).standings),
    )


def _make_linker(view: PageContext) -> Callable[[int], FilterLink]:
    """To all of a collection that is watched: with what else is picked there would be fewer than the card says."""
    picked = {value for name, value in view.filters.picked if name == "collection"}
    pick = view.linker("collection")
    kept = Filters(tuple((name, value) for name, value in view.filters.picked if not FILTERS[name].label)).to_query()
    start = f"?{kept}&collection=" if kept else "?collection="

    def link(collection: int) -> FilterLink:
        value = str(collection)
        return (
            pick(value) if value in picked else FilterLink(f"{start}{value}", picked=False, key=f"collection={value}")
        )

    return link


def render(card: Collections, title: str) -> Markup:
    return templates.render(
        "stats/cards/collections.html",
        card=card,
        title=title,
        shown=[(each, bars.draw_bar(each.share)) for each in card.collections[:SHOWN]],
        rows=[
            (each.name, i18n.number(each.watched), i18n.number(each.films), i18n.percent(each.share))
            for each in card.collections
        ],
    )
