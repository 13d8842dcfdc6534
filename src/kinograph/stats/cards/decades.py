"""The decades a person watches most, and those they rate best."""

from __future__ import annotations

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.stats import decades, ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Decades")
DEFINITION = (
    gettext_noop("Films, viewings or hours by decade of release, and the decades you rate best."),
    "decade = release year // 10 × 10",
)


@record
class Decades:
    ranking: Ranking
    undated: int  # films the export gives no year


def compute(view: PageContext) -> Decades | None:
    """By the year of the export. None when no film has one."""
    if not view.everything["year"].count():
        return None
    ranked = ranking.rank_films(
        view, "released", decades.FIRST_YEAR, written=decades.span, among=pl.col("year").is_not_null()
    )
    return Decades(ranked, int(np.count_nonzero(~view.picked.of_watched.known("year")))) if ranked else None


def render(card: Decades, title: str) -> Markup:
    return ranking.render("stats/cards/decades.html", card.ranking, title=title, named=_named, undated=card.undated)


def _named(key: str) -> str:
    return decades.named(int(key[:4]))
