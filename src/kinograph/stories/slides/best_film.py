"""The film rated best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Picture
from kinograph.stats import labels
from kinograph.stats.cards import best_films
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import TALL, heart, poster, stars
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Best film")


@dataclass(frozen=True, slots=True)
class BestFilm:
    stretch: Stretch
    poster: Poster
    stars: float
    liked: bool
    equals: int  # films with as many stars, itself among them
    rated: int


def compute(view: PageContext) -> BestFilm | None:
    """The first of the best films of the page, new or older. None when fewer than two are rated."""
    found = best_films.compute(view)
    rated = view.watched["rating"].drop_nulls()
    if found is None or len(rated) < 2:
        return None
    first = [part[0] for part in (found.new, found.older) if part]
    best = max(first, key=lambda film: (film.stars, film.liked))
    return BestFilm(stretch_of(view), best.poster, best.stars, best.liked, int((rated == best.stars).sum()), len(rated))


def say(told: BestFilm) -> Said:
    heading = credit(told.stretch, gettext("Best film of %(when)s", when=told.stretch.when), gettext("Your best film"))
    rating = labels.format_stars(told.stars)
    if told.equals > 1:
        among = ngettext(
            "One of %(n)s film you gave %(stars)s stars.",
            "One of %(n)s films you gave %(stars)s stars.",
            told.equals,
            stars=rating,
        )
    else:
        among = gettext("%(stars)s stars, more than any other.", stars=rating)
    return Said(told.stretch, heading, "", told.poster.title, ((among, True),))


LOOK = stage.Look(tall=1000, sizes=(150, 126, 104, 86, 70))


def draw(told: BestFilm, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: BestFilm, width: float, height: float) -> Items:
    """The poster, and its stars beside it where there is room, else below."""
    size = min(112.0, height * 0.12)
    wide = min(width * 0.68, (height - size * 1.5) / TALL)
    across = 5 * size * 1.12 + (size * 1.3 if told.liked else 0)
    size *= min(1.0, width / across)
    y = wide * TALL + size * 0.95
    drawn = (poster(told.poster, 0, 0, wide), *stars(told.stars, 0, y, size, "you"))
    if not told.liked:
        return drawn
    end = (int(told.stars) + (0.6 if told.stars % 1 else 0)) * size * 1.12
    return (*drawn, heart(end + size * 0.2, y - size * 0.42, size * 0.9))
