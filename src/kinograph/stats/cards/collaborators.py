"""Who stands beside somebody most often, whatever either of them did."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph.films.roles import COLUMNS
from kinograph.i18n import gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.cards import directors
from kinograph.stats.cards.directors import Directors
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Frequent collaborators")
DEFINITION = (
    gettext_noop(
        "Everyone who worked on two or more of a person's films that you watched, by films, viewings or hours."
    ),
    "amount(person) = Σ amount of the films both worked on, films ≥ 2",
)


def compute(view: PageContext) -> Directors | None:
    """None on all pages but somebody's own, and where nobody else worked on two of the films."""
    if view.person is None:
        return None
    credits = pl.concat_list(*COLUMNS).list.unique()
    counted = groups.count_by(view.counted, credits, own_mean=view.own_mean)
    counted = counted.where((counted.keys.to_numpy() != view.person) & (counted.films > 1))
    return (
        directors.build_directors(
            counted,
            view,
            "person",
            view.lacking(ranking.has_group(view, credits)),
            ranking.count_others(view, credits),
        )
        if len(counted)
        else None
    )


def render(card: Directors, title: str) -> Markup:
    return directors.render_people("collaborators", card, title=title)
