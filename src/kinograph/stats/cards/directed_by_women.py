"""How many of the films women directed, over all and decade by decade, and of how many nobody can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import decades
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, put_behind, say_points
from kinograph.stats.cards.people import FEMALE
from kinograph.stats.columns import Flags
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Directed by women")
DEFINITION = (
    gettext_noop(
        "Films with at least one woman among their directors, of the films with a director whose gender TMDB knows."
    ),
    "share = 100 × n(films with a woman) / n(films with a known gender)",
)


@record
class WomenDecade:
    first: int
    women: int  # films with a woman among the directors
    known: int  # films with a director whose gender TMDB knows
    link: FilterLink


@record
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
    women, known = _find_gendered(view.all)
    if not (known & view.all.watched_flags).any():
        return None
    by_decade = _count_decades(view.ignoring("released"), women, known)
    picked, link = view.picked.watched_flags, view.linker("released")
    return DirectedByWomen(
        decades=tuple(
            WomenDecade(first, n_women, n_known, link(decades.span(first))) for first, n_women, n_known in by_decade
        ),
        women=int(np.count_nonzero(women & picked)),
        known=int(np.count_nonzero(known & picked)),
        lookups=view.lacking(known),
        beside=compute_beside(view, compute),
    )


def _count_decades(frame: Frame, women: Flags, known: Flags) -> Iterator[tuple[int, int, int]]:
    """The first year of each decade with films of known gender, oldest first; how many women directed, and how many
    there are."""
    films = np.flatnonzero(frame.watched_flags & known & frame.columns.known("year"))
    firsts = frame.columns["year"][films].astype(np.int64) // 10 * 10
    for first in np.unique(firsts).tolist():
        of_decade = films[firsts == first]
        yield first, int(np.count_nonzero(women[of_decade])), len(of_decade)


def _find_gendered(frame: Frame) -> tuple[Flags, Flags]:
    """The films of the whole with a woman among their directors, and those with any whose gender is known; kept."""

    def find() -> tuple[Flags, Flags]:
        codes = frame.columns.codes("directors")
        places = frame.makers.find_places(codes.keys)
        genders = np.where(places < 0, 0, frame.makers.genders[places])[codes.codes]
        women, known = np.zeros((2, len(frame.columns)), np.bool_)
        women[codes.rows[genders == FEMALE]] = True
        known[codes.rows[genders > 0]] = True
        return women, known

    return frame.columns.keep("gendered", find, lambda flags: 2 * flags[0].nbytes)


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
