"""The picture of a page: the sentence it opens with, its credits, what its first card draws, and its posters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kinograph.pictures.canvas import SHAPES, SQUARE, STORY, WIDE, Group, Item, Picture, Span, Text
from kinograph.pictures.card_reader import CardContent, Film
from kinograph.pictures.furniture import (
    CAPITALS,
    Room,
    credit_line,
    edge_holes,
    film_band,
    force_headline,
    kicker,
    wordmark,
    wordmark_width,
)
from kinograph.pictures.letters import fit_size
from kinograph.pictures.posters import place_poster
from kinograph.pictures.subject import draw_subject

MARGIN = 72
ON_STRIP = 18
"""Films; fewer stand larger, in as many as fill their rows: 9, 6, 3."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """`lead` is the number that opens the sentence, "" where none does; credits are numbers and what they count."""

    name: str
    lead: str
    rest: str
    credits: tuple[tuple[str, str], ...]
    card: CardContent | None
    films: tuple[Film, ...]

    @property
    def sentence(self) -> str:
        return f"{self.lead} {self.rest}".strip()

    @property
    def spans(self) -> tuple[Span, ...]:
        return (Span(self.lead, "figure"), Span(f" {self.rest}")) if self.lead else (Span(self.rest),)


def compose_page(page: PageContent, shape: str) -> Picture:
    """Of one of the SHAPES."""
    items = COMPOSE[shape](page)
    return Picture(*SHAPES[shape], tuple(items), f"{page.name}: {page.sentence}")


def _story(page: PageContent) -> list[Item]:
    width, height = STORY
    items: list[Item] = [*edge_holes(width, height), kicker(72, 287, page.name, 44, 936)]
    room = Room(72, 316, 936, 1240)
    sizes: list[tuple[float, int]] = [(150, 1), (128, 1), (116, 2), (96, 3), (80, 6)]
    if page.lead and len(page.rest) <= 40:
        # The number alone, as large as it can be.
        size = fit_size(page.lead, 400, 936)
        baseline = room.y + CAPITALS * size
        items.append(Text(66, baseline, (Span(page.lead),), size, "figure", "display", 800))
        hangs = 0.1 * size if "," in page.lead else 0.0
        room = room.below(baseline + 40 + hangs)
        head = force_headline(room, page.rest, sizes)
    else:
        head = force_headline(room, page.spans, [(178, 2), (150, 3), (120, 4), (96, 5), (80, 6)])
    credits, bottom = credit_line(72, head.bottom + 62, page.credits, 42, 936, most_lines=2)
    items += [*head.lines, *credits]
    shown, rows = _strip_rows(len(page.films), most=9)
    top = 1570 - _strip_height(shown, rows, 936)
    if page.card:
        items += draw_subject(page.card, Room(72, bottom + 60, 936, top - bottom - 110), 28)
    items += _strip(page.films[:shown], rows, top, width)
    items.append(wordmark(1008, 1640, 46))
    return items


def _square(page: PageContent) -> list[Item]:
    head = force_headline(Room(72, 72, 936, 400), page.spans, [(140, 2), (112, 2), (92, 3), (76, 4)])
    credits, bottom = credit_line(72, head.bottom + 52, page.credits, 38, 936)
    shown, rows = _strip_rows(len(page.films), most=9)
    top = 936 - _strip_height(shown, rows, 936)
    items: list[Item] = [*head.lines, *credits]
    room = Room(72, bottom + 48, 936, top - bottom - 84)
    if page.card and room.height > 130:
        items += draw_subject(page.card, room, 26)
    items += _strip(page.films[:shown], rows, top, SQUARE[0])
    items += [kicker(72, 1008, page.name, 36, 600), wordmark(1008, 1008, 42)]
    return items


def _wide(page: PageContent) -> list[Item]:
    width, height = WIDE
    room = Room(60, 124, 650 if page.films else 1080, 330)
    mark = wordmark_width(34)
    items: list[Item] = [wordmark(60 + mark, 88, 34)]
    if page.name:
        items.append(kicker(60 + mark + 24, 88, page.name, 26, room.width - mark - 24))
    head = force_headline(room, page.spans, [(120, 1), (100, 2), (80, 3), (66, 4), (54, 5)], leading=0.94)
    credits, bottom = credit_line(60, head.bottom + 44, page.credits, 28, room.width, most_lines=2)
    items += [*head.lines, *credits]
    left = Room(60, bottom + 32, room.width, height - 44 - bottom - 32)
    if page.card and left.height > 90:
        items += draw_subject(page.card, left, 18)
    items += _columns(page.films, width, height)
    return items


def _columns(films: Sequence[Film], width: int, height: int) -> list[Item]:
    """Two columns of posters that go on beyond the right edge, the second half a poster higher."""
    wide, gap = 212.0, 14.0
    items: list[Item] = []
    left = width - 1.92 * wide - gap
    for n, film in enumerate(films[:7] if len(films) > 6 else films):
        column, row = n % 2, n // 2
        y = row * (wide * 1.5 + gap) - (wide * 0.95 if column else wide * 0.2)
        if y < height:
            items.append(place_poster(film.title, film.year, x=left + column * (wide + gap), y=y, width=wide))
    return items


def _strip_rows(count: int, most: int = ON_STRIP) -> tuple[int, int]:
    """How many posters stand on a strip, and in how many rows."""
    shown = next((full for full in (18, 9, 6, 3) if most >= full <= count), min(count, 3))
    return shown, 2 if shown == ON_STRIP else 1


def _strip_height(shown: int, rows: int, width: float) -> float:
    return rows * _poster_width(shown, rows, width) * 1.5 + (rows - 1) * 12 + 88 if shown else 0.0


def _poster_width(shown: int, rows: int, width: float) -> float:
    columns = -(-shown // rows)
    return min((width - (columns - 1) * 10) / columns, 150.0)


def _strip(films: Sequence[Film], rows: int, top: float, width: float) -> list[Item]:
    """The posters on a strip of film, from margin to margin where they fill it."""
    if not films:
        return []
    inner, columns = width - 2 * MARGIN, -(-len(films) // rows)
    wide = _poster_width(len(films), rows, inner)
    step = (inner - wide) / (columns - 1) if columns > 5 else wide + 12

    def place(n: int, film: Film) -> Item:
        x, y = MARGIN + n % columns * step, top + 44 + n // columns * (wide * 1.5 + 12)
        return place_poster(film.title, film.year, x=x, y=y, width=wide)

    return [
        *film_band(top, width, _strip_height(len(films), rows, inner)),
        *(place(n, film) for n, film in enumerate(films)),
    ]


@dataclass(frozen=True, slots=True)
class YearContent:
    """A year in a square: figures, the best films, and sentences on it."""

    year: str
    figures: tuple[tuple[str, str], ...]
    sentences: str
    films: tuple[Film, ...]
    note: str  # on which films these are


def compose_year(year: YearContent) -> Picture:
    width, height = SQUARE
    size = fit_size(year.year, 310, 600)
    baseline = 72 + CAPITALS * size
    items: list[Item] = [Text(66, baseline, (Span(year.year),), size, "figure", "display", 800)]
    for n, (number, label) in enumerate(year.figures[:5]):
        color = "you-ink" if n == 4 else "ink"
        spans = (Span(number, color, 700), Span(f" {label.upper()}"))
        fitting = fit_size("".join(span.text for span in spans), 46, 290, weight=700, tracking=0.03)
        items.append(Text(716, 108 + n * 53, spans, fitting, "ink-2", "display", 600, tracking=0.03))
    shown, rows = _strip_rows(len(year.films))
    strip = _strip_height(shown, rows, 936)
    top = 376.0
    head = force_headline(
        Room(MARGIN, top + strip - 14, 936, 200), year.sentences, [(76, 2), (66, 2), (58, 3), (50, 3)], leading=0.92
    )
    tall = head.bottom + 74 - top if shown else 0.0
    items += film_band(top, width, tall)
    # Its holes are at the band's own edge; those of the strip within are not drawn.
    items += [item for item in _strip(year.films[:shown], rows, top, width) if isinstance(item, Group)]
    items += head.lines
    items += [kicker(MARGIN, 1008, year.note, 34, 600), wordmark(1008, 1008, 42)]
    return Picture(width, height, tuple(items), f"{year.year}: {year.sentences}")


COMPOSE: dict[str, Callable[[PageContent], list[Item]]] = {"story": _story, "square": _square, "wide": _wide}
