"""Which stretch of a diary a story tells: a year, or all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from kinograph.i18n import gettext
from kinograph.stats.address import Filters
from kinograph.stats.filters import DATED
from kinograph.stats.page_context import PageContext
from kinograph.stats.weeks import running_until


@dataclass(frozen=True, slots=True)
class Stretch:
    """`until` is the newest day of the diary where that lies within the year, which is then not over.

    `which` says what else is picked, in the reader's language.
    """

    year: int | None  # None: all time
    until: date | None = None
    which: str = ""

    @property
    def when(self) -> str:
        """As a heading ends: "2025", or "2025 so far"; "" for all time."""
        if self.year is None:
            return ""
        return gettext("%(year)s so far", year=self.year) if self.until else str(self.year)


def stretch_of(view: PageContext) -> Stretch:
    """What the page of the year or of all time tells of."""
    which = Filters(picked=view.filters.picked).which(view.all)
    return Stretch(view.year, running_until(view), which or "")


def dated_films(view: PageContext) -> int:
    """How many of the films picked have a day."""
    return int(view.picked.viewings.filter(DATED).select(pl.col("n").n_unique()).item())
