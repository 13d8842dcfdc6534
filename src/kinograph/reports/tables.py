"""Long tables of a report, broken into pages beforehand: typst lays a page out as one row of columns, each of which
is lines of one height. With a cell for every value ten thousand viewings took three times the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from kinograph.pictures.letters import break_lines, measure
from kinograph.reports.names import clean, direct_lines

SIZE = 8.0
PITCH = 11.5
"""Points: of the letters, and from one line to the next."""

FEWEST_ROWS = 6
"""That follow a heading on its page."""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in points, without the gap to its neighbor. Its look is as report.typ knows it by `look`."""

    head: str
    width: float
    look: str = "plain"
    weight: int = 450
    most_lines: int = 3  # the last is cut at a word


@dataclass(frozen=True, slots=True)
class Row:
    """`opens` says whether a hairline stands above, where a month or another group begins; `group` names it, for the
    first cell of a page that it runs on to."""

    cells: tuple[str, ...]
    opens: bool = False
    group: str = ""


@dataclass(slots=True)
class TablePage:
    """What of a table stands on one page, below the heading that begins there, if one does."""

    heading: str = ""
    note: str = ""
    rows: list[list[tuple[str, ...]]] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)  # the lines that a hairline stands above
    lines: int = 0
    breaks: bool = False  # whether it begins a sheet of paper


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under a heading of their own, and a sentence beside it; "" for none."""

    heading: str
    note: str
    rows: Iterable[Row]


def describe_table(
    columns: Sequence[Column], parts: Iterable[Part], *, room: float, first: float, tagged: bool
) -> dict[str, Any]:
    """What report.typ sets. `room` are the points of a page for it, `first` those left on the page it begins on.

    Tagged, each row is one, which costs twenty times the bytes.
    """
    return {
        "kind": "table",
        "columns": [{"head": c.head, "width": c.width, "look": c.look, "weight": c.weight} for c in columns],
        "pages": [_describe(page, tagged=tagged) for page in _paginate(columns, parts, room, first)],
        "tagged": tagged,
    }


def _describe(page: TablePage, *, tagged: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"heading": page.heading, "note": page.note, "rules": page.rules, "breaks": page.breaks}
    if tagged:
        return said | {"rows": [[direct_lines(cell) for cell in row] for row in page.rows]}
    columns = (chain.from_iterable(cells) for cells in zip(*page.rows, strict=True))
    return said | {"columns": [direct_lines(lines) for lines in columns]}


HEAD, HEADING = 2.0, 3.6
"""Lines: of the names of the columns, and of a heading with what is around it."""


def _paginate(columns: Sequence[Column], parts: Iterable[Part], room: float, first: float) -> Iterator[TablePage]:
    """Several may stand on one sheet, one below the other."""
    whole, left = int(room / PITCH), first / PITCH
    for part in parts:
        page = TablePage(part.heading, part.note)
        heading = HEADING if part.heading else 0
        if left < heading + HEAD + FEWEST_ROWS:
            page.breaks, left = True, whole
        left -= heading + HEAD
        for row in part.rows:
            cells, tall = _break(columns, row.cells)
            if tall > left and page.rows:
                yield page
                page, left = TablePage(breaks=True), whole - HEAD
                if row.group:
                    cells, tall = _break(columns, (row.group, *row.cells[1:]))
            if row.opens and page.rows:
                page.rules.append(page.lines)
            page.rows.append(cells)
            page.lines += tall
            left -= tall
        if page.rows:
            yield page


def _break(columns: Sequence[Column], cells: Sequence[str]) -> tuple[list[tuple[str, ...]], int]:
    """The cells as lines, each as many as the tallest has."""
    # Spelled apart from what is remembered: whether a font of the system is needed has to be found out each time.
    broken = [
        _lines(clean(text), column.width, column.weight, column.most_lines)
        for column, text in zip(columns, cells, strict=True)
    ]
    tall = max(len(lines) for lines in broken)
    return [lines + ("",) * (tall - len(lines)) for lines in broken], tall


@lru_cache(maxsize=20_000)
def _lines(text: str, width: float, weight: int, most: int) -> tuple[str, ...]:
    if measure(text, SIZE, weight=weight) <= width:
        return (text,)
    lines = break_lines(text, SIZE, width, weight=weight, most=most)
    return tuple("".join(span.text for span in line) for line in lines)
