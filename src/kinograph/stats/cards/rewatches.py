"""The films a person returns to."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, noop
from kinograph.stats.filters import Link
from kinograph.stats.view import View
from kinograph.stats.wall import posters

TITLE = noop("Seen again")
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Seen:
    poster: Poster
    viewings: int


@dataclass(frozen=True, slots=True)
class Rewatches:
    films: tuple[Seen, ...]  # with two viewings or more, or one that was a rewatch; most first
    returned: int  # how many films those are, shown or not
    viewings: int  # of everything picked
    rewatches: int  # of those, marked as such
    link: Link  # to the rewatches


def compute(view: View) -> Rewatches | None:
    """From the diary alone, days logged in one go among it. None without a rewatch."""
    viewings = view.picked.viewings
    counted = (
        viewings.group_by("n")
        .agg(viewings=pl.len(), last=pl.col("watched_on").max(), again=pl.col("rewatch").any())
        .filter((pl.col("viewings") > 1) | pl.col("again"))
        .join(view.watched, on="n")
        .sort("viewings", "last", "n", descending=[True, True, False])
    )
    rewatches = int(viewings["rewatch"].sum())
    if not len(counted):
        return None
    top = counted.head(SHOWN)
    return Rewatches(
        films=tuple(Seen(poster, times) for poster, times in zip(posters(top, view), top["viewings"], strict=True)),
        returned=len(counted),
        viewings=len(viewings),
        rewatches=rewatches,
        link=view.linker("rewatched")("yes"),
    )


def render(card: Rewatches) -> Markup:
    return pages.render(
        "stats/cards/rewatches.html",
        card=card,
        title=gettext(TITLE),
        rows=[(film.poster.name, i18n.number(film.viewings)) for film in card.films],
    )
