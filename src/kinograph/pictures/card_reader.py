"""What a card says and draws, read from the HTML it has on its page: a picture of it cannot say anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from kinograph.pictures.markup import Node, read_markup

CHARTS = ("columns", "calendar", "world")


OWNERS_ALONE = ("tags", "lists")
"""Cards whose sentence says that nobody else sees them, which is not so of a picture."""


class Row(NamedTuple):
    """A name, what is said of it, and its bar: where it starts and how long it is, 0 to 1."""

    name: str
    value: str
    start: float
    length: float


class Film(NamedTuple):
    title: str
    year: int | None
    why: tuple[tuple[str, str], ...] = ()  # words and their colors


class Fact(NamedTuple):
    number: str
    what: str
    note: str


@dataclass(frozen=True, slots=True)
class CardContent:
    """`parts` are lists with their headings, "" where there is none; of several charts each has one, too."""

    name: str
    title: str
    sentence: str
    keys: tuple[tuple[str, str], ...]  # (you or them, words)
    charts: tuple[tuple[str, Node], ...]
    means: Node | None
    note: str  # on what is drawn in gray
    parts: tuple[tuple[str, tuple[Row, ...]], ...]
    facts: tuple[Fact, ...]
    films: tuple[Film, ...]


def read_card(name: str, html: str) -> CardContent:
    """Of a card's module by its name."""
    card = read_markup(html)
    title, sentence = card.find("<h2>"), card.find("card-summary")
    return CardContent(
        name=name,
        title=title.text if title else "",
        sentence=sentence.text if sentence and name not in OWNERS_ALONE else "",
        keys=tuple(_keys(card)),
        charts=tuple(_charts(card)),
        means=card.find("means"),
        note=_note(card),
        parts=tuple(_parts(card)),
        facts=tuple(_facts(card)),
        films=tuple(_films(card)),
    )


def _keys(card: Node) -> list[tuple[str, str]]:
    aside = card.find("card-aside")
    found = []
    for span in aside.find_all("<span>") if aside else ():
        mark = span.find("key-you", "key-them")
        if mark:
            found.append(("you" if "key-you" in mark.classes else "them", span.text))
    return found


def _note(card: Node) -> str:
    return next((note.text for note in card.find_all("card-note") if note.find("key-ghost")), "")


def _charts(card: Node) -> list[tuple[str, Node]]:
    """Each with the heading that stands over it."""
    found, heading = [], ""
    for node in card.walk():
        if node.tag == "h3":
            heading = node.text
        elif node.tag == "svg" and any(css in CHARTS for css in node.classes):
            found.append((heading, node))
    return found


def _parts(card: Node) -> list[tuple[str, tuple[Row, ...]]]:
    found: list[tuple[str, tuple[Row, ...]]] = []
    heading = ""
    for node in card.walk():
        if node.tag == "h3":
            heading = node.text
        elif "rows" in node.classes:
            found.append((heading, tuple(_row(row) for row in node.find_all("row"))))
        elif {"compact-list", "decades"} & {*node.classes}:
            found.append((heading, _counted(node)))
        elif "unseen" in node.classes:
            found.append((heading, tuple(Row(item.text, "", 0, 0) for item in node.find_all("<li>"))))
    return [(heading, rows) for heading, rows in found if rows]


def _row(row: Node) -> Row:
    name, value, bar = row.find("row-name"), row.find("row-mean"), row.find("bar")
    count = row.find("row-count")
    said = " · ".join(part.text for part in (value, count) if part)
    start, length = (_share(bar, "x"), _share(bar, "width")) if bar else (0.0, 0.0)
    return Row(name.text if name else row.text, said, start, length)


def _share(bar: Node, name: str) -> float:
    return float(bar.attributes.get(name, "0").rstrip("%")) / 100


def _counted(items: Node) -> tuple[Row, ...]:
    """Rows without a bar get one where their value is a count."""
    rows = []
    for item in items.find_all("<li>"):
        link = item.find("<a>") or item
        name, count = link.find("<span>", "<b>"), link.find("row-count", "row-mean")
        rows.append(Row(name.text if name else link.text, count.text if count else "", 0, 0))
    counts = [int(digits) if (digits := re.sub(r"[.,\s\u202f’]", "", row.value)).isdecimal() else 0 for row in rows]
    most = max(counts, default=0) or 1
    return tuple(row._replace(length=count / most) for row, count in zip(rows, counts, strict=True))


def _facts(card: Node) -> list[Fact]:
    facts = card.find("facts")
    found = []
    for item in facts.find_all("<li>") if facts else ():
        number, what, note = item.find("<b>"), item.find("<span>"), item.find("<small>")
        if number:
            found.append(Fact(number.text, what.text if what else "", note.text if note else ""))
    return found


def _films(card: Node) -> list[Film]:
    """In the order of the card, with what is said of each."""
    found = []
    for node in card.walk():
        if "film-row" in node.classes:
            why = node.find("film-why")
            parts = [part for part in why.children if isinstance(part, Node)] if why else []
            said = tuple((part.text, _color(part, first=n == 0)) for n, part in enumerate(parts) if part.text)
            found.append(_film(node)._replace(why=said))
        elif "poster" in node.classes:
            found.append(_film(node))
    return found


def _color(part: Node, *, first: bool) -> str:
    if "of-them" in part.classes:
        return "them"
    return "you-ink" if first or "of-you" in part.classes else "ink-2"


def _film(node: Node) -> Film:
    art = node.find("poster-art")
    name = art.attributes.get("aria-label", "") if art else ""
    known = re.fullmatch(r"(.*) \((\d{4})\)", name)
    return Film(known[1], int(known[2])) if known else Film(name, None)
