"""The cells of a row as values; what cannot be one is noted in the table's log, and the row goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from kinograph.i18n import gettext_lazy
from kinograph.sessions.export_format import LIMITS
from kinograph.sessions.row_log import RowLog

YEARS = range(LIMITS["first_year"], LIMITS["last_year"] + 1)
# A table program that met one empty year writes the others as 2010.0.
_YEARS = {f"{year}{end}": year for year in YEARS for end in ("", ".0")}
_RATINGS = {f"{half // 2}{point}{5 * (half % 2)}": half / 2 for half in range(1, 11) for point in ".,"} | {
    str(whole): float(whole) for whole in range(1, 6)
}
_TRUTHS = {"yes": True, "true": True, "": False, "no": False, "false": False}


# PostgreSQL's index over (title, year) takes no more than 2,704 bytes; Letterboxd's longest title has some 200.
LONGEST_TITLE = LIMITS["title_length"]


def is_title(log: RowLog, line: int, cell: str) -> bool:
    """Whether a row names a film; else it is skipped."""
    if cell.strip() and len(cell) <= LONGEST_TITLE:
        return True
    log.drop(line, gettext_lazy("Expected the title of a film in “Name”."))
    return False


def read_year(log: RowLog, line: int, cell: str) -> int | None:
    known = _YEARS.get(cell)
    if known is None and cell:
        log.note(line, gettext_lazy("Expected a four-digit year or nothing."))
    return known


def read_rating(log: RowLog, line: int, cell: str) -> float | None:
    """Stars. A spreadsheet may write 4 as 4.0, or 3.5 as 3,5."""
    stars = _RATINGS.get(cell)
    if stars is None:
        log.unread_ratings += 1
        log.note(line, gettext_lazy("Expected a rating from 0.5 to 5 in half steps."))
    return stars


def read_truth(cell: str) -> bool | None:
    """Letterboxd writes “Yes” or nothing, its import and some spreadsheets also true and false; None for else."""
    return _TRUTHS.get(cell.lower()) if cell else False


def read_noted_day(log: RowLog, cell: str, read: Callable[[str], date | None]) -> date | None:
    """A day that is good to know and no more: unreadable ones are counted, and the row stays."""
    known = read(cell)
    if known is None and cell:
        log.unread_dates += 1
        log.changed_dates += 1
    return known


def day(cell: str) -> date | None:
    """A day as Letterboxd writes it."""
    # fromisoformat also takes 20241231 and weeks, which Letterboxd never writes.
    if len(cell) != 10 or cell[4] != "-" or cell[7] != "-":
        return None
    return _read_day(cell)


@lru_cache(maxsize=1 << 14)  # so that a day is one object in all files, and crosses to another process once
def _read_day(cell: str) -> date | None:
    try:
        parsed = date.fromisoformat(cell)
    except ValueError:
        return None
    return parsed if parsed.year in YEARS else None


def read_tags(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, cell.split(", ")))) if cell else ()
