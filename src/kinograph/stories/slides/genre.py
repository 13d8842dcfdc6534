"""The genre watched most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop
from kinograph.pictures.canvas import Picture
from kinograph.stats import labels, ranking
from kinograph.stats.cards import genres
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import Bar, bars
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Genre")
SHOWN = 5
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Genre:
    stretch: Stretch
    films: int  # watched, of any genre
    top: tuple[tuple[str, int], ...]  # TMDB's names and amounts in the unit, the largest first
    unit: str  # films, viewings or hours; amounts of hours are minutes
    best: tuple[str, float] | None  # the best rated, with its average


def compute(view: PageContext) -> Genre | None:
    """None with fewer than two genres, or less than two films of the first."""
    found = genres.compute(view)
    if found is None or found.total < FEWEST or found.most[0].films < FEWEST:
        return None
    best = found.best[0] if found.best else None
    return Genre(
        stretch_of(view),
        len(view.picked.of_watched),
        tuple((each.key, each.amount) for each in found.most[:SHOWN]),
        found.unit,
        (best.key, best.average) if best and best.average is not None else None,
    )


def say(told: Genre) -> Said:
    heading = credit(told.stretch, gettext("The genre of %(when)s", when=told.stretch.when), gettext("Your genre"))
    name, amount = told.top[0]
    sentences: tuple[tuple[str, bool], ...] = ()
    if told.best:
        best, average = labels.genre(told.best[0]), i18n.decimal(told.best[1])
        rated = gettext("Best rated: %(genre)s, %(stars)s stars on average.", genre=best, stars=average)
        sentences = ((rated, True),)
    return Said(
        told.stretch, heading, labels.genre(name), f"{' '.join(ranking.format_amount(amount, told.unit))}.", sentences
    )


LOOK = stage.Look(figure=330, sizes=(126, 104))


def draw(told: Genre, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: Genre, width: float, height: float) -> Items:
    return bars(
        [
            Bar(labels.genre(name), amount, ranking.format_amount(amount, told.unit)[0], "ramp-2" if n else "you")
            for n, (name, amount) in enumerate(told.top)
        ],
        width,
        height,
    )
