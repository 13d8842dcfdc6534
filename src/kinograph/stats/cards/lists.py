"""A person's lists, and how many of their films they have seen."""

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
from kinograph.stats.filters import FILTERS
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Lists")
DEFINITION = (
    gettext_noop("Your lists, and how many of their films you have watched, whatever the filters."),
    "share = 100 × n(watched on the list) / n(on the list)",
)
SHOWN = 10


@record
class ListProgress:
    name: str
    films: int
    watched: int
    link: FilterLink  # to those watched

    @property
    def share(self) -> float:
        return self.watched / self.films


@record
class Lists:
    lists: tuple[ListProgress, ...]  # those with films, the one nearest to its end first
    filtered: bool = False  # whether something is picked that this card does not heed

    @property
    def done(self) -> int:
        return sum(each.watched == each.films for each in self.lists)


def compute(view: PageContext) -> Lists | None:
    """Of everything, whatever is picked, and so are its links. None without a list that holds a film, and for all but
    the owner."""
    lists = view.all.lists.filter(pl.col("films") > 0)
    if not view.owner or not len(lists):
        return None
    link = _linker(view)
    ordered = lists.with_columns(share=pl.col("watched") / pl.col("films")).sort(
        "share", "films", "name", descending=[True, True, False]
    )
    return Lists(
        tuple(
            ListProgress(name, films, watched, link(slug))
            for slug, name, films, watched in ordered.select("slug", "name", "films", "watched").iter_rows()
        ),
        filtered=bool(view.filters),
    )


def _linker(view: PageContext) -> Callable[[str], FilterLink]:
    """To all of a list that is watched: with what else is picked there would be fewer than the card says."""

    def link(slug: str) -> FilterLink:
        if view.filters.has("list", slug):
            return view.linker("list")(slug)
        kept = tuple((name, value) for name, value in view.filters.picked if not FILTERS[name].label)
        return FilterLink(Filters(kept).with_("list", slug).href(view.path), picked=False, key=f"list={slug}")

    return link


def render(card: Lists, title: str) -> Markup:
    return templates.render(
        "stats/cards/lists.html",
        card=card,
        title=title,
        shown=[(each, bars.draw_bar(each.share)) for each in card.lists[:SHOWN]],
        rows=[
            (each.name, i18n.number(each.watched), i18n.number(each.films), i18n.percent(each.share))
            for each in card.lists
        ],
    )
