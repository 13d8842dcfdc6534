"""Whose films were watched most."""

from __future__ import annotations

from functools import partial

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Group, Item, Picture, Rect, Span, Text
from kinograph.stats import ranking
from kinograph.stats.cards import directors
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.person import Person, find_person
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import TALL, fill_with_posters, poster_grid
from kinograph.stories.stage import Items

TITLE = gettext_noop("Director")


def compute(view: PageContext) -> Person | None:
    """None with fewer than two films by anyone."""
    return find_person(view, directors.compute(view), "director")


NAME = (244.0, 206.0, 176.0, 150.0, 126.0, 100.0)
GRID, GAP = 470.0, 12.0


def say(told: Person) -> Said:
    of_year = gettext("%(when)s, directed by", when=told.stretch.when)
    heading = credit(told.stretch, of_year, gettext("Most often directed by"))
    sentences = [(f"{' '.join(_counted(told))}.", True)]
    if told.yours is not None:
        sentences.append((gettext("%(stars)s stars from you.", stars=i18n.decimal(told.yours)), False))
    if told.theirs is not None:
        sentences.append((gettext("%(stars)s stars from everyone else.", stars=i18n.decimal(told.theirs)), False))
    return Said(told.stretch, heading, told.name, "", tuple(sentences))


def _counted(told: Person) -> tuple[str, str]:
    """The number, and of what."""
    number, words = ranking.format_amount(told.amount, told.unit)
    if told.new == told.films and told.unit == "films":
        words = gettext("films, all of them new to you")
    return number, words


LOOK = stage.Look(figure=244)


def draw(told: Person, shape: str) -> Picture:
    """In a story a poster of its own: the name, nine films, and whom else one saw at its foot."""
    said = say(told)
    if shape != "story":
        return stage.compose(said, shape, partial(fill_with_posters, told.posters), LOOK)
    name = stage.set_headline(told.name, stage.CREDIT + 27, sizes=NAME, color="figure")
    top, foot = name.end + 70, stage.FOOT - (48 if told.stretch.which else 0)
    billing = _billing(told)
    grid, width, height = _grid(told, foot - top - (150 if billing else 0))
    x = stage.LEFT + width + 52
    items: list[Item] = [stage.credit_line(said), *name.items, Group(grid, stage.LEFT, top)]
    figures = _figures(told, x, top, stage.RIGHT - x)
    items += figures
    if billing:
        y = max(top + height, figures[-1].y) + 44
        items += [Rect(stage.LEFT, y, stage.WIDTH, 2, "line"), Group(billing, stage.LEFT, y + 66)]
    return stage.finish(said, items)


def _grid(told: Person, room: float) -> tuple[Items, float, float]:
    """Posters in that height, three a row or fewer, with their width and height together."""
    columns = 3 if len(told.posters) > 4 else 2 if len(told.posters) > 1 else 1
    rows = -(-len(told.posters) // columns)
    each = min((GRID + GAP) / columns - GAP, ((room + GAP) / rows - GAP) / TALL)
    width = columns * (each + GAP) - GAP
    return poster_grid(told.posters, columns, width, GAP), width, rows * (each * TALL + GAP) - GAP


def _figures(told: Person, x: float, top: float, width: float) -> list[Text]:
    """How many films, and what you and everyone else make of them."""
    number, words = _counted(told)
    size = letters.fit_size(number, 250, width)
    y = top + size * stage.CAPITALS
    below = 0.14 * size if set(number) & set(",;") else 0
    drawn = [Text(x, y, (Span(number),), size, "ink", "display", 800)]
    y += below
    for spans in letters.break_lines(words.upper(), 40, width, face="display", weight=600, most=3):
        y += 46
        drawn.append(_label(spans[0].text, x, y, "ink-2", width))
    for mean, text, color, ink in (
        (told.yours, gettext("stars from you"), "figure", "you-ink"),
        (told.theirs, gettext("from everyone"), "them", "them"),
    ):
        if mean is not None:
            y += 190
            drawn.append(Text(x, y - 48, (Span(i18n.decimal(mean)),), 124, color, "display", 800))
            drawn.append(_label(text.upper(), x, y, ink, width))
    return drawn


def _label(text: str, x: float, y: float, color: str, width: float) -> Text:
    size = letters.fit_size(text, 40, width, weight=600, tracking=0.05)
    return Text(x, y, (Span(text),), size, color, "display", 600, tracking=0.05)


def _billing(told: Person) -> Items:
    """The faces as posters list them, in the middle of two lines: names large, the rest pale."""
    lines: list[list[Span]] = [[]]
    for name, films in told.faces:
        text = ngettext("in %(n)s film", "in %(n)s films", films)
        name = letters.cut(name.upper(), 40, stage.WIDTH * 0.6, face="display", weight=700)
        spans = [Span(f"{name} ", "ink", 700), Span(f"{text.upper()}   ")]
        if lines[-1] and _wide([*lines[-1], *spans]) > stage.WIDTH:
            lines.append([])
        lines[-1] += spans
    return tuple(
        Text(
            stage.WIDTH / 2,
            n * 54,
            tuple(spans),
            40 * min(1, stage.WIDTH / _wide(spans)),
            "ink-3",
            "display",
            600,
            "middle",
        )
        for n, spans in enumerate(lines[:2])
        if spans
    )


def _wide(spans: list[Span]) -> float:
    return sum(letters.measure(span.text, 40, face="display", weight=span.weight or 600) for span in spans)
