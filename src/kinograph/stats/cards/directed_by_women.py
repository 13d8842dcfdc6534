"""How many of the films women directed, over all and decade by decade, and of how many nobody can say."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import decades
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, put_behind, say_points
from kinograph.stats.cards.people import FEMALE
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Directed by women")
DEFINITION = (
    gettext_noop(
        "Films with at least one woman among their directors, of the films with a director whose gender TMDB knows."
    ),
    "share = 100 × n(films with a woman) / n(films with a known gender)",
)


@dataclass(frozen=True, slots=True)
class WomenDecade:
    first: int
    women: int  # films with a woman among the directors
    known: int  # films with a director whose gender TMDB knows
    link: FilterLink


@dataclass(frozen=True, slots=True)
class DirectedByWomen:
    decades: tuple[WomenDecade, ...]  # oldest first
    women: int
    known: int
    lookups: Lookups  # the unsaid have no director, or none whose gender TMDB knows
    beside: Beside[DirectedByWomen] | None = field(default=None, compare=False)

    @property
    def share(self) -> float:
        """Of the films with a known gender, 0 to 1."""
        return self.women / self.known if self.known else 0.0


def compute(view: PageContext) -> DirectedByWomen | None:
    """None when no film has a director of known gender."""
    if not _directed(view.everything, view)["known"].any():
        return None
    picked = _directed(view.watched, view)
    by_decade = (
        _directed(view.ignoring("released").watched, view)
        .drop_nulls("year")
        .filter("known")
        .group_by(first=decades.FIRST_YEAR)
        .agg(pl.col("women").sum(), pl.len())
        .sort("first")
    )
    link = view.linker("released")
    return DirectedByWomen(
        decades=tuple(
            WomenDecade(first, women, known, link(decades.span(first))) for first, women, known in by_decade.iter_rows()
        ),
        women=int(picked["women"].sum()),
        known=int(picked["known"].sum()),
        lookups=view.lacking(pl.col("directors").list.eval(pl.element().is_in(_gendered(view))).list.any()),
        beside=compute_beside(view, compute),
    )


def _gendered(view: PageContext) -> list[int]:
    return view.all.people.filter(pl.col("gender") > 0)["id"].to_list()


def _directed(films: pl.DataFrame, view: PageContext) -> pl.DataFrame:
    """Films with directors: n, year, women (whether one is), known (whether any gender is)."""
    return (
        films.select("n", "year", id="directors")
        .explode("id")
        .drop_nulls("id")
        .join(view.all.people.select("id", "gender"), on="id", how="left")
        .group_by("n")
        .agg(
            pl.col("year").first(),
            women=(pl.col("gender") == FEMALE).any(),
            known=(pl.col("gender").fill_null(0) > 0).any(),
        )
    )


def _items(card: DirectedByWomen) -> list[Item]:
    return [_item(decade) for decade in card.decades]


def render(card: DirectedByWomen, title: str) -> Markup:
    items = put_behind(_items(card), card.beside, _items, digits=0)
    heads, rows = add_columns(
        (gettext("Decade"), gettext("Films directed by women"), gettext("Films")),
        [
            (decades.named(decade.first), i18n.number(decade.women), i18n.number(decade.known))
            for decade in card.decades
        ],
        items,
        card.beside,
    )
    other = card.beside.card if card.beside else None
    return templates.render(
        "stats/cards/directed_by_women.html",
        card=card,
        title=title,
        percent=i18n.percent(card.women / card.known) if card.known else "",
        chart=draw_column_chart(items, label=title, height=150, most_ticks=8, one_scale=True)
        if any(decade.women for decade in card.decades)
        else None,
        apart=say_points(card.share, other.share) if other and other.known and card.known else "",
        heads=heads,
        rows=rows,
    )


def _item(decade: WomenDecade) -> Item:
    share = decade.women / decade.known
    label = ngettext(
        "%(decade)ss: %(women)s of %(n)s film, %(percent)s",
        "%(decade)ss: %(women)s of %(n)s films, %(percent)s",
        decade.known,
        decade=decade.first,
        women=i18n.number(decade.women),
        percent=i18n.percent(share),
    )
    tick = decades.named(decade.first)
    return Item(100 * share, Mark.to(decade.link, label), text=i18n.number(100 * share), tick=tick)
