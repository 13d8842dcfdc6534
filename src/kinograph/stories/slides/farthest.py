"""The film on which one is farthest from everyone else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Circle, Item, Path, Picture, Rect, Span, Text, line
from kinograph.stats import labels
from kinograph.stats.cards import disagreements
from kinograph.stats.comparison import FEWEST_VOTES, compare
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import TALL, poster
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("You and everyone")
FEWEST_COMPARED = 20
"""Films that both rated; of fewer it is no news which one is farthest."""


@dataclass(frozen=True, slots=True)
class Farthest:
    """A film, or where none is far enough, `poster` None and both means."""

    stretch: Stretch
    poster: Poster | None
    yours: float  # in stars
    theirs: float
    compared: int  # films rated here, and by at least 20 at TMDB
    kinder: float  # stars over all that both rated, as the page of ratings says it


def compute(view: PageContext) -> Farthest | None:
    """None with fewer than 20 films that both rated."""
    both = view.watched.filter(
        pl.col("vote_count").fill_null(0) >= FEWEST_VOTES, pl.col("rating", "vote_average").is_not_null()
    )
    means, compared = compare(view.picked.of_watched), len(both)
    if means is None or compared < FEWEST_COMPARED:
        return None
    found = disagreements.compute(view)
    films = [part[0] for part in (found.kinder, found.harsher) if part] if found else []
    if not films:
        return Farthest(stretch_of(view), None, means.yours, means.theirs, compared, means.kinder)
    far = max(films, key=lambda film: abs(film.yours - film.theirs))
    return Farthest(stretch_of(view), far.poster, far.yours, far.theirs, compared, means.kinder)


APART = 300.0  # pixels between the middles of the two figures
SIZE = (936.0, 960.0)
MARGIN = 36.0  # above and below the scale
AXIS = 400.0  # where the scale stands


def say(told: Farthest) -> Said:
    if told.poster is None:
        heading = credit(told.stretch, gettext("Your stars of %(when)s", when=told.stretch.when), gettext("Your stars"))
        count = ngettext("On %(n)s film.", "On %(n)s films, none of them far apart.", told.compared)
        return Said(told.stretch, heading, "", gettext("You and everyone agree."), ((count, False),))
    of_year = gettext("Farthest from everyone in %(when)s", when=told.stretch.when)
    heading = credit(told.stretch, of_year, gettext("Farthest from everyone"))
    among = ngettext(
        "Of %(n)s film that %(least)s or more others rated, none is farther.",
        "Of %(n)s films that %(least)s or more others rated, none is farther.",
        told.compared,
        least=FEWEST_VOTES,
    )
    return Said(told.stretch, heading, "", told.poster.title, ((among, True), (_kinder(told.kinder), False)))


def _kinder(kinder: float) -> str:
    stars = i18n.decimal(abs(kinder))
    if kinder > 0:
        return gettext("On average you rate %(stars)s stars higher than everyone.", stars=stars)
    if kinder < 0:
        return gettext("On average you rate %(stars)s stars lower than everyone.", stars=stars)
    return gettext("On average you rate as everyone does.")


LOOK = stage.Look(tall=SIZE[1], sizes=(118, 96, 80, 66))


def draw(told: Farthest, shape: str) -> Picture:
    said = say(told)
    drawn = stage.compose(said, shape, partial(_art, told), LOOK)
    yours, theirs = _written(told)
    stars = gettext("You %(yours)s, everyone %(theirs)s.", yours=yours, theirs=theirs)
    return replace(drawn, title=f"{said.text} {stars}")


def _written(told: Farthest) -> tuple[str, str]:
    """A rating is of half stars, a mean has decimals."""
    if told.poster is None:
        return i18n.decimal(told.yours), i18n.decimal(told.theirs)
    return labels.format_stars(told.yours), i18n.decimal(told.theirs, 1)


def _art(told: Farthest, width: float, height: float) -> Items:
    return stage.fit(_scale(told), *SIZE, into=(width, height))


def _height(stars: float) -> float:
    """Pixels from the top of the drawing, on the scale from 5 down to ½."""
    return MARGIN + (5 - max(0.5, stars)) / 4.5 * (SIZE[1] - 2 * MARGIN)


def place_figures(yours: float, theirs: float) -> tuple[float, float]:
    """The middles of the two figures, in pixels from the top: at their heights, pushed apart evenly where those are too
    near, and both within the drawing."""
    one, other = _height(yours), _height(theirs)
    push = max(0.0, APART - abs(one - other)) / 2
    one, other = (one - push, other + push) if one <= other else (one + push, other - push)
    low, high = 120.0, SIZE[1] - 180
    move = max(0.0, low - min(one, other)) - max(0.0, max(one, other) - high)
    return min(max(one + move, low), high), min(max(other + move, low), high)


def _scale(told: Farthest) -> Items:
    yours, theirs = _height(told.yours), _height(told.theirs)
    drawn: list[Item] = []
    for half in range(1, 11):
        y, whole = _height(half / 2), half % 2 == 0
        drawn.append(Rect(AXIS - (22 if whole else 12), y - 2, 44 if whole else 24, 4, "line"))
        if whole and min(abs(y - yours), abs(y - theirs)) > 40:
            drawn.append(line(AXIS + 40, y + 13, i18n.number(half // 2), 36, color="ink-3", weight=600))
    drawn.append(Rect(AXIS - 8, min(yours, theirs), 16, abs(yours - theirs), "ink-2"))
    drawn.append(Circle(AXIS, yours, 30, "you"))
    drawn.append(Path(f"M{AXIS:.0f} {theirs - 36:.1f}l36 36-36 36-36-36z", "them"))
    places, words = place_figures(told.yours, told.theirs), _written(told)
    drawn += _figure(words[0], gettext("you"), places[0], yours, ("figure", "you-ink"))
    drawn += _figure(words[1], gettext("everyone"), places[1], theirs, ("them", "them"))
    return (*drawn, *_beside(told))


def _figure(text: str, name: str, middle: float, mark: float, colors: tuple[str, str]) -> list[Item]:
    """With its name below, and a leader to its mark where it was pushed away from that."""
    size = letters.fit_size(text, 250, 280)
    base = middle + size * stage.CAPITALS / 2 - 10
    name_size = letters.fit_size(name.upper(), 40, 290, weight=600, tracking=0.06)
    drawn: list[Item] = [
        Text(0, base, (Span(text),), size, colors[0], "display", 800),
        Text(4, base + 50, (Span(name.upper()),), name_size, colors[1], "display", 600, tracking=0.06),
    ]
    if abs(middle - mark) > 40:
        wide = letters.measure(text, size, face="display", weight=800)
        drawn.append(Path(f"M{wide + 16:.1f} {middle:.1f}L{AXIS - 40:.0f} {mark:.1f}", None, colors[0], 3))
    return drawn


def _beside(told: Farthest) -> Items:
    """The poster, and how far apart; without a film the distance of the means alone."""
    x, top, wide = 520.0, 0.0, 416.0
    drawn: list[Item] = []
    if told.poster:
        drawn.append(poster(told.poster, x, 0, wide))
        top = wide * TALL
    number, apart = i18n.decimal(abs(told.yours - told.theirs), 1 if told.poster else 2), gettext("stars apart").upper()
    size = letters.fit_size(apart, 40, wide, weight=600, tracking=0.06)
    drawn.append(Text(x, top + 172, (Span(number),), 172, "ink", "display", 800))
    drawn.append(Text(x, top + 228, (Span(apart),), size, "ink-2", "display", 600, tracking=0.06))
    return tuple(drawn)
