"""The nights with a film, each a bulb."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Circle, Group, Item, Picture, Rect, Span, Text, line
from kinograph.stats.cards import streaks
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Nights")


@dataclass(frozen=True, slots=True)
class Nights:
    stretch: Stretch
    nights: int
    longest: int  # nights in a row
    held_over: date  # the last of these
    fullest: int  # viewings in one night
    lit: tuple[tuple[date, int], ...]  # each night with its viewings, oldest first


def compute(view: PageContext) -> Nights | None:
    """None without a diary."""
    found = streaks.compute(view)
    if found is None:
        return None
    lit = view.dated(view.picked).group_by("watched_on").len().sort("watched_on")
    return Nights(
        stretch_of(view),
        found.nights,
        found.days.length,
        found.days.last,
        found.fullest.viewings,
        tuple(lit.iter_rows()),
    )


RUN = 3
"""Nights in a row from which on a run was held over."""

BOARD = (936.0, 424.0)
LIT, INK, RED, FRAME, SEAM, LAMP = "#ffeabf", "#211108", "#7c1d1d", "#2b1710", "#d9bf86", "#f4b04a"
BULBS = ("ramp-3", "ramp-4", "ramp-5")  # one viewing, two, more
LABELS, MOST_YEARS = 84.0, 16


def say(told: Nights) -> Said:
    heading = credit(told.stretch, gettext("Your nights of %(when)s", when=told.stretch.when), gettext("Your nights"))
    nights = ngettext("night with a film", "nights with a film", told.nights)
    each = (
        gettext("Every bulb is a night of %(year)s.", year=told.stretch.year)
        if told.stretch.year
        else gettext("Every bulb is a month, the brighter the more nights.")
    )
    fullest = ngettext("The fullest had %(n)s film.", "The fullest had %(n)s films.", told.fullest)
    return Said(told.stretch, heading, i18n.number(told.nights), f"{nights}.", ((each, False), (fullest, True)))


def draw(told: Nights, shape: str) -> Picture:
    """The board has the figure, so a story has no other."""
    said = say(told)
    if shape != "story":
        return stage.compose(said, shape, partial(_bulbs, told))
    tall, foot = (770, 1572) if told.stretch.which else (800, 1604)
    bulbs = Group(_bulbs(told, stage.WIDTH, tall), stage.LEFT, 262 + BOARD[1] + 74)
    sentences = stage.set_sentences(said, foot)
    return stage.finish(said, (Group(_board(told), stage.LEFT, 262), bulbs, *sentences.items))


def _lines(told: Nights) -> list[tuple[str, str]]:
    """Of the board, each with its color."""
    lines = [(ngettext("%(n)s night", "%(n)s nights", told.nights), INK)]
    if told.longest > 1:
        lines.append((ngettext("Longest run: %(n)s", "Longest run: %(n)s in a row", told.longest), INK))
    if told.longest >= RUN:
        month = str(i18n.locale().months["stand-alone"]["wide"][told.held_over.month])
        when = month if told.stretch.year else f"{month} {told.held_over.year}"
        lines.append((gettext("Held over in %(month)s", month=when), RED))
    return lines


def _board(told: Nights) -> Items:
    """Lit in both lights, as boards over doors are."""
    width, height = BOARD
    drawn: list[Item] = [Rect(0, 0, width, height, FRAME, 18)]
    drawn += [Circle(x, y, 7, LIT if n % 2 else LAMP) for n, (x, y) in enumerate(_lamps(width, height))]
    drawn.append(Rect(48, 48, width - 96, height - 96, LIT, 6))
    first, *others = _lines(told)
    room = height - 96 - 80 * len(others)
    size = letters.fit_size(first[0].upper(), min(room * 0.98, 190), width - 160)
    base = 48 + room / 2 + size * 0.4
    drawn.append(_centered(first, base, size, 800, 0))
    for n, each in enumerate(others):
        top = 48 + room + 80 * n
        size = letters.fit_size(each[0].upper(), 52, width - 160, weight=700, tracking=0.06)
        drawn.append(Rect(48, top, width - 96, 3, SEAM))
        drawn.append(_centered(each, top + 41 + size * 0.4, size, 700, 0.06))
    return tuple(drawn)


def _centered(text: tuple[str, str], y: float, size: float, weight: int, tracking: float) -> Text:
    words, color = text
    spans = (Span(words.upper()),)
    return Text(BOARD[0] / 2, y, spans, size, color, "display", weight, "middle", tracking)


def _lamps(width: float, height: float) -> list[tuple[float, float]]:
    """Places along the frame."""
    across, down, margin = 26, 11, 24.0
    step, drop = (width - 2 * margin) / across, (height - 2 * margin) / down
    top = [(margin + n * step, margin) for n in range(across + 1)]
    sides = [(x, margin + n * drop) for n in range(1, down) for x in (margin, width - margin)]
    return [*top, *sides, *((x, height - margin) for x, _ in top)]


def _bulbs(told: Nights, width: float, height: float) -> Items:
    drawn = _year(told, told.stretch.year) if told.stretch.year else _months(told)
    return stage.fit(drawn, stage.WIDTH, 800, into=(width, height))


def _year(told: Nights, year: int) -> Items:
    """A row a month; a night without a film is a ring, and one that has not been is not there."""
    seen, until = dict(told.lit), told.stretch.until
    names = i18n.locale().months["stand-alone"]["abbreviated"]
    pitch, drop = (stage.WIDTH - LABELS) / 31, 62.0
    drawn: list[Item] = []
    for month in range(1, 13):
        y = 14 + (month - 1) * drop
        drawn.append(_label(str(names[month]).rstrip(".").upper(), y))
        for day in range(1, monthrange(year, month)[1] + 1):
            night = date(year, month, day)
            x = LABELS + (day - 0.5) * pitch
            if viewings := seen.get(night):
                color = BULBS[min(viewings, len(BULBS)) - 1]
                drawn.append(Circle(x, y, 11.5 if viewings < len(BULBS) else 13, color))
            elif until is None or night <= until:
                drawn.append(Circle(x, y, 8, stroke="ghost", stroke_width=2))
    for day in (1, 10, 20, 31):
        drawn.append(line(LABELS + (day - 0.5) * pitch, 12 * drop + 20, str(day), 28, anchor="middle", color="ink-3"))
    return tuple(drawn)


def _label(text: str, y: float) -> Text:
    return Text(0, y + 11, (Span(text),), 30, "ink-2", "display", 600, tracking=0.04)


def _months(told: Nights) -> Items:
    """A row a year, the newest sixteen; a bulb a month, the brighter the more nights."""
    counts = Counter((night.year, night.month) for night, _ in told.lit)
    last, most = max(counts), max(counts.values())
    years = range(max(min(counts)[0], last[0] - MOST_YEARS + 1), last[0] + 1)
    pitch, drop = (stage.WIDTH - LABELS) / 12, min(96.0, 744 / len(years))
    radius = min(26.0, drop * 0.36)
    drawn: list[Item] = []
    for n, year in enumerate(years):
        y = drop * (n + 0.5)
        drawn.append(_label(str(year), y))
        for month in range(1, 13):
            if (year, month) > last:
                break
            nights, x = counts[year, month], LABELS + (month - 0.5) * pitch
            step = f"ramp-{max(1, -(-5 * nights // most))}"
            ring = Circle(x, y, radius - 2, stroke="ghost", stroke_width=2)
            drawn.append(Circle(x, y, radius, step) if nights else ring)
    foot, names = drop * len(years) + 34, i18n.locale().months["stand-alone"]["narrow"]
    for month in range(1, 13):
        x = LABELS + (month - 0.5) * pitch
        drawn.append(line(x, foot, str(names[month]), 28, anchor="middle", color="ink-3"))
    return tuple(drawn)
