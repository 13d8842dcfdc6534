"""Where the table begins in a file, and what parts its cells: spreadsheets and people put lines above the header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kinograph.sessions.export_format import FORMAT, LIMITS

DELIMITERS: list[str] = FORMAT["delimiters"]
# A list has three records above its films, and a title or two may stand above those.
MOST_LINES_ABOVE = LIMITS["records_above_header"]
_HEAD_BYTES = 4000
_TABLES = tuple(map(frozenset, FORMAT["headers"]))


def find_delimiter(content: bytes) -> str:
    """A comma, unless a spreadsheet wrote the header with something else, whatever `sep=` or a title above it says."""
    for line in content[:_HEAD_BYTES].decode(errors="replace").splitlines():
        for delimiter in DELIMITERS:
            if delimiter in line and not _plain_cells(line.split(delimiter)).isdisjoint(
                ("Name", "Content", "LetterboxdURI")
            ):
                return delimiter
    return ","


def take_head(records: Iterator[tuple[int, list[str]]]) -> tuple[list[list[str]], bool]:
    """The records up to and with the header, and whether it was found.

    For a list, whose own line comes first, it is the one with “Position”.
    """
    head: list[list[str]] = []
    for _, cells in records:
        follows_list_header = bool(head) and _is_list_header(head[-1])  # a list may be called “Name”
        head.append(cells)
        if is_header(cells) and not follows_list_header:
            return head, True
        if len(head) > MOST_LINES_ABOVE:
            break
    return head, False


def is_header(cells: list[str]) -> bool:
    return any(_plain_cells(cells) >= names for names in _TABLES)


def begins_a_list(cells: list[str]) -> bool:
    return cells[0].startswith("Letterboxd list export") or _is_list_header(cells)


def _is_list_header(cells: list[str]) -> bool:
    names = _plain_cells(cells)
    return {"Name", "URL"} <= names and "Position" not in names


def _plain_cells(cells: Iterable[str]) -> set[str]:
    return {cell.strip(' "\ufeff') for cell in cells}
