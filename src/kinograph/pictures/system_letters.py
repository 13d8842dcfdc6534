"""Which letters the fonts of the system have, read from their cmap tables; run in a painter, which needs it rarely."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

MOST_FONTS = 400
Range = tuple[int, int]


def read_letters(fonts: Iterable[tuple[Path, int]]) -> list[Range]:
    """The first and last number of each run of letters, from files and the font's place within each."""
    found: set[Range] = set()
    for _, (path, index) in zip(range(MOST_FONTS), fonts, strict=False):
        # A font that cannot be read draws nothing either.
        with suppress(OSError, struct.error, IndexError):
            found.update(_read_font(path, index))
    return _merge(sorted(found))


def _merge(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def _read_font(path: Path, index: int) -> Iterator[Range]:
    with path.open("rb") as file:
        head = file.read(12)
        start = 0
        if head[:4] == b"ttcf":
            file.seek(12 + 4 * index)
            (start,) = struct.unpack(">I", file.read(4))
            file.seek(start)
            head = file.read(12)
        (tables,) = struct.unpack(">H", head[4:6])
        for name, _, place, size in struct.iter_unpack(">4sIII", file.read(16 * tables)):
            if name == b"cmap":
                file.seek(place)
                yield from _read_cmap(file.read(size))


def _read_cmap(cmap: bytes) -> Iterator[Range]:
    """Of the tables for Unicode: format 12, else format 4."""
    (count,) = struct.unpack(">H", cmap[2:4])
    places = {struct.unpack(">H", cmap[place : place + 2])[0]: place for place in _unicode_tables(cmap, count)}
    if 12 in places:
        place = places[12]
        (groups,) = struct.unpack(">I", cmap[place + 12 : place + 16])
        for first, last, _ in struct.iter_unpack(">III", cmap[place + 16 : place + 16 + 12 * groups]):
            yield first, last
    elif 4 in places:
        place = places[4]
        (double,) = struct.unpack(">H", cmap[place + 6 : place + 8])
        ends = struct.unpack(f">{double // 2}H", cmap[place + 14 : place + 14 + double])
        starts = struct.unpack(f">{double // 2}H", cmap[place + 16 + double : place + 16 + 2 * double])
        yield from ((first, last) for first, last in zip(starts, ends, strict=True) if last != 0xFFFF)


def _unicode_tables(cmap: bytes, count: int) -> Iterator[int]:
    for platform, encoding, place in struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * count]):
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            yield place
