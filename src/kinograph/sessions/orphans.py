"""The films that Letterboxd has dropped: all that its entries tell is what they were called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kinograph.sessions import cells
from kinograph.sessions.exported import Orphan
from kinograph.sessions.tables import Table


def read_orphans(tables: Iterable[Table], *, most: int) -> tuple[Orphan, ...]:
    """Each film once, in the order of the files. Raises ExportTooLarge after `most` rows."""
    rows: Counter[tuple[str, int | None]] = Counter()
    for table in tables:
        for line, (title, year_cell) in table.rows("Name", "Year", most=most):
            if cells.is_title(table.log, line, title):
                rows[title, cells.read_year(table.log, line, year_cell)] += 1
        most -= table.log.taken + table.log.skipped
    return tuple(Orphan(title, year, n) for (title, year), n in rows.items())
