"""The decades a person watches most, and those they rate best."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph.i18n import gettext, noop
from kinograph.stats import ranking
from kinograph.stats.ranking import Ranking
from kinograph.stats.view import View

TITLE = noop("Decades")


def compute(view: View) -> Ranking | None:
    """By the year of the export. None when no film has one."""
    if not view.everything["year"].count():
        return None
    decade = pl.col("year") // 10 * 10
    return ranking.rank(view, "released", decade, written=lambda first: f"{first}-{first + 9}")


def render(card: Ranking) -> Markup:
    return ranking.render("stats/cards/decades.html", card, title=gettext(TITLE), named=_named, needs_tmdb=False)


def _named(key: str) -> str:
    return gettext("%(decade)ss", decade=key[:4])
