"""Somebody behind or before the camera, with their films: what two slides are made of."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kinograph.charts.posters import Poster
from kinograph.stats.cards import top_cast
from kinograph.stats.cards.directors import Director, Directors
from kinograph.stats.comparison import compare
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_posters, sort_best_first
from kinograph.stories.stretch import Stretch, stretch_of

FEWEST_FILMS = 2
POSTERS = 9
FACES = 4


@dataclass(frozen=True, slots=True)
class Person:
    stretch: Stretch
    name: str
    films: int
    amount: int  # in the unit
    unit: str  # films, viewings or hours; an amount of hours is minutes
    new: int | None  # films not seen before the year; None for all time
    yours: float | None  # the average of their films, in stars; None of too few
    theirs: float | None  # everyone else's over the same films
    posters: tuple[Poster, ...]  # the best rated first
    faces: tuple[tuple[str, int], ...]  # of the whole year: whom one saw most, and in how many films


def find_person(view: PageContext, ranked: Directors | None, role: str) -> Person | None:
    """The first of a ranking in a role; None where nobody has two films."""
    first = ranked.top[0] if ranked and ranked.top else None
    if ranked is None or first is None or first.films < FEWEST_FILMS:
        return None
    own = view.filters.with_(role, first.link.key.partition("=")[2]).apply(view.all)
    return Person(
        stretch=stretch_of(view),
        name=first.name,
        films=first.films,
        amount=first.amount,
        unit=ranked.unit,
        new=_count_new(view, own, view.year) if view.year else None,
        yours=first.average,
        theirs=_theirs(own, first),
        posters=tuple(make_posters(sort_best_first(own.watched).head(POSTERS), view)),
        faces=_faces(view, but=first.name),
    )


def _count_new(view: PageContext, own: Frame, year: int) -> int:
    """Of somebody's films, those whose first viewing is of the year, and is no rewatch."""
    earlier = view.all.viewings.filter(pl.col("watched_on").dt.year() < year)
    again = own.viewings.group_by("n", maintain_order=True).first().filter("rewatch")
    return len(own.watched.join(earlier, on="n", how="anti").join(again, on="n", how="anti"))


def _theirs(own: Frame, first: Director) -> float | None:
    """Only where both rated the same films: else the two means would not be of the same."""
    both = compare(own.of_watched)
    return both.theirs if both and both.films == first.rated else None


def _faces(view: PageContext, *, but: str) -> tuple[tuple[str, int], ...]:
    found = top_cast.compute(view)
    if found is None:
        return ()
    shown = [(each.name, each.films) for each in found.top if each.name != but and each.films >= FEWEST_FILMS]
    return tuple(shown[:FACES])
