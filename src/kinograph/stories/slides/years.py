"""The years of a diary beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Picture
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said
from kinograph.stories.shapes import Column, columns
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Your years")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Years:
    stretch: Stretch
    by_year: tuple[tuple[int, int], ...]  # each year from the first to the last with its viewings

    @property
    def fullest(self) -> tuple[int, int]:
        """The newest of the fullest."""
        return max(self.by_year, key=lambda each: (each[1], each[0]))


def compute(view: PageContext) -> Years | None:
    """None for a year's story, and with fewer than two years."""
    if view.year is not None:
        return None
    counted = dict(view.dated(view.picked).group_by(pl.col("watched_on").dt.year()).len().iter_rows())
    if len(counted) < FEWEST:
        return None
    years = range(min(counted), max(counted) + 1)
    return Years(stretch_of(view), tuple((year, counted.get(year, 0)) for year in years))


def say(told: Years) -> Said:
    year, viewings = told.fullest
    count = ngettext("%(n)s viewing.", "%(n)s viewings.", viewings)
    total = sum(count for _, count in told.by_year)
    share = gettext("%(percent)s of all viewings.", percent=i18n.percent(viewings / total))
    return Said(told.stretch, gettext("Your fullest year"), str(year), count, ((share, True),))


LOOK = stage.Look(figure=420, sizes=(126, 104))


def draw(told: Years, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: Years, width: float, height: float) -> Items:
    count = len(told.by_year)
    step = -(-count // 8)
    return columns(
        [
            Column(
                viewings,
                str(year) if (count - 1 - n) % step == 0 else "",
                i18n.number(viewings) if count <= 10 and viewings else "",
                lit=(year, viewings) == told.fullest,
            )
            for n, (year, viewings) in enumerate(told.by_year)
        ],
        width,
        height,
    )
