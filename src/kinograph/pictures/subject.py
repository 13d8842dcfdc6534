"""What a card draws, in the room a picture has for it: its chart, else its rows, its figures or its films."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kinograph.pictures.canvas import Item, Rect, Span, Text
from kinograph.pictures.card_reader import CardContent, Fact, Film, Row
from kinograph.pictures.chart_reader import lay_chart
from kinograph.pictures.furniture import CAPS, Room
from kinograph.pictures.letters import cut, fit_size, measure, set_paragraph
from kinograph.pictures.markup import Node
from kinograph.pictures.posters import place_poster

MEANS_ABOVE_FOOT = 35
"""Pixels from the lower edge of a chart to the upper edge of the marks under its columns, see charts.css."""

TALLEST = 0.62
"""How high a chart may be against its width."""


def draw_subject(card: CardContent, room: Room, letters: float) -> Iterator[Item]:
    """`letters` is the size of the words in it."""
    if card.charts:
        yield from _charts(card, room, letters)
    elif card.parts:
        yield from _parts(card.parts, room, letters)
    elif card.facts:
        yield from _facts(card.facts, room)
    elif card.films and any(film.why for film in card.films):
        yield from _film_rows(card.films, room, letters)
    elif card.films:
        yield from draw_posters(card.films, room)


def _charts(card: CardContent, room: Room, letters: float) -> Iterator[Item]:
    if len(card.charts) == 1:
        ((_, chart),) = card.charts
        tall = min(room.height, room.width * _share(chart))
        below: list[Item] = []
        if card.parts and (left := room.height - tall - letters) > letters * 5:
            below = list(_parts(card.parts[:1], room.below(room.bottom - left), letters))
        tall = tall if below or "viewbox" in chart.attributes else min(room.height, room.width * 0.9)
        yield from draw_chart(chart, Room(room.x, room.y, room.width, tall), letters, card.means)
        yield from below
        return
    # Small ones, two in a row.
    shown = card.charts[: 2 * max(1, int(room.height // (letters * 7)))]
    rows = -(-len(shown) // 2)
    wide, high = (room.width - letters) / 2, room.height / rows
    for n, (heading, chart) in enumerate(shown):
        x, y = room.x + n % 2 * (wide + letters), room.y + n // 2 * high
        yield _heading(x, y + letters * 0.8, heading, letters, wide)
        inner = Room(x, y + letters * 1.1, wide, high - letters * 1.8)
        yield from draw_chart(chart, inner, letters * 0.8, None)


def _share(chart: Node) -> float:
    """How high it is drawn against its width: a map as it is, a year in as many bands as there is room for."""
    box = chart.attributes.get("viewbox", "")
    if not box or "calendar" in chart.classes:
        return TALLEST
    _, _, width, height = map(float, box.split())
    return height / width


def draw_chart(chart: Node, room: Room, letters: float, means: Node | None) -> Iterator[Item]:
    """The chart of a card, and the means that stand under its columns."""
    tick = "you-ink" if means else "ink-3"
    yield lay_chart(chart, x=room.x, y=room.y, width=room.width, height=room.height, letters=letters, tick=tick)
    if means:
        scale = room.height / float(chart.attributes["height"])
        y = room.bottom - MEANS_ABOVE_FOOT * scale
        # There is no word in it that would need room.
        yield lay_chart(means, x=room.x, y=y, width=room.width, height=14 * scale, letters=0.0)


def _heading(x: float, y: float, text: str, size: float, width: float) -> Text:
    words = text.upper()
    return Text(x, y, (Span(words),), fit_size(words, size, width, weight=600), "ink-2", "display", 600, tracking=CAPS)


def _parts(parts: Sequence[tuple[str, Sequence[Row]]], room: Room, letters: float) -> Iterator[Item]:
    """The rows of the first list, and of the second where there is room for it."""
    pitch = letters * 2.25
    y = room.y
    for heading, rows in parts:
        left = int((room.bottom - y - (letters * 1.4 if heading else 0)) / pitch)
        if left < min(3, len(rows)):
            return
        if heading:
            yield _heading(room.x, y + letters * 0.9, heading, letters, room.width)
            y += letters * 1.5
        names_only = not any(row.value or row.length for row in rows)
        if names_only:
            text = ", ".join(row.name for row in rows)
            most = int((room.bottom - y) / (letters * 1.4))
            yield from set_paragraph(
                room.x, y + letters, text, letters, width=room.width, leading=1.4, most=most, color="ink"
            )
            return
        # All of the room where no other list has room for three rows below, else half of it.
        alone = len(parts) == 1 or left < 8
        shown = rows[: min(left if alone else max(3, round(left * 0.55)), 10)]
        step = min(pitch * 1.35, (room.bottom - y) / len(shown)) if alone else pitch
        has_bars = any(row.length for row in rows)
        for n, row in enumerate(shown):
            yield from _row(row, Room(room.x, y + n * step, room.width, step), letters, has_bars=has_bars)
        if alone:
            return
        y += len(shown) * step + letters * 0.6


def _row(row: Row, room: Room, letters: float, *, has_bars: bool) -> Iterator[Item]:
    size = letters * 1.12
    base = room.y + size
    value = measure(row.value, size, weight=600)
    name = cut(row.name, size, room.width - value - letters, weight=600)
    yield Text(room.x, base, (Span(name),), size, "ink", weight=600)
    if row.value:
        yield Text(room.right, base, (Span(row.value),), size, "ink-2", weight=600, anchor="end")
    if not has_bars:
        return
    thick = max(5.0, letters * 0.24)
    top = base + letters * 0.42
    yield Rect(room.x, top, room.width, thick, "ramp-0", radius=thick / 2)
    if row.length:
        start, length = room.x + row.start * room.width, max(row.length * room.width, thick)
        yield Rect(start, top, length, thick, "you", radius=thick / 2)


def _facts(facts: Sequence[Fact], room: Room) -> Iterator[Item]:
    """Each number as large as its line, what it counts to the right of it."""
    shown = facts[: max(2, min(len(facts), int(room.height / 130)))]
    step = min(240.0, room.height / len(shown))
    size = min(step * 0.82, 150)
    widest = max(measure(fact.number, size, face="display", weight=800) for fact in shown)
    most = room.width * (0.42 if room.width > 700 else 0.3)
    if widest > most:
        size, widest = size * most / widest, most
    x = room.x + widest + size * 0.22
    for n, fact in enumerate(shown):
        base = room.y + n * step + size * 0.8
        yield Text(room.x, base, (Span(fact.number),), size, "figure", "display", 800)
        small = min(36.0, max(20.0, size * 0.28))
        lines = set_paragraph(
            x, base - small * 1.2, fact.what, small, width=room.right - x, leading=1.15, most=1, color="ink", weight=600
        )
        yield from lines
        if fact.note:
            yield from set_paragraph(
                x, base, fact.note, small * 0.86, width=room.right - x, most=1, color="ink-2", weight=500
            )


def _film_rows(films: Sequence[Film], room: Room, letters: float) -> Iterator[Item]:
    """Posters with what is said of each; in two columns where it is wide."""
    columns = 2 if room.width > 700 and len(films) > 3 else 1
    wide = (room.width - letters * (columns - 1)) / columns
    high = max(letters * 4.6, min(letters * 7.5, room.height / max(1, -(-len(films) // columns))))
    rows = max(1, int(room.height / high))
    for n, film in enumerate(films[: rows * columns]):
        x, y = room.x + n // rows * (wide + letters), room.y + n % rows * high
        poster = (high - letters * 0.7) / 1.5
        yield place_poster(film.title, film.year, x=x, y=y, width=poster)
        left = x + poster + letters * 0.7
        space = x + wide - left
        title = set_paragraph(
            left, y + letters * 1.2, film.title, letters * 1.08, width=space, leading=1.12, most=2, weight=600
        )
        yield from title
        base = title[-1].y + letters * 1.35
        spans = [Span(f"{text}  ", color) for text, color in film.why]
        yield from set_paragraph(left, base, spans, letters, width=space, most=1, weight=600)


def draw_posters(films: Sequence[Film], room: Room) -> Iterator[Item]:
    """As many as there are and as large as the room allows, at most in four rows."""
    best = max(((rows, *_grid(len(films), rows, room)) for rows in range(1, 5)), key=lambda each: (each[1], -each[0]))
    rows, wide, columns = best
    gap = wide * 0.1
    left = room.x
    for n, film in enumerate(films[: rows * columns]):
        x, y = left + n % columns * (wide + gap), room.y + n // columns * (wide * 1.5 + gap)
        yield place_poster(film.title, film.year, x=x, y=y, width=wide)


def _grid(count: int, rows: int, room: Room) -> tuple[float, int]:
    """How wide a poster is in so many rows, and how many stand in each."""
    columns = max(1, -(-count // rows))
    wide = min(room.width / (columns * 1.1 - 0.1), room.height / rows / 1.65, 300)
    return wide, columns
