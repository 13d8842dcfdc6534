"""PNGs as tests look at them: their size and the colors of their pixels."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Pixels:
    width: int
    height: int
    rows: list[bytes]  # of four bytes a pixel: red, green, blue, opacity

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        red, green, blue = self.rows[y][4 * x : 4 * x + 3]
        return red, green, blue

    def part(self, x: int, y: int, width: int, height: int) -> list[bytes]:
        """The rows of a part, to compare."""
        return [row[4 * x : 4 * (x + width)] for row in self.rows[y : y + height]]


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def decode(png: bytes) -> Pixels:
    """Of eight bits a channel, with an alpha channel: what typst makes."""
    width, height = size(png)
    assert png[24:26] == b"\x08\x06"
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return Pixels(width, height, _unfilter(zlib.decompress(data), width, height))


def _unfilter(raw: bytes, width: int, height: int) -> list[bytes]:
    step, stride = 4, 4 * width
    before, rows = bytearray(stride), []
    for y in range(height):
        kind = raw[y * (stride + 1)]
        row = bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, before, strict=True))
        elif kind:
            for i in range(stride):
                left = row[i - step] if i >= step else 0
                corner = before[i - step] if i >= step else 0
                row[i] = (row[i] + _predict(kind, left, before[i], corner)) & 255
        rows.append(bytes(row))
        before = row
    return rows


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))
