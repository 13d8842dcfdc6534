"""Cards as a report shows them: read from the HTML they have on their page, their charts as vectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kinograph.pictures.canvas import Picture
from kinograph.pictures.card_reader import CardContent, Film, Row, read_card
from kinograph.pictures.furniture import FIGURE, Room
from kinograph.pictures.layers import describe_picture
from kinograph.pictures.legible import make_legible
from kinograph.pictures.letters import measure
from kinograph.pictures.markup import Node
from kinograph.pictures.posters import place_poster
from kinograph.pictures.subject import draw_chart
from kinograph.reports.names import TEXT, fit_name, fit_words
from kinograph.stats.cards import Drawn

Block = dict[str, Any]
PIXELS = 2
"""Of a picture to a point."""

GUTTER = 24.0
"""Points between two cards side by side."""

WHOLE = 12
GAP = 8.0
"""Points between two posters."""

LETTERS = 15.0
"""Pixels: of the words in charts."""

MOST_BESIDE = 15
MOST_ROWS = 60
"""Of one list: a person of a hundred languages has the page for the rest."""


def lay_cards(drawn: Sequence[Drawn], width: float) -> Iterator[Block]:
    """Rows of one card or of two that fit side by side, so many points wide."""
    waiting: tuple[Drawn, int] | None = None
    for card in drawn:
        span = _span(card)
        if span == WHOLE:
            yield _row([(card, WHOLE)], width)
        elif waiting is None:
            waiting = card, span
        else:
            yield _row([waiting, (card, span)], width)
            waiting = None
    if waiting:
        yield _row([(waiting[0], WHOLE)], width)


def _span(card: Drawn) -> int:
    """In twelfths of the page, as its page has it."""
    found = re.search(r'class="card [^"]*card-(\d+)"', card.html)
    span = int(found[1]) if found else WHOLE
    return span if span <= 8 else WHOLE


def _row(cards: Sequence[tuple[Drawn, int]], width: float) -> Block:
    """Their widths are as on the page, made to fill the row."""
    left = width - GUTTER * (len(cards) - 1)
    total = sum(span for _, span in cards)
    widths = [left * span / total for _, span in cards]
    made = [_card(card, wide, alone=len(cards) == 1) for (card, _), wide in zip(cards, widths, strict=True)]
    return {"kind": "cards", "widths": widths, "cards": made}


def _card(card: Drawn, width: float, *, alone: bool) -> Block:
    content = read_card(card.name, str(card.html))
    return {
        "title": content.title,
        "keys": [{"whose": whose, "text": text} for whose, text in content.keys],
        "sentence": mark_figure(fit_words(content.sentence, width)),
        "charts": list(_charts(content, width)),
        "parts": [_part(heading, rows, width, alone=alone) for heading, rows in content.parts],
        "facts": [{"number": f.number, "what": f.what, "note": f.note} for f in content.facts],
        "films": _films(content.films, width, alone=alone),
        "note": content.note,
    }


def mark_figure(text: str) -> list[str]:
    """What stands before its first number, the number, and what follows."""
    found = FIGURE.search(text)
    return [text[: found.start()], found[0], text[found.end() :]] if found else [text, "", ""]


def _charts(content: CardContent, width: float) -> Iterator[Block]:
    """Of several two stand in a row, each below its heading."""
    several = len(content.charts) > 1
    wide = (width - GUTTER) / 2 if several else width
    for heading, chart in content.charts:
        pixels = wide * PIXELS
        tall = _height(chart, pixels)
        means = None if several else content.means
        items = tuple(draw_chart(chart, Room(0, 0, pixels, tall), LETTERS, means))
        title = f"{content.title}: {heading}" if heading and several else content.title
        yield {
            "heading": heading if several else "",
            "picture": draw(Picture(round(pixels), round(tall), items, title)),
        }


def _height(chart: Node, width: float) -> float:
    """Pixels: as its page has it, in proportion to the letters; a map as it is, a year in a single band."""
    if "calendar" in chart.classes:
        return width * 0.158 if width > 800 else width * 0.3
    if box := chart.attributes.get("viewbox"):
        _, _, wide, high = map(float, box.split())
        return width * high / wide
    return min(float(chart.attributes["height"]) * LETTERS / 13, width * 0.62)


def draw(picture: Picture) -> Block:
    """As canvas.typ draws it, on paper."""
    return describe_picture(make_legible(picture), "light")


def _part(heading: str, rows: Sequence[Row], width: float, *, alone: bool) -> Block:
    """Rows with bars in columns, or names alone as one text."""
    if not any(row.value or row.length for row in rows):
        names = [fit_name(row.name, width) for row in rows]
        return {"heading": heading, "names": names, "columns": []}
    shown = rows[: MOST_ROWS if alone else MOST_BESIDE]
    is_short = all(len(row.value) < 8 for row in shown)
    columns = (3 if len(shown) > 20 and is_short else 2 if len(shown) > 5 else 1) if alone else 1
    wide = (width - GUTTER * (columns - 1)) / columns
    said = [
        {
            "name": fit_name(row.name, wide - measure(row.value, TEXT) - 10),
            "value": row.value,
            "start": row.start,
            "length": row.length,
        }
        for row in shown
    ]
    high = -(-len(shown) // columns)
    return {"heading": heading, "names": [], "columns": [said[n : n + high] for n in range(0, len(said), high)]}


def _films(films: Sequence[Film], width: float, *, alone: bool) -> Block:
    """Posters, or a line on each where the card says why it stands there; `poster` is how wide one is, in points."""
    said = any(film.why for film in films)
    if said:
        columns, poster = (3 if alone else 2 if width > 220 else 1), 22.0
    else:
        columns = 6 if width > 400 else 4
        poster = (width - GAP * (columns - 1)) / columns
    room = (width - GUTTER * (columns - 1)) / columns - poster - GAP
    return {
        "columns": columns,
        "said": said,
        "poster": poster,
        "films": [
            {
                "title": fit_name(film.title, room),
                "year": str(film.year or ""),
                "why": [{"text": text, "color": color} for text, color in film.why],
                "picture": draw_poster(film, poster),
            }
            for film in films[: 36 if said else 18]
        ],
    }


def lay_posters(films: Sequence[Film], width: float) -> tuple[Block, float]:
    """Posters alone, and how high they stand with what is below them, in points."""
    block = _films(films, width, alone=True)
    rows = -(-len(films) // block["columns"])
    return {"kind": "films", "films": block}, rows * (block["poster"] * 1.5 + GAP) + 12


def draw_poster(film: Film, width: float) -> Block:
    pixels = width * PIXELS
    poster = place_poster(film.title, film.year, x=0, y=0, width=pixels)
    return draw(Picture(round(pixels), round(pixels * 1.5), (poster,), film.title))
