"""The fullest day, the longest run and pause, and the film seen most often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Item, Picture, Rect, line
from kinograph.stats.cards import most_watched, streaks
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("Records")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Record:
    """`kind` is fullest (viewings in a day), weeks (in a row), pause (days) or again (viewings of a film)."""

    kind: str
    value: int
    first: date | None = None
    last: date | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    stretch: Stretch
    records: tuple[Record, ...]


def compute(view: PageContext) -> Records | None:
    """Of those that are two or more; None with fewer than two of them."""
    found, again = streaks.compute(view), most_watched.compute(view)
    if found is None:
        return None
    records = [
        Record("fullest", found.fullest.viewings, found.fullest.day, found.fullest.day),
        Record("weeks", found.weeks.length, found.weeks.first, found.weeks.last),
    ]
    if found.pause:
        records.append(Record("pause", found.pause.length, found.pause.first, found.pause.last))
    if again and again.films:
        records.append(Record("again", again.films[0].viewings, title=again.films[0].poster.title))
    told = tuple(record for record in records if record.value >= FEWEST)
    return Records(stretch_of(view), told) if len(told) >= FEWEST else None


def say(told: Records) -> Said:
    heading = credit(told.stretch, gettext("Records of %(when)s", when=told.stretch.when), gettext("Your records"))
    records = tuple((f"{i18n.number(each.value)} {_what(each)}: {_when(each)}.", False) for each in told.records)
    return Said(told.stretch, heading, sentences=records)


def _what(record: Record) -> str:
    match record.kind:
        case "fullest":
            return ngettext("viewing in one day", "viewings in one day", record.value)
        case "weeks":
            return ngettext("week in a row with a film", "weeks in a row with a film", record.value)
        case "pause":
            return ngettext("day without a film", "days without a film", record.value)
    return ngettext("viewing of one film", "viewings of one film", record.value)


def _when(record: Record) -> str:
    if record.first is None or record.last is None:
        return record.title
    first, last = i18n.date(record.first), i18n.date(record.last)
    return first if first == last else f"{first} – {last}"


def draw(told: Records, shape: str) -> Picture:
    """Its sentences are its shape; beside it there is room for the first of them as a headline."""
    said, words, records = say(told), Said(told.stretch, say(told).credit), told.records
    if shape == "wide":
        first, *others = records
        what, when = f"{_what(first)}.", ((f"{_when(first)}.", False),)
        words, records = replace(words, lead=i18n.number(first.value), rest=what, sentences=when), tuple(others)
    drawn = stage.compose(words, shape, partial(_art, records), stage.Look(tall=1240))
    return replace(drawn, title=said.text)


def _art(records: tuple[Record, ...], width: float, height: float) -> Items:
    pitch = min(310.0, height / len(records))
    figure = min(230.0, pitch * 0.78)
    widest = max(letters.measure(i18n.number(each.value), figure, face="display", weight=800) for each in records)
    figure *= min(1.0, width * 0.44 / widest)
    column = min(widest, width * 0.44) + 36
    return tuple(
        item for n, each in enumerate(records) for item in _row(each, n * pitch, pitch, figure, column, width - column)
    )


def _row(each: Record, top: float, pitch: float, figure: float, column: float, width: float) -> Iterator[Item]:
    size, small = min(56.0, pitch * 0.2), max(26.0, min(36.0, pitch * 0.14))
    base = top + pitch / 2 + figure * 0.4
    if top:
        yield Rect(0, top, column + width, 2, "line")
    yield line(0, base, i18n.number(each.value), figure, face="display", weight=800, color="figure")
    what = letters.break_lines(_what(each), size, width, face="display", weight=700, most=2)
    block = len(what) * size * 0.95 + small * 1.5
    y = top + (pitch - block) / 2 + size * 0.8
    for spans in what:
        yield line(column, y, spans[0].text, size, face="display", weight=700, color="ink")
        y += size * 0.95
    yield line(column, y + small * 0.5, letters.cut(_when(each), small, width), small, color="ink-2")
