"""The days of an upload. Letterboxd writes 2024-12-31; a spreadsheet that saved a file again writes as its owner does.

Whether 5/6/2024 is in May or in June is told by the whole file, never by the cell: by a number above 12, by the order
Letterboxd sorts rows in, by the same row in another file, and last by how the other files of the upload are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from itertools import pairwise
from operator import ge, le

from kinograph.i18n import noop
from kinograph.sessions.archive import BrokenFile
from kinograph.sessions.cells import YEARS, day
from kinograph.sessions.tables import Kind, Table

_MIDNIGHT = r"(?: 0?0:00(?::00)?)?"
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_MIDNIGHT}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}})\.?{_MIDNIGHT}", re.ASCII)
_YEAR_LAST_ANYWHERE = re.compile(rb"[/-]\d\d?[/-]\d{4}")
_COLUMNS = ("Date", "Watched Date")


class UnclearDays(BrokenFile):
    sentence = noop(
        "A spreadsheet has changed the dates of “%(file)s”, and “%(cell)s” may be either of two days."
        " Export your data from Letterboxd again and send that ZIP unopened."
    )


class Order(Enum):
    day_first = 0
    month_first = 1


_Readings = tuple[date | None, date | None]


class Days:
    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables
        self._evidence: dict[int, set[Order]] = {}

    def reader(self, table: Table) -> Callable[[str], date | None]:
        """What reads the cells of this table; None for what is no day, or for one that may be two."""

        def read(cell: str) -> date | None:
            known = day(cell)
            return known if known or not cell else self._read(table, cell)

        return read

    def check(self, table: Table) -> None:
        """Raises UnclearDays when a day in “Watched Date” may be either of two."""
        if not _YEAR_LAST_ANYWHERE.search(table.content) or self._order(table):
            return
        for (cell,) in table.again("Watched Date"):
            if _is_unclear(_readings(cell)):
                raise UnclearDays(file=table.log.file, cell=cell)

    def _read(self, table: Table, cell: str) -> date | None:
        readings = _readings(cell)
        if not _is_unclear(readings):
            return readings[0] or readings[1]
        order = self._order(table)
        return readings[order.value] if order else None

    def _order(self, table: Table) -> Order | None:
        """None as well where a file contradicts itself."""
        orders = self._orders(table) or set().union(*map(self._orders, self._tables))
        return next(iter(orders)) if len(orders) == 1 else None

    def _orders(self, table: Table) -> set[Order]:
        """What speaks for each order in this file: of several kinds of evidence the strongest that there is."""
        if id(table) not in self._evidence:
            self._evidence[id(table)] = (
                (_orders_by_number(table) or _orders_by_sorting(table) or self._orders_by_same_rows(table))
                if _YEAR_LAST_ANYWHERE.search(table.content)
                else set()
            )
        return self._evidence[id(table)]

    def _orders_by_same_rows(self, table: Table) -> set[Order]:
        """A dated review bears the link and the days of its diary entry."""
        known = {
            (uri, column): readings[0]
            for other in self._tables
            if other is not table
            for uri, column, cell in _linked_cells(other)
            if not _is_unclear(readings := _readings(cell))
        }
        return {
            order
            for uri, column, cell in _linked_cells(table)
            if _is_unclear(readings := _readings(cell))
            for order in Order
            if readings[order.value] == known.get((uri, column))
        }


def _orders_by_number(table: Table) -> set[Order]:
    return {order for cell in _cells(table) if (order := _only_order(_readings(cell)))}


def _orders_by_sorting(table: Table) -> set[Order]:
    """The order in which the days ascend, or descend, if in the other they do neither."""
    readings = [_readings(cell) for (cell,) in table.again("Watched Date" if table.kind is Kind.diary else "Date")]
    orders = {order for order in Order if _is_sorted(reading[order.value] for reading in readings)}
    return orders if len(orders) == 1 else set()


def _is_sorted(days: Iterable[date | None]) -> bool:
    pairs = list(pairwise(day for day in days if day))
    return any(all(follows(first, second) for first, second in pairs) for follows in (le, ge))


def _cells(table: Table) -> Iterator[str]:
    if table.preamble:
        yield table.preamble[0]
    for row in table.again(*_COLUMNS):
        yield from row


def _linked_cells(table: Table) -> Iterator[tuple[str, str, str]]:
    """Of entries only: the day on which a film was watched and that on which it was rated are two days."""
    if table.kind not in (Kind.diary, Kind.reviews):
        return
    for uri, *row in table.again("Letterboxd URI", *_COLUMNS):
        if uri:
            for column, cell in zip(_COLUMNS, row, strict=True):
                if cell:
                    yield uri, column, cell


def _readings(cell: str) -> _Readings:
    """The cell with the day first and with the month first, each None where that is no day."""
    if known := day(cell):
        return known, known
    if found := _YEAR_FIRST.fullmatch(cell):
        known = _date(found[1], found[3], found[4])
        return known, known
    if not (found := _YEAR_LAST.fullmatch(cell)):
        return None, None
    day_first = _date(found[4], found[3], found[1])
    # Nowhere do people write the month first and dots behind it.
    return day_first, day_first if found[2] == "." else _date(found[4], found[1], found[3])


def _is_unclear(readings: _Readings) -> bool:
    return None not in readings and readings[0] != readings[1]


def _only_order(readings: _Readings) -> Order | None:
    first, second = readings
    return None if (first is None) == (second is None) else Order.day_first if first else Order.month_first


def _date(year: str, month: str, day_of_month: str) -> date | None:
    if int(year) not in YEARS:
        return None
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
