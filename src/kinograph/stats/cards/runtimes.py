"""How long the films are, in half hours: watched most, and rated best."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import ranking
from kinograph.stats.filter_values import span
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Runtimes")
DEFINITION = (
    gettext_noop(
        "Films, viewings or hours by runtime in half-hour steps. Everything under one hour is one step, as is "
        "everything from four hours up. Series count with all their episodes."
    ),
    "half hour = runtime // 30 × 30",
)
SHORT, LONG, STEP = 60, 240, 30
"""Minutes: below the first and from the second on films are counted together."""


def compute(view: PageContext) -> Ranking | None:
    """None when no film has a runtime, and none will."""
    half_hour = (pl.col("runtime_minutes") // STEP * STEP).clip(SHORT - STEP, LONG)
    return ranking.rank_films(view, "runtime", half_hour, written=_written)


def _written(first: int) -> str:
    if first < SHORT:
        return f"-{SHORT - 1}"
    return f"{first}-" if first >= LONG else f"{first}-{first + STEP - 1}"


def render(card: Ranking, title: str) -> Markup:
    return ranking.render("stats/cards/runtimes.html", card, title=title, named=_named)


def _named(key: str) -> str:
    low, high = span(key)
    if low is None:
        return gettext("under %(hours)s hour", hours=SHORT // 60)
    if high is None:
        return gettext("%(hours)s hours and longer", hours=LONG // 60)
    return gettext("%(minutes)s min", minutes=key.replace("-", "–"))
