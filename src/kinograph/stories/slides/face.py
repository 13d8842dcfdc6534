"""Whom one saw most on screen."""

from __future__ import annotations

from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop
from kinograph.pictures.canvas import Picture
from kinograph.stats import ranking
from kinograph.stats.cards import top_cast
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.person import Person, find_person
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import fill_with_posters
from kinograph.stories.stage import Items

TITLE = gettext_noop("Face")


def compute(view: PageContext) -> Person | None:
    """None with fewer than two films with anyone."""
    return find_person(view, top_cast.compute(view), "cast")


def say(told: Person) -> Said:
    heading = credit(
        told.stretch, gettext("The face of %(when)s", when=told.stretch.when), gettext("The face you saw most")
    )
    sentences: tuple[tuple[str, bool], ...] = ()
    if told.faces:
        names = i18n.listing([f"{name} ({i18n.number(films)})" for name, films in told.faces])
        sentences = ((gettext("Then %(names)s.", names=names), False),)
    return Said(
        told.stretch, heading, told.name, f"{' '.join(ranking.format_amount(told.amount, told.unit))}.", sentences
    )


LOOK = stage.Look(figure=244, sizes=(126, 104))


def draw(told: Person, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: Person, width: float, height: float) -> Items:
    return fill_with_posters(told.posters, width, height)
