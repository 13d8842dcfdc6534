"""What a person tags their viewings with, most often and with the best rated films."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph.i18n import gettext_noop
from kinograph.stats import groups, ranking
from kinograph.stats.groups import Groups
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Tags")
DEFINITION = (
    gettext_noop("Viewings by tag; the averages are of the films' stars, each film once."),
    "n(viewings) by tag; average = Σ stars / n(rated films)",
)


def compute(view: PageContext) -> Ranking | None:
    """Counts viewings; the ratings are those of the films, each once. None without tags, and for all but the owner."""
    if not view.owner or not view.all.diary.known("tags").any():
        return None
    counted = _count(view)
    others = _count(view.other.view) if view.other else None
    return ranking.build_ranking(counted, view, "tag", unit="viewings", lookups=view.lookups, others=others)


def _count(view: PageContext) -> Groups:
    frame = view.picked
    codes = frame.diary.codes(pl.col("tags").list.unique())
    is_picked = frame.viewing_flags[codes.rows]
    found, films = codes.codes[is_picked], frame.film_of_viewing[codes.rows[is_picked]]
    watched = frame.watched_flags[films]
    rating = np.where(watched, frame.columns["rating"][films], np.nan)
    _, firsts = np.unique(films.astype(np.int64) * len(codes.keys) + found, return_index=True)
    is_again = np.ones(len(found), np.bool_)
    is_again[firsts] = False
    rating[is_again] = np.nan
    return groups.count_entries(codes.keys, found, rating=rating, watched=watched, own_mean=view.own_mean)


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/tags.html", card, title=title, needs_tmdb=False)
