"""The days of an upload. Letterboxd writes 2024-12-31; a spreadsheet that saved a file again writes as its owner does.

Whether 5/6/2024 is in May or in June is told by the whole file, never by the cell: by a number above 12, by the order
Letterboxd sorts rows in, by the same row in another file, and last by how the other files of the upload are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import ge, le

from kinograph.i18n import gettext_noop
from kinograph.sessions.cells import day
from kinograph.sessions.export_errors import BrokenFile
from kinograph.sessions.export_format import FORMAT
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.tables import Table
from kinograph.sessions.written_days import Order, Readings, read_day

_YEAR_LAST_ANYWHERE = re.compile(rb"(?<!\d)\d\d?[/-] ?\d\d?[/-] ?\d\d")
_COLUMNS = tuple(FORMAT["day_columns"])
_LETTERBOXD_BEGAN = date.fromisoformat(FORMAT["letterboxd_began"])  # nothing was logged before


class UnclearDays(BrokenFile):
    sentence = gettext_noop(
        "A spreadsheet has changed the dates of “%(file)s”, and “%(cell)s” may be either of two days."
        " Export your data from Letterboxd again and send that ZIP unopened."
    )


class Days:
    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables
        self._evidence: dict[int, set[Order]] = {}
        self._possible: dict[int, set[Order]] = {}

    def reader(self, table: Table) -> Callable[[str], date | None]:
        """What reads the cells of this table; None for what is no day, or for one that may be two."""

        known: dict[str, date] = {}  # days come again and again, and more than there are of them is never kept

        def read(cell: str) -> date | None:
            if found := known.get(cell):
                return found
            if found := day(cell):
                known[cell] = found
                return found
            return self._read(table, cell) if cell else None

        return read

    def check(self, table: Table) -> None:
        """Raises UnclearDays when a day in “Watched Date” may be either of two."""
        if not _is_changed(table) or self._order(table):
            return
        for (cell,) in table.again("Watched Date"):
            if _is_unclear(read_day(cell)):
                raise UnclearDays(file=table.log.file, cell=cell)

    def _read(self, table: Table, cell: str) -> date | None:
        readings = read_day(cell)
        if not _is_unclear(readings):
            return _only_day(readings)
        order = self._order(table)
        return readings[order.value] if order else None

    def _order(self, table: Table) -> Order | None:
        """None as well where a file contradicts itself."""
        possible = self._possible_orders(table)
        # With two digits the year stands first only where it can stand nowhere else, or other evidence says so.
        orders = (
            self._orders(table)
            or possible & set().union(*map(self._orders, self._tables))
            or possible - {Order.year_first}
        )
        return next(iter(orders)) if len(orders) == 1 else None

    def _orders(self, table: Table) -> set[Order]:
        """What speaks for each order in this file: of several kinds of evidence the strongest that there is."""
        if id(table) not in self._evidence:
            possible = self._possible_orders(table)
            if len(possible) < 2:
                evidence = possible or set(Order)
            elif _is_changed(table):
                evidence = _orders_by_sorting(table, possible) or possible & self._orders_by_same_rows(table)
            else:
                evidence = set()
            self._evidence[id(table)] = evidence
        return self._evidence[id(table)]

    def _possible_orders(self, table: Table) -> set[Order]:
        """The orders in which every cell of this file is a day that can be one; none where it contradicts itself."""
        if id(table) not in self._possible:
            self._possible[id(table)] = _orders_by_number(table) if _is_changed(table) else set(Order)
        return self._possible[id(table)]

    def _orders_by_same_rows(self, table: Table) -> set[Order]:
        """A dated review bears the link and the days of its diary entry."""
        known = {
            (uri, column): _only_day(readings)
            for other in self._tables
            if other is not table
            for uri, column, cell in _linked_cells(other)
            if not _is_unclear(readings := read_day(cell))
        }
        return {
            order
            for uri, column, cell in _linked_cells(table)
            if _is_unclear(readings := read_day(cell))
            for order in Order
            if readings[order.value] == known.get((uri, column))
        }


def _is_changed(table: Table) -> bool:
    return _YEAR_LAST_ANYWHERE.search(table.content) is not None


def _orders_by_number(table: Table) -> set[Order]:
    orders = set(Order)
    tomorrow = date.today() + timedelta(days=1)
    for first, cell in _cells(table):
        readings = read_day(cell)
        possible = {order for order in Order if readings[order.value]}
        if readings[Order.year_first.value] and _is_unclear(readings):
            likely = {order for order in possible if first <= (readings[order.value] or first) <= tomorrow}
            possible = likely or possible
        if possible:
            orders &= possible
    return orders


def _orders_by_sorting(table: Table, possible: set[Order]) -> set[Order]:
    """The order in which the days ascend, or descend, if in the others they do neither."""
    readings = [read_day(cell) for (cell,) in table.again("Watched Date" if table.kind is FileKind.diary else "Date")]
    orders = {order for order in possible if _is_sorted(reading[order.value] for reading in readings)}
    return orders if len(orders) == 1 else set()


def _is_sorted(days: Iterable[date | None]) -> bool:
    pairs = list(pairwise(day for day in days if day))
    return any(all(follows(first, second) for first, second in pairs) for follows in (le, ge))


def _cells(table: Table) -> Iterator[tuple[date, str]]:
    """Each with the first day that it may be."""
    if table.preamble:
        yield _LETTERBOXD_BEGAN, table.preamble[0]
    for noted, watched in table.again(*_COLUMNS):
        yield _LETTERBOXD_BEGAN, noted
        yield date.min, watched


def _linked_cells(table: Table) -> Iterator[tuple[str, str, str]]:
    """Of entries only: the day on which a film was watched and that on which it was rated are two days."""
    if table.kind not in (FileKind.diary, FileKind.reviews):
        return
    for uri, *row in table.again("Letterboxd URI", *_COLUMNS):
        if uri:
            for column, cell in zip(_COLUMNS, row, strict=True):
                if cell:
                    yield uri, column, cell


def _is_unclear(readings: Readings) -> bool:
    return len(set(readings) - {None}) > 1


def _only_day(readings: Readings) -> date | None:
    return next(filter(None, readings), None)
