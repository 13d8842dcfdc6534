"""The whole of it in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Group, Item, Picture, Span, Text
from kinograph.pictures.furniture import wordmark, wordmark_width
from kinograph.stats.cards import directors, year_totals
from kinograph.stats.comparison import compare
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.person import FEWEST_FILMS
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import Column, columns
from kinograph.stories.stage import Block, Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("The end")


@dataclass(frozen=True, slots=True)
class End:
    stretch: Stretch
    films: int
    nights: int
    director: str | None  # of at least two of the films
    kinder: float | None  # stars above or below everyone else
    strip: tuple[tuple[int, int], ...]  # months of a year, or years, and their viewings; none without a diary


def compute(view: PageContext) -> End | None:
    """None when nothing was watched."""
    figures = year_totals.compute(view)
    if figures is None:
        return None
    found, means = directors.compute(view), compare(view.picked.of_watched)
    first = found.top[0] if found and found.top else None
    return End(
        stretch_of(view),
        figures.totals.films,
        figures.totals.nights,
        first.name if first and first.films >= FEWEST_FILMS else None,
        means.kinder if means else None,
        _strip(view),
    )


def _strip(view: PageContext) -> tuple[tuple[int, int], ...]:
    day = pl.col("watched_on").dt
    counted = dict(
        view.dated(view.picked)
        .group_by(day.year() if view.year is None else day.month().cast(pl.Int32))
        .len()
        .iter_rows()
    )
    if not counted:
        return ()
    ends = (min(counted), max(counted)) if view.year is None else (1, 12)
    return tuple((n, counted.get(n, 0)) for n in range(ends[0], ends[1] + 1))


SIZES = ((178.0, 5), (166.0, 5), (152.0, 6), (136.0, 6), (120.0, 7), (104.0, 8))
"""Of the sentence in so many lines."""


def say(told: End) -> Said:
    """Its sentence is the headline."""
    when = told.stretch.when
    of_year = when if told.stretch.until else gettext("That was %(when)s", when=when)
    heading = credit(told.stretch, of_year, gettext("That is your diary"))
    return Said(told.stretch, heading, "", f"{', '.join(text for text, _, _ in _parts(told))}.")


def _parts(told: End) -> list[tuple[str, str, str]]:
    """Of the sentence: each with the words of it that shine, and their color."""
    parts = [(ngettext("%(n)s film", "%(n)s films", told.films), i18n.number(told.films), "figure")]
    if told.nights:
        parts.append((ngettext("%(n)s night", "%(n)s nights", told.nights), i18n.number(told.nights), "figure"))
    if told.director:
        parts.append((gettext("most often %(name)s", name=told.director), "", ""))
    if told.kinder is not None:
        everyone = gettext("everyone")
        if told.kinder > 0:
            compared = gettext("kinder than %(everyone)s", everyone=everyone)
        elif told.kinder < 0:
            compared = gettext("harsher than %(everyone)s", everyone=everyone)
        else:
            compared = gettext("just as kind as %(everyone)s", everyone=everyone)
        parts.append((compared, everyone, "them"))
    return parts


def _spans(told: End) -> list[list[Span]]:
    """The parts of the sentence with what shines in them."""
    parts = _parts(told)
    found = []
    for n, (text, shine, color) in enumerate(parts):
        before, lit, after = text.partition(shine) if shine else (text, "", "")
        mark = "." if n + 1 == len(parts) else ", "
        found.append([span for span in (Span(before), Span(lit, color), Span(after + mark)) if span.text])
    return found


def set_sentence(told: End) -> Block:
    """A line for each part and more for long ones, in the largest size in which they fit; else one after the other."""
    parts, top = _spans(told), stage.CREDIT + 40
    for size, most in SIZES:
        lines = [
            line for part in parts for line in letters.break_lines(part, size, stage.WIDTH, face="display", weight=800)
        ]
        wide = max(letters.measure(word, size, face="display", weight=800) for word in say(told).rest.split())
        if len(lines) <= most and wide <= stage.WIDTH:
            first = top + stage.CAPITALS * size
            leading = size * stage.LEADING
            places = [(first + n * leading, spans) for n, spans in enumerate(lines)]
            return Block(
                tuple(Text(stage.LEFT, y, spans, size, "ink", "display", 800) for y, spans in places), places[-1][0]
            )
    return stage.set_headline([span for part in parts for span in part], top, sizes=[size for size, _ in SIZES], most=6)


def draw(told: End, shape: str) -> Picture:
    """In a story the sentence fills it, over the strip of its months."""
    said = say(told)
    if shape != "story":
        look = stage.Look(headline=[span for part in _spans(told) for span in part])
        return stage.compose(said, shape, partial(_months, told), look)
    sentence = set_sentence(told)
    items: list[Item] = [stage.credit_line(said), *sentence.items]
    if told.strip:
        items += [*stage.film(1236, 308), Group(_months(told, stage.WIDTH, 232), stage.LEFT, 1276)]
    items.append(wordmark(stage.LEFT + wordmark_width(46), 1616, 46))
    source = (Span(gettext("from a Letterboxd diary").upper()),)
    items.append(Text(stage.RIGHT, 1614, source, 30, "ink-2", "display", 600, "end", 0.06))
    return stage.finish(said, items)


def _months(told: End, width: float, height: float) -> Items:
    if not told.strip:
        return ()
    months = i18n.locale().months["stand-alone"]["narrow"]
    last, step = len(told.strip) - 1, -(-len(told.strip) // 8)

    def tick(place: int, n: int) -> str:
        return str(months[n]) if told.stretch.year else str(n) if (last - place) % step == 0 else ""

    strip = [Column(viewings, tick(place, n), lit=True) for place, (n, viewings) in enumerate(told.strip)]
    return columns(strip, width, height)
