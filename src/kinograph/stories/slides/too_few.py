"""What is missing: all there is to tell of fewer than ten films."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Group, Picture, Rect, Span
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, dated_films, stretch_of

TITLE = gettext_noop("Not yet")
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class TooFew:
    stretch: Stretch
    films: int  # that there are

    @property
    def missing(self) -> int:
        return ENOUGH - self.films


def compute(view: PageContext) -> TooFew | None:
    """None for ten or more films with a day; for all time, watched ones count without one."""
    films = dated_films(view)
    if view.year is None:
        films = max(films, len(view.picked.of_watched))
    return TooFew(stretch_of(view), films) if films < ENOUGH else None


def say(told: TooFew) -> Said:
    heading = credit(told.stretch, gettext("Your %(when)s", when=told.stretch.when), gettext("All your films"))
    return Said(told.stretch, heading, "", " ".join(_sentences(told)))


def _sentences(told: TooFew) -> tuple[str, str]:
    """How many there are, and how many are missing."""
    films = ngettext("%(n)s film.", "%(n)s films.", told.films)
    if told.stretch.year:
        more = ngettext(
            "%(n)s more night and the year has a story.", "%(n)s more nights and the year has a story.", told.missing
        )
    else:
        more = ngettext("%(n)s more film and there is a story.", "%(n)s more films and there is a story.", told.missing)
    return films, more


def draw(told: TooFew, shape: str) -> Picture:
    """In a story the frames are on a strip from edge to edge."""
    said = say(told)
    films, more = _sentences(told)
    words = [Span(f"{films} ", "figure"), Span(more)]
    if shape != "story":
        return stage.compose(said, shape, partial(_frames, told), stage.Look(headline=words))
    headline = stage.set_headline(words, stage.CREDIT + 40, sizes=(178, 150, 132, 116), most=5)
    top = headline.end + 90
    tall = min(520.0, 1540 - top)
    frames = Group(_frames(told, stage.WIDTH, tall), stage.LEFT, top + 40)
    return stage.finish(said, (stage.credit_line(said), *headline.items, *stage.film(top, tall + 80), frames))


def _frames(told: TooFew, width: float, height: float) -> Items:
    """Ten, those lit that there are."""
    gap = 12.0
    wide, tall = (width - 4 * gap) / 5, (height - gap) / 2
    places = [(n % 5 * (wide + gap), n // 5 * (tall + gap)) for n in range(ENOUGH)]
    return tuple(
        Rect(x, y, wide, tall, "you", 6)
        if n < told.films
        else Rect(x + 1, y + 1, wide - 2, tall - 2, None, 6, "ink-3", 2)
        for n, (x, y) in enumerate(places)
    )
