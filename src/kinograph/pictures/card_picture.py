"""The picture of a card: its own sentence as the headline, and what it draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kinograph.pictures.canvas import SHAPES, Circle, Group, Item, Path, Picture, Span, Text
from kinograph.pictures.card_reader import CardContent
from kinograph.pictures.furniture import (
    CAPS,
    Headline,
    Room,
    color_figures,
    edge_holes,
    force_headline,
    kicker,
    set_headline,
    wordmark,
)
from kinograph.pictures.letters import fit_size, measure, set_paragraph
from kinograph.pictures.subject import draw_subject

DIAMOND = "M-{r} 0 0-{r} {r} 0 0 {r}z"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where things stand in one shape, in pixels."""

    head: Room  # the headline, and what is said below it
    sizes: tuple[tuple[float, int], ...]  # of a headline, and the most lines it may have
    text: float  # the size of sentences
    subject: Room  # its top moves down to where the head ends, unless it stands beside
    beside: bool
    foot: float  # the baseline of the last line
    mark: tuple[float, float]  # the right end of the wordmark and its size
    letters: float  # in charts


PLANS = {
    "story": Plan(
        head=Room(72, 320, 936, 620),
        sizes=((150, 3), (126, 4)),
        text=40,
        subject=Room(72, 320, 936, 1180),
        beside=False,
        foot=1640,
        mark=(1008, 46),
        letters=28,
    ),
    "square": Plan(
        head=Room(72, 72, 936, 420),
        sizes=((126, 2), (104, 3), (88, 3)),
        text=34,
        subject=Room(72, 72, 936, 812),
        beside=False,
        foot=1008,
        mark=(1008, 42),
        letters=28,
    ),
    "wide": Plan(
        head=Room(60, 60, 500, 420),
        sizes=((84, 3), (70, 4), (60, 5)),
        text=26,
        subject=Room(620, 60, 520, 510),
        beside=True,
        foot=570,
        mark=(1140, 34),
        letters=20,
    ),
}


def compose_card(card: CardContent, shape: str) -> Picture:
    """Of one of the SHAPES."""
    plan, (width, height) = PLANS[shape], SHAPES[shape]
    items: list[Item] = list(edge_holes(width, height)) if shape == "story" else []
    head, bottom = _head(card, plan)
    if shape == "story":
        items.append(kicker(plan.head.x, 287, card.title, 44, plan.head.width))
    items += head
    room = plan.subject if plan.beside else plan.subject.below(bottom + plan.letters * 1.6)
    if plan.beside:
        room = Room(room.x, room.y, room.width, room.height - plan.letters * 2.4)
    items += draw_subject(card, room, plan.letters)
    items += _foot(card, plan, shape)
    title = f"{card.title}: {card.sentence}" if card.sentence else card.title
    return Picture(width, height, tuple(items), title)


def _head(card: CardContent, plan: Plan) -> tuple[list[Item], float]:
    """The sentence where it is short enough for a headline, else the title with the sentence below; and its end."""
    sentence = card.sentence or card.title
    found: Headline | None = set_headline(plan.head, color_figures(sentence), plan.sizes)
    if found or not card.sentence:
        found = found or force_headline(plan.head, color_figures(sentence), plan.sizes)
        return list(found.lines), found.bottom
    title = force_headline(plan.head, card.title, plan.sizes)
    rest = plan.head.below(title.bottom + plan.text * 1.15)
    most = max(2, int((plan.head.bottom - rest.y) / (plan.text * 1.32)))
    spans = color_figures(sentence, "you-ink")
    lines = set_paragraph(
        rest.x, rest.y, spans, plan.text, width=rest.width, most=min(most, 5), color="ink-2", weight=500
    )
    return [*title.lines, *lines], lines[-1].y + plan.text * 0.2


def _foot(card: CardContent, plan: Plan, shape: str) -> Iterator[Item]:
    """The keys of what is drawn, what it is about, and whose picture this is."""
    right, size = plan.mark
    yield wordmark(right, plan.foot, size)
    x, letters = plan.head.x, size * 0.86
    room = right - x - size * 5 if not plan.beside else 480
    lines = [card.title.upper()] if shape != "story" else []
    y = plan.foot
    for words in lines:
        fitting = fit_size(words, letters, room, weight=600, tracking=CAPS)
        yield Text(x, y, (Span(words),), fitting, "ink-2", "display", 600, tracking=CAPS)
        y -= letters * 1.3
    if card.keys:
        yield from draw_keys(card.keys, x, y, letters)
    elif card.note:
        yield from set_paragraph(x, y, card.note, letters * 0.72, width=room, most=1, color="ink-3")


def draw_keys(keys: tuple[tuple[str, str], ...], x: float, y: float, size: float) -> Iterator[Item]:
    """A round mark for you, a diamond for everyone else, each with its words."""
    r = size * 0.2
    for whose, words in keys:
        color = "you-ink" if whose == "you" else "them"
        middle = y - size * 0.34
        if whose == "you":
            yield Circle(x + r, middle, r, "you")
        else:
            yield Group((Path(DIAMOND.format(r=f"{r * 1.25:.2f}"), "them"),), x=x + r * 1.25, y=middle)
        text = words.upper()
        yield Text(x + size * 0.7, y, (Span(text),), size, color, "display", 600, tracking=CAPS)
        x += size * 1.5 + measure(text, size, face="display", weight=600, tracking=CAPS)
