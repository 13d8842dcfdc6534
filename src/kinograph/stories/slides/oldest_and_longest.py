"""The oldest film and the longest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, gettext_noop
from kinograph.pictures import letters
from kinograph.pictures.canvas import Item, Picture, line
from kinograph.stats.cards import records
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import TALL, poster
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Oldest and longest")


@dataclass(frozen=True, slots=True)
class OldestAndLongest:
    stretch: Stretch
    oldest: tuple[Poster, int] | None  # with its year
    longest: tuple[Poster, int] | None  # with its minutes


def compute(view: PageContext) -> OldestAndLongest | None:
    """None with fewer than three films, and where neither stands out."""
    found = records.compute(view)
    extremes = {each.name: (each.poster, int(each.value)) for each in found.films} if found else {}
    oldest, longest = extremes.get("oldest"), extremes.get("longest")
    return OldestAndLongest(stretch_of(view), oldest, longest) if oldest or longest else None


def say(told: OldestAndLongest) -> Said:
    heading = credit(
        told.stretch,
        gettext("Oldest and longest of %(when)s", when=told.stretch.when),
        gettext("The oldest and the longest"),
    )
    sentences = []
    if told.oldest:
        film, year = told.oldest
        sentences.append((gettext("The oldest is %(title)s, from %(year)s.", title=film.title, year=year), False))
    if told.longest:
        film, minutes = told.longest
        length = i18n.number(minutes)
        sentences.append((gettext("The longest is %(title)s, %(n)s minutes.", title=film.title, n=length), False))
    return Said(told.stretch, heading, sentences=tuple(sentences))


LOOK = stage.Look(tall=1100)


def draw(told: OldestAndLongest, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: OldestAndLongest, width: float, height: float) -> Items:
    """Side by side: the figure, what it is, and the poster."""
    films = [
        (film, figure, what)
        for film, figure, what in (
            (*told.oldest, gettext("the oldest")) if told.oldest else (None, 0, ""),
            (*told.longest, gettext("minutes, the longest")) if told.longest else (None, 0, ""),
        )
        if film
    ]
    gap = width * 0.05
    column = (width - gap) / 2
    figure = min(250.0, height * 0.24)
    below = figure * 0.8 + 70
    wide = min(column, (height - below) / TALL)
    drawn: list[Item] = []
    for n, (film, value, what) in enumerate(films):
        x = n * (column + gap)
        text = str(value)
        size = min(letters.fit_size(each, figure, column) for each in ("0000", text))
        drawn.append(line(x, figure * 0.8, text, size, face="display", weight=800, color="figure"))
        label = letters.fit_size(what.upper(), 40, column, weight=600, tracking=0.06)
        place = figure * 0.8 + 46
        drawn.append(line(x, place, what.upper(), label, face="display", weight=600, color="ink-2", tracking=0.06))
        drawn.append(poster(film, x, below, wide))
    return tuple(drawn)
