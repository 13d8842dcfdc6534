"""Which genres a person watches most, and which they rate best."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts import bars
from kinograph.i18n import gettext, noop
from kinograph.stats import groups, names
from kinograph.stats.filters import Link
from kinograph.stats.view import Lookups, View

TITLE = noop("Genres")
SHOWN = 8
REACH = 0.75
"""Stars from the person's own mean to the end of a bar."""


@dataclass(frozen=True, slots=True)
class Genre:
    name: str  # as TMDB has it, in English
    films: int
    average: float | None  # shrunk, see groups.by
    link: Link


@dataclass(frozen=True, slots=True)
class Genres:
    all: tuple[Genre, ...]  # most films first
    best: tuple[Genre, ...]  # best rated first
    own_mean: float | None
    lookups: Lookups


def compute(view: View) -> Genres | None:
    """None when no film has a genre, and none will."""
    counted = groups.by(view.watched, "genres", own_mean=view.own_mean)
    if not len(counted) and not view.lookups.pending and not view.filters:
        return None
    return Genres(
        all=_genres(counted, view),
        best=_genres(groups.best(counted).head(SHOWN), view),
        own_mean=view.own_mean,
        lookups=view.lookups,
    )


def _genres(counted: pl.DataFrame, view: View) -> tuple[Genre, ...]:
    link = view.linker("genre")
    rows = counted.select("key", "films", "average").iter_rows()
    return tuple(Genre(name, films, average, link(name)) for name, films, average in rows)


def render(card: Genres) -> Markup:
    most = card.all[0].films if card.all else 0
    return pages.render(
        "stats/cards/genres.html",
        card=card,
        title=gettext(TITLE),
        named=names.genre,
        most=[(genre, bars.bar(genre.films / most)) for genre in card.all[:SHOWN]],
        best=[(genre, _swing(genre.average, card.own_mean)) for genre in card.best],
        fewest=groups.FEWEST_RATINGS,
        prior=groups.PRIOR,
        rows=[(names.genre(genre.name), i18n.number(genre.films), stars(genre.average)) for genre in card.all],
    )


def _swing(average: float | None, own_mean: float | None) -> Markup:
    middle = own_mean or 0.0
    return bars.swing(average if average is not None else middle, middle=middle, reach=REACH)


def stars(average: float | None) -> str:
    return "–" if average is None else i18n.decimal(average)
