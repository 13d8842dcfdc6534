"""The films that have been on a watchlist for longest."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import COLUMNS, make_poster_rows
from kinograph.stats.wishes import WishContext

TITLE = gettext_noop("Oldest wishes")
DEFINITION = (
    gettext_noop(
        "The films longest on your watchlist, with the time up to the day of the export or, where nobody knows that, "
        "the newest day it tells."
    ),
    "wait = day of the export − day added",
)
SHOWN = 6


@record
class Wish:
    """Waits for so many full `months`."""

    poster: Poster
    since: date
    months: int


@record
class OldestWishes:
    wishes: tuple[Wish, ...]  # the oldest first
    total: int  # with a day


def compute(view: PageContext) -> OldestWishes | None:
    """None off the watchlist's page, and where no day is known of any film."""
    if not isinstance(view, WishContext) or not view.everything["wanted_on"].count():
        return None
    dated = view.watched.select(*COLUMNS, "wanted_on").drop_nulls("wanted_on").sort("wanted_on", "n")
    today = view.today
    return OldestWishes(
        tuple(
            Wish(poster, since, count_months(since, today or since))
            for poster, since in make_poster_rows(dated.head(SHOWN), view, "wanted_on")
        ),
        len(dated),
    )


def count_months(since: date, until: date) -> int:
    """Full ones, from one day to the other."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(0, months - (until.day < since.day))


def render(card: OldestWishes, title: str) -> Markup:
    return templates.render(
        "stats/cards/oldest_wishes.html",
        card=card,
        title=title,
        wait=describe_wait,
        rows=[(wish.poster.name, i18n.date(wish.since), describe_wait(wish.months)) for wish in card.wishes],
    )


def describe_wait(months: int) -> str:
    """In years and months, as short as can be: "6 y 8 m"."""
    years, rest = divmod(months, 12)
    if not years:
        return gettext("%(months)s m", months=rest)
    return (
        gettext("%(years)s y %(months)s m", years=years, months=rest) if rest else gettext("%(years)s y", years=years)
    )
