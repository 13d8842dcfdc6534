"""Where a slide stands: the film around it, its heading, its sentences, and its shape in one of three formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kinograph.pictures import letters
from kinograph.pictures.canvas import SHAPES, STORY, Group, Item, Picture, Rect, Span, Text, line
from kinograph.pictures.furniture import edge_holes, wordmark
from kinograph.stories.said import Said

Items = tuple[Item, ...]
Art = Callable[[float, float], Items]
"""Draws a slide's shape into so many pixels, from their upper left corner."""

LEFT, RIGHT, WIDTH = 72.0, 1008.0, 936.0
FOOT = 1650.0  # the last baseline
CREDIT = 300.0  # the baseline of the heading
CAPITALS = 0.8  # of the size, in the display face
LEADING = 0.88
SENTENCE, SENTENCE_LEADING = 40.0, 1.32
SMALL = 26.0
MOST = 5  # lines of sentences
HEADLINES = (178.0, 150.0, 126.0, 104.0, 86.0)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that were set, and the baseline of the last."""

    items: Items
    end: float


def credit_line(said: Said, *, x: float = LEFT, y: float = CREDIT, size: float = 44, width: float = WIDTH) -> Text:
    """In capitals, the year in it in the color of figures."""
    text, when = said.credit.upper(), said.stretch.when.upper()
    size = letters.fit_size(text, size, width, weight=600, tracking=0.06)
    before, found, after = text.partition(when) if when else (text, "", "")
    spans = tuple(Span(part, color) for part, color in ((before, None), (found, "figure"), (after, None)) if part)
    return Text(x, y, spans, size, "ink-2", "display", 600, tracking=0.06)


def set_headline(
    spans: Sequence[Span] | str, top: float, *, x: float = LEFT, width: float = WIDTH,
    sizes: Sequence[float] = HEADLINES, most: int = 2, color: str = "ink",
) -> Block:  # fmt: skip
    """In the largest of the sizes in which it takes no more lines than that, the first below `top`; else cut."""
    words = (spans if isinstance(spans, str) else "".join(span.text for span in spans)).split()
    for size in sizes:
        lines = letters.break_lines(spans, size, width, face="display", weight=800)
        widest = max((letters.measure(word, size, face="display", weight=800) for word in words), default=0.0)
        if len(lines) <= most and widest <= width:
            lines = _balanced(spans, lines, size, width, least=widest)
            break
    else:
        lines = letters.break_lines(spans, size, width, face="display", weight=800, most=most)
    leading = 1.5 if letters.is_right_to_left("".join(words)) else LEADING
    first = top + CAPITALS * size
    items = tuple(
        _at_left(Text(x, first + n * size * leading, parts, size, color, "display", 800), width)
        for n, parts in enumerate(lines)
    )
    return Block(items, first + (len(lines) - 1) * size * leading)


def _balanced(
    spans: Sequence[Span] | str, lines: list[tuple[Span, ...]], size: float, width: float, *, least: float
) -> list[tuple[Span, ...]]:
    """Two lines about as long as each other, each at least as long as the longest word."""
    while len(lines) == 2 and (width := width - size / 4) >= least:
        narrower = letters.break_lines(spans, size, width, face="display", weight=800)
        if len(narrower) > 2:
            break
        lines = narrower
    return lines


def _at_left(text: Text, width: float) -> Text:
    """A line never runs over: letters of fonts that are not ours may be wider than they were taken for."""
    return text if letters.measure_line(text) <= width + 1 else Text(
        text.x, text.y, text.spans, text.size * width / letters.measure_line(text), text.color, text.face, text.weight
    )  # fmt: skip


def set_figure(
    text: str, top: float, *, x: float = LEFT, width: float = WIDTH, size: float = 596, color: str = "figure"
) -> Block:
    """One line, as large as fits, or more of what would become too small; what reaches below it counts to it."""
    size = letters.fit_size(text, size, width)
    if size < width / 9:
        return set_headline(text, top, x=x, width=width, sizes=(width / 8, width / 10), most=3, color=color)
    base = top + CAPITALS * size
    below = 0.17 * size if set(text) & set("gjpqy,;QJ") else 0.0
    return Block((line(x, base, text, size, face="display", weight=800, color=color),), base + below)


def set_sentences(said: Said, y: float, *, x: float = LEFT, width: float = WIDTH, size: float = SENTENCE) -> Block:
    """From a first baseline on; what makes the point is in ink."""
    spans = [
        Span(text + (" " if n + 1 < len(said.sentences) else ""), "ink" if point else None, 600 if point else None)
        for n, (text, point) in enumerate(said.sentences)
    ]
    if not spans:
        return Block((), y)
    look = {"leading": SENTENCE_LEADING, "most": MOST, "color": "ink-2"}
    items = letters.set_paragraph(x, y, spans, size, width=width, **look)  # type: ignore[arg-type]
    return Block(items, items[-1].y)


def finish(said: Said, items: Sequence[Item], shape: str = "story") -> Picture:
    """The slide whole: on film in a story, with what is picked at its foot."""
    width, height = SHAPES[shape]
    around: list[Item] = [*edge_holes(width, height)] if shape == "story" else [_wordmark_at_foot(shape)]
    if said.stretch.which:
        around.append(_which(said.stretch.which, shape))
    return Picture(width, height, (*around, *items), said.text)


def film(y: float, height: float) -> Items:
    """A strip from edge to edge of a story."""
    holes = [Rect(x, edge, 18, 10, "bg", 3) for edge in (y + 12, y + height - 22) for x in range(72, 1008, 34)]
    return (Rect(0, y, STORY[0], height, "film"), *holes)


def _which(which: str, shape: str) -> Text:
    x, y, width = {"story": (LEFT, 1664.0, WIDTH), "wide": (48.0, 592.0, 760.0), "square": (72.0, 1010.0, 640.0)}[shape]
    return line(x, y, letters.cut(which, SMALL, width), SMALL, color="ink-3")


def _wordmark_at_foot(shape: str) -> Group:
    width, height = SHAPES[shape]
    return wordmark(width - 48, height - 40, 32) if shape == "wide" else wordmark(width - 72, height - 70, 42)


@dataclass(frozen=True, slots=True)
class Look:
    """How a slide differs from others: the largest size of its figure and the color of that, the sizes of its headline,
    which may have colors of its own, and the greatest height of its shape."""

    figure: float = 596
    color: str = "figure"
    sizes: Sequence[float] = HEADLINES
    headline: Sequence[Span] | None = None
    tall: float = 760

    def spans(self, said: Said) -> Sequence[Span]:
        return self.headline or ([Span(said.rest)] if said.rest else [])


def compose(said: Said, shape: str, art: Art, look: Look = Look()) -> Picture:
    """Heading, figure, headline, shape and sentences, for slides that need no places of their own for these."""
    if shape == "wide":
        return _beside(said, art, look)
    if shape == "square":
        return _above(said, art, look)
    items: list[Item] = [credit_line(said)]
    end = CREDIT + 27
    if said.lead:
        lead = set_figure(said.lead, end, size=look.figure, color=look.color)
        items += lead.items
        end = lead.end + 28
    if spans := look.spans(said):
        rest = set_headline(spans, end, sizes=look.sizes)
        items += rest.items
        end = rest.end + 64
    else:
        end += 44
    foot = FOOT - (48 if said.stretch.which else 0)
    height = min(look.tall, foot - set_sentences(said, 0).end - 92 - end)
    items.append(Group(art(WIDTH, height), LEFT, end))
    items += set_sentences(said, end + height + 92).items
    return finish(said, items)


def _beside(said: Said, art: Art, look: Look) -> Picture:
    """1200 by 630: words at the left, the shape at the right."""
    left, column = 48.0, 500.0
    items: list[Item] = [credit_line(said, x=left, y=82, size=30, width=column)]
    end = 104.0
    if said.lead:
        lead = set_figure(said.lead, end, x=left, width=column, size=min(look.figure / 2, 210), color=look.color)
        items += lead.items
        end = lead.end + 16
    if spans := look.spans(said):
        sizes, most = ((84, 66, 54, 44), 2) if said.lead else ((84, 72, 62, 54, 46, 40), 5)
        rest = set_headline(spans, end, x=left, width=column, sizes=sizes, most=most)
        items += rest.items
        end = rest.end
    # Where they are all there is, they are the headline.
    large = not said.headline
    foot = 548 if said.stretch.which else 592
    sizes = (48, 42, 38, 34, 30, 26) if large else (28, 26, 24, 22)
    items += _fitting_sentences(said, end + (50 if large else 58), left, column, sizes, foot)
    items.append(Group(art(560, 490), 592, 48))
    return finish(said, items, "wide")


def _above(said: Said, art: Art, look: Look) -> Picture:
    """1080 by 1080: words above, the shape below."""
    spans = [Span(said.before_rest, look.color), *look.spans(said)]
    items: list[Item] = [credit_line(said, y=104, size=40)]
    end = 130.0
    if said.headline:
        sizes, most = ((126, 104, 86, 70), 2) if said.lead else ((126, 110, 96, 84, 72), 3)
        headline = set_headline([span for span in spans if span.text], end, sizes=sizes, most=most)
        items += headline.items
        end = headline.end + 56
    sentences = set_sentences(said, 0, size=32).end
    height = min(look.tall, 956 - sentences - 66 - end)
    items.append(Group(art(WIDTH, height), LEFT, end))
    items += set_sentences(said, end + height + 66, size=32).items
    return finish(said, items, "square")


def _fitting_sentences(said: Said, y: float, x: float, width: float, sizes: Sequence[float], foot: float) -> Items:
    """In the first size in which they end above the foot; else as many lines of the last as do."""
    for size in sizes:
        block = set_sentences(said, y, x=x, width=width, size=size)
        if block.end <= foot:
            return block.items
    return tuple(item for item in block.items if isinstance(item, Text) and item.y <= foot)


def fit(items: Items, width: float, height: float, *, into: tuple[float, float]) -> Items:
    """Things of a size of their own, made to fill what there is, in its middle."""
    scale = min(into[0] / width, into[1] / height)
    return (Group(items, (into[0] - width * scale) / 2, (into[1] - height * scale) / 2, scale),)
