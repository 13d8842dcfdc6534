"""The first and the last film, as the tickets to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import polars as pl

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures import letters
from kinograph.pictures.canvas import Circle, Group, Item, Picture, Rect, Span, Text
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import COLUMNS, make_poster_rows
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.shapes import poster, stars
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("The first and the last")


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int  # of the viewing, counted from 1
    day: date
    poster: Poster
    stars: float | None


@dataclass(frozen=True, slots=True)
class FirstAndLast:
    stretch: Stretch
    first: Ticket
    last: Ticket | None  # None where there is but one viewing
    last_before: int | None = None  # the year of the viewing before, when the last film was seen again

    @property
    def between(self) -> tuple[int, int]:
        """Viewings between the two, and days."""
        if self.last is None:
            return 0, 0
        return self.last.number - self.first.number - 1, (self.last.day - self.first.day).days


def compute(view: PageContext) -> FirstAndLast | None:
    """By the order of the diary. None without one."""
    viewings = view.dated(view.picked).sort("watched_on", maintain_order=True)
    total = len(viewings)
    if not total:
        return None
    numbers = sorted({1, total})
    rows = viewings[[number - 1 for number in numbers]].select("n", "watched_on", given="rating")
    films = view.picked.films.select(*COLUMNS, "rating")
    shown = rows.join(films, on="n", maintain_order="left").with_columns(stars=pl.coalesce("given", "rating"))
    tickets = [
        Ticket(number, day, poster, stars)
        for number, (poster, day, stars) in zip(
            numbers, make_poster_rows(shown, view, "watched_on", "stars"), strict=True
        )
    ]
    last = tickets[1] if total > 1 else None
    return FirstAndLast(stretch_of(view), tickets[0], last, _year_before(view, viewings) if last else None)


def _year_before(view: PageContext, viewings: pl.DataFrame) -> int | None:
    n, day = viewings.select("n", "watched_on").row(-1)
    newest = view.dated(view.all).filter(pl.col("n") == n, pl.col("watched_on") < day)["watched_on"].max()
    return newest.year if isinstance(newest, date) else None


WIDTH, HEIGHT = 936.0, 520.0
PAPER, INK, FAINT = "#f4b04a", "#211108", "#5c3a12"
MARGIN, TEAR = 44.0, 648.0  # where the words begin, and the stub
SIZES = ((118.0, 15, 3), (96.0, 29, 3), (74.0, 999, 4))
"""Of a title with so many letters at most, in so many lines."""

SMALLER = (54.0, 999, 4)
"""From right to left, where lines are farther apart."""


def say(told: FirstAndLast) -> Said:
    of_year = gettext("First and last of %(when)s", when=told.stretch.when)
    heading = credit(told.stretch, of_year, gettext("The first and the last"))
    if told.last is None:
        day = i18n.date(told.first.day, "long")
        return Said(told.stretch, heading, sentences=((gettext("The only one so far, on %(day)s.", day=day), True),))
    viewings, days = told.between
    between = gettext(
        "Between the two: %(viewings)s and %(days)s.",
        viewings=ngettext("%(n)s viewing", "%(n)s viewings", viewings),
        days=ngettext("%(n)s day", "%(n)s days", days),
    )
    sentences = [(between, True)]
    if told.last_before and told.last_before < told.last.day.year:
        sentences.append((gettext("You had seen the last one before, in %(year)s.", year=told.last_before), False))
    return Said(told.stretch, heading, sentences=tuple(sentences))


def draw(told: FirstAndLast, shape: str) -> Picture:
    """The tickets are not among its sentences, but those who hear it are told of them."""
    said = say(told)
    if shape == "story":
        tickets = Group(_tickets(told), stage.LEFT, 352)
        foot = 352 + (2 * HEIGHT + 34 if told.last else HEIGHT) + 96
        drawn = stage.finish(said, (stage.credit_line(said), tickets, *stage.set_sentences(said, foot).items))
    else:
        words = replace(said, rest=_span(told)) if shape == "wide" else said
        drawn = stage.compose(words, shape, partial(_art, told))
    films = [f"{ticket.poster.name}, {i18n.date(ticket.day)}." for ticket in (told.first, told.last) if ticket]
    return replace(drawn, title=" ".join([*films, said.text]))


def _span(told: FirstAndLast) -> str:
    """The two films as a headline."""
    first = told.first.poster.title
    return gettext("From %(first)s to %(last)s.", first=first, last=told.last.poster.title) if told.last else first


def _art(told: FirstAndLast, width: float, height: float) -> Items:
    tall = 2 * HEIGHT + 34 if told.last else HEIGHT
    return stage.fit((Group(_tickets(told), 15, 20),), WIDTH + 30, tall + 40, into=(width, height))


def _tickets(told: FirstAndLast) -> Items:
    """The lower over the upper, each turned a little."""
    first = Group(_ticket(told.first, gettext("the first")), angle=-2.2, pivot=(WIDTH / 2, HEIGHT / 2))
    if told.last is None:
        return (first,)
    y = HEIGHT + 34
    last = Group(_ticket(told.last, gettext("the last")), y=y, angle=1.8, pivot=(WIDTH / 2, y + HEIGHT / 2), over=True)
    return first, last


def _ticket(ticket: Ticket, which: str) -> Items:
    stub, room = TEAR + MARGIN, TEAR - MARGIN - 56
    drawn: list[Item] = [Rect(0, 0, WIDTH, HEIGHT, PAPER, 18)]
    drawn += [Circle(TEAR, y, 24, "bg") for y in (0.0, HEIGHT)]
    drawn += [Circle(TEAR, y, 7, "bg") for y in range(48, int(HEIGHT) - 40, 26)]
    drawn.append(_small(which, MARGIN, 78, 36, room))
    drawn += set_title(ticket.poster.title, MARGIN, 104, room)
    drawn.append(_small(i18n.date(ticket.day, gettext("EEE MMMM d, y")), MARGIN, HEIGHT - 88, 36, room))
    if ticket.stars:
        drawn += stars(ticket.stars, MARGIN, HEIGHT - 50, 40, INK)
    drawn.append(poster(ticket.poster, stub, 34, 200))
    drawn.append(_small(gettext("Admit one"), stub, 390, 32, 210))
    number = f"Nº {ticket.number:03}"
    drawn.append(Text(stub, 458, (Span(number),), letters.fit_size(number, 76, 210), INK, "display", 800))
    return tuple(drawn)


def _small(text: str, x: float, y: float, size: float, width: float) -> Text:
    size = letters.fit_size(text.upper(), size, width, weight=600, tracking=0.05)
    return Text(x, y, (Span(text.upper()),), size, FAINT, "display", 600, tracking=0.05)


def set_title(title: str, x: float, top: float, width: float) -> tuple[Text, ...]:
    """Smaller the longer it is, and until no word is too wide; what does not fit at the smallest is cut at a word."""
    leading, rise = (1.5, 1.2) if letters.is_right_to_left(title) else (0.9, 1.0)
    room = HEIGHT - 140 - top
    for size, length, most in (*SIZES, SMALLER) if leading > 1 else SIZES:
        fitting = max(1, min(most, int((room - size * stage.CAPITALS * rise) / (size * leading)) + 1))
        lines = letters.break_lines(title, size, width, face="display", weight=800)
        words = max((letters.measure(word, size, face="display", weight=800) for word in title.split()), default=0)
        if len(title) <= length and len(lines) <= fitting and words <= width:
            break
    first = top + size * stage.CAPITALS * rise
    lines = letters.break_lines(title, size, width, face="display", weight=800, most=fitting)
    return tuple(Text(x, first + n * size * leading, spans, size, INK, "display", 800) for n, spans in enumerate(lines))
