"""The records of a CSV file, within bounds: bytes in, lists of cells out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from kinograph.i18n import Sentence, gettext_lazy
from kinograph.sessions.export_errors import ExportTooLarge
from kinograph.sessions.export_format import LIMITS
from kinograph.sessions.row_log import RowLog
from kinograph.sessions.table_shape import find_delimiter

LONGEST_RECORD = LIMITS["line_length"]  # bytes of one line, or signs of one record
csv.field_size_limit(LIMITS["field_length"])


def check_lines(content: bytes) -> None:
    """Raises ExportTooLarge for more or longer lines than an export can have. Run before the csv module makes rows."""
    if content.count(b"\n") + content.count(b"\r") > LIMITS["line_ends"]:
        raise ExportTooLarge
    start = 0
    while len(content) - start > LONGEST_RECORD:
        end = content.rfind(b"\n", start, start + LONGEST_RECORD)
        if end < 0:
            raise ExportTooLarge
        start = end + 1


def read_records(content: bytes, log: RowLog) -> Iterator[tuple[int, list[str]]]:
    """Each record with its first line, which is not the n-th where fields hold line breaks.

    Empty lines are left out, and those that a spreadsheet filled with delimiters.
    """
    # Decoded as it is asked for, too.
    lines: Iterable[str] = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
    bounded = _Bounded(lines)
    if len(content) > LONGEST_RECORD:
        lines = bounded
    reader = csv.reader(lines, delimiter=find_delimiter(content), strict=True)
    line = 1
    while True:
        bounded.n_signs = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            log.skip(line, _broken_record(str(error)))
            if "field larger" in str(error):
                return
        else:
            if cells and (cells[0] or any(cells)):
                yield line, cells
        line = reader.line_num + 1


class _Bounded:
    """Lines, with the signs read since `n_signs` was last set to 0. Raises ExportTooLarge for a record of too many."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.n_signs = 0

    def __iter__(self) -> _Bounded:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.n_signs += len(line)
        if self.n_signs > LONGEST_RECORD:
            raise ExportTooLarge
        return line


def _broken_record(error: str) -> Sentence:
    if "field larger" in error:
        return gettext_lazy(
            "A field begins here that is longer than any text on Letterboxd; the rest of the file was not read."
        )
    if "unexpected end" in error:
        return gettext_lazy("A quotation mark opens here and never closes; what follows could not be read.")
    return gettext_lazy("A quotation mark stands where a comma was expected.")
