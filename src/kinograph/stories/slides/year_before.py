"""The year against the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Item, Picture, Rect, line
from kinograph.stats.cards import year_totals
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Against the year before")


@dataclass(frozen=True, slots=True)
class YearBefore:
    stretch: Stretch
    pairs: tuple[tuple[str, int, int], ...]  # films, viewings, hours, nights: the year's and the other's
    until: date | None  # the day up to which the year before counts, where the diary ends within the year


def compute(view: PageContext) -> YearBefore | None:
    """None for all time, and where the diary knows nothing of the year before."""
    found = year_totals.compute(view)
    if found is None or found.before is None:
        return None
    now, before = found.totals, found.before
    pairs = tuple((name, getattr(now, name), getattr(before, name)) for name in ("films", "hours", "nights"))
    shown = tuple(pair for pair in pairs if pair[1] or pair[2])
    return YearBefore(stretch_of(view), shown, found.until) if shown else None


NAMES = {"films": gettext_noop("Films"), "hours": gettext_noop("Hours"), "nights": gettext_noop("Nights")}


def say(told: YearBefore) -> Said:
    """Led by the films, or whatever there is first."""
    name, now, before = told.pairs[0]
    year = str((told.stretch.year or 0) - 1)
    apart = abs(now - before)
    against = {
        "films": ngettext("film against %(year)s.", "films against %(year)s.", apart, year=year),
        "hours": ngettext("hour against %(year)s.", "hours against %(year)s.", apart, year=year),
        "nights": ngettext("night against %(year)s.", "nights against %(year)s.", apart, year=year),
    }[name]
    heading = gettext("%(when)s and the year before", when=told.stretch.when)
    sign = "+" if now > before else "−" if now < before else "±"
    sentences: tuple[tuple[str, bool], ...] = ()
    if told.until:
        day = i18n.date(told.until, "long")
        said = gettext("The diary ends within the year: the year before is counted up to %(day)s.", day=day)
        sentences = ((said, False),)
    return Said(told.stretch, heading, f"{sign}{i18n.number(apart)}", against, sentences)


def draw(told: YearBefore, shape: str) -> Picture:
    """More is in the color of figures, fewer is not."""
    _, now, before = told.pairs[0]
    look = stage.Look(figure=420, sizes=(126, 104), color="figure" if now > before else "ink-2")
    return stage.compose(say(told), shape, partial(_art, told), look)


def _art(told: YearBefore, width: float, height: float) -> Items:
    """Two bars for each figure on a scale of its own, for hours and films have none in common."""
    pitch = min(210.0, height / len(told.pairs))
    size = min(36.0, pitch * 0.2)
    thick = (pitch - size * 1.5) * 0.36
    room = width - 16 - max(letters.measure(i18n.number(max(pair[1:])), size, weight=600) for pair in told.pairs)
    drawn: list[Item] = []
    for n, (name, now, before) in enumerate(told.pairs):
        y = n * pitch
        most = max(now, before)
        drawn.append(line(0, y + size, gettext(NAMES[name]), size, weight=600, color="ink"))
        for value, color, ink, top in ((now, "you", "ink", 0.0), (before, "ghost", "ink-2", thick + 4)):
            at = y + size * 1.4 + top
            drawn.append(Rect(0, at, max(4.0, room * value / most), thick, color, 4))
            place = room * value / most + 16
            drawn.append(line(place, at + thick / 2 + size * 0.36, i18n.number(value), size, weight=600, color=ink))
    return tuple(drawn)
