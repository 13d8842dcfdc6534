"""The first page of a report: the sentence its session opens with, its credits, and the best films on a strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kinograph.pictures.canvas import Item, Picture, Span, Text
from kinograph.pictures.card_reader import Film
from kinograph.pictures.furniture import (
    CAPITALS,
    Room,
    credit_line,
    film_band,
    force_headline,
    kicker,
    wordmark,
    wordmark_width,
)
from kinograph.pictures.letters import fit_size, set_paragraph
from kinograph.pictures.posters import place_poster
from kinograph.reports.cards import PIXELS
from kinograph.reports.paper import MARGIN, Paper

ACROSS, DOWN = (6, 7, 8), 3
"""Posters on the strip: how many stand side by side, and the most rows."""

GAP, EDGES = 14.0, 96.0
"""Pixels between them, and of the edges of the strip together."""


@dataclass(frozen=True, slots=True)
class CoverContent:
    """`lead` is the number that opens the sentence, "" where none does. `foot` says of what the report is made."""

    kicker: str
    lead: str
    rest: str
    credits: tuple[tuple[str, str], ...]
    films: tuple[Film, ...]
    foot: str


def compose_cover(cover: CoverContent, paper: Paper) -> Picture:
    """As large as the paper; as many rows of posters as the sentence leaves room for."""
    width, height = round(paper.width * PIXELS), round(paper.height * PIXELS)
    margin, inner = MARGIN * PIXELS, paper.inner * PIXELS
    mark, foot = 56.0, height - margin
    items: list[Item] = [wordmark(margin + wordmark_width(mark), margin + mark, mark)]
    items.append(kicker(margin, 300, cover.kicker, 46, inner))
    head, bottom = _headline(cover, Room(margin, 340, inner, foot - 340))
    items += [*head, *_strip(cover.films, Room(margin, bottom + 60, inner, foot - 70 - bottom - 60), width)]
    items += set_paragraph(margin, foot, cover.foot, 22, width=inner, most=1, color="ink-2", weight=500)
    said = f"{cover.kicker}: {cover.lead} {cover.rest}".strip()
    return Picture(width, height, tuple(items), said)


def _headline(cover: CoverContent, room: Room) -> tuple[list[Item], float]:
    """The sentence and its credits, and where they end."""
    items: list[Item] = []
    sizes: list[tuple[float, int]] = [(150, 1), (128, 2), (104, 2), (84, 3), (66, 4), (54, 6), (44, 9)]
    if cover.lead and len(cover.rest) <= 60:
        size = fit_size(cover.lead, 360, room.width)
        baseline = room.y + CAPITALS * size
        items.append(Text(room.x - 5, baseline, (Span(cover.lead),), size, "figure", "display", 800))
        hangs = 0.1 * size if "," in cover.lead else 0.0
        head = force_headline(room.below(baseline + 36 + hangs), cover.rest, sizes)
    else:
        spans = (Span(cover.lead, "figure"), Span(f" {cover.rest}")) if cover.lead else (Span(cover.rest),)
        head = force_headline(room, spans, [(190, 2), *sizes])
    credits, bottom = credit_line(room.x, head.bottom + 66, cover.credits, 34, room.width, most_lines=4)
    return [*items, *head.lines, *credits], bottom if credits else head.bottom


def _strip(films: Sequence[Film], room: Room, width: float) -> list[Item]:
    """Whole rows of posters on a strip of film at the foot of the room, in the size that fills most of it; fewer than
    a row stand in one."""

    def plan(across: int) -> tuple[int, float]:
        wide = (room.width - GAP * (across - 1)) / across
        rows = min(DOWN, int((room.height - EDGES + GAP) / (wide * 1.5 + GAP)), len(films) // across or 1)
        return rows, wide

    across = max(ACROSS, key=lambda each: plan(each)[0] * plan(each)[1])
    rows, wide = plan(across)
    if rows < 1 or not films:
        return []
    step = wide * 1.5 + GAP
    top = room.bottom - rows * step + GAP - EDGES

    def place(n: int, film: Film) -> Item:
        x, y = room.x + n % across * (wide + GAP), top + EDGES / 2 + n // across * step
        return place_poster(film.title, film.year, x=x, y=y, width=wide)

    band = film_band(top, width, room.bottom - top)
    return [*band, *(place(n, film) for n, film in enumerate(films[: rows * across]))]
