"""The month with the most viewings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Picture
from kinograph.stats.cards import months
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import Column, columns
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Favorite month")


@dataclass(frozen=True, slots=True)
class FavoriteMonth:
    stretch: Stretch
    month: int  # 1 to 12
    viewings: int
    total: int  # of all months
    by_month: tuple[int, ...]  # viewings, January first


def compute(view: PageContext) -> FavoriteMonth | None:
    """None without a diary, and where no month is a favorite: all viewings fall into one, or two have as many."""
    found = months.compute(view)
    if found is None:
        return None
    days = view.dated(view.picked)["watched_on"].dt.month().to_list()
    by_month = tuple(days.count(n) for n in range(1, 13))
    if sum(count > 0 for count in by_month) < 2 or by_month.count(max(by_month)) > 1:
        return None
    return FavoriteMonth(stretch_of(view), *found.busiest, found.total, by_month)


def say(told: FavoriteMonth) -> Said:
    heading = credit(
        told.stretch, gettext("Favorite month of %(when)s", when=told.stretch.when), gettext("Your favorite month")
    )
    name = str(i18n.locale().months["stand-alone"]["wide"][told.month])
    share = gettext("%(percent)s of all viewings.", percent=i18n.percent(told.viewings / told.total))
    viewings = ngettext("%(n)s viewing.", "%(n)s viewings.", told.viewings)
    return Said(told.stretch, heading, name, viewings, ((share, True),))


LOOK = stage.Look(figure=330, sizes=(126, 104))


def draw(told: FavoriteMonth, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: FavoriteMonth, width: float, height: float) -> Items:
    ticks = i18n.locale().months["stand-alone"]["narrow"]
    return columns(
        [
            Column(viewings, str(ticks[n]), i18n.number(viewings) if viewings else "", lit=n == told.month)
            for n, viewings in enumerate(told.by_month, 1)
        ],
        width,
        height,
    )
