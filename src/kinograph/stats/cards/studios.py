"""The companies behind the films."""

from __future__ import annotations

from markupsafe import Markup

from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.stats import ranking
from kinograph.stats.page_context import PageContext
from kinograph.stats.ranking import Ranking

TITLE = gettext_noop("Studios")
DEFINITION = (
    gettext_noop("Films, viewings or hours by production company."),
    "amount(company) = Σ amount of its films",
)


@record
class Studios:
    ranking: Ranking
    names: tuple[tuple[str, str], ...]  # of the studios in it, by their id as text


def compute(view: PageContext) -> Studios | None:
    """None when no film has a studio, and none will."""
    ranked = ranking.rank_films(view, "studio", "companies")
    if ranked is None:
        return None
    ids = {int(entry.key) for entry in (*ranked.most, *ranked.best)}
    return Studios(ranked, view.all.studios.tell_names(ids))


def render(card: Studios, title: str) -> Markup:
    names = dict(card.names)
    return ranking.render("stats/cards/studios.html", card.ranking, title=title, named=lambda key: names.get(key, "?"))
