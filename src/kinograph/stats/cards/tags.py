"""What a person tags their viewings with, most often and with the best rated films."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Tags")
DEFINITION = (
    gettext_noop("Viewings by tag; the averages are of the films' stars, each film once."),
    "n(viewings) by tag; average = Σ stars / n(rated films)",
)


def compute(view: PageContext) -> Ranking | None:
    """Counts viewings; the ratings are those of the films, each once. None without tags, and for all but the owner."""
    if not view.owner or not (view.all.viewings["tags"].list.len() > 0).any():
        return None
    counted = _count(view)
    others = _count(view.other.view) if view.other else None
    return ranking.build_ranking(counted, view, "tag", unit="viewings", lookups=view.lookups, others=others)


def _count(view: PageContext) -> pl.DataFrame:
    tagged = (
        view.picked.viewings.select("n", tag=pl.col("tags").list.unique())
        .join(view.picked.films.select("n", "watched", rating=pl.when("watched").then("rating")), on="n")
        .explode("tag")
        .with_columns(rating=pl.when(pl.struct("n", "tag").is_first_distinct()).then("rating"))
    )
    return groups.count_by(tagged, "tag", own_mean=view.own_mean)


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/tags.html", card, title=title, needs_tmdb=False)
