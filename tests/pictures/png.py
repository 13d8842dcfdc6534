"""PNGs as tests look at them: their size and the colors of their pixels."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

STEP = 4  # bytes a pixel


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
    stride = STEP * width
    before, rows = bytes(stride), []
    for y in range(height):
        kind = raw[y * (stride + 1)]
        row = np.frombuffer(raw, np.uint8, stride, y * (stride + 1) + 1)
        if kind == 1:
            before = np.cumsum(row.reshape(width, STEP), axis=0, dtype=np.uint8).tobytes()
        elif kind == 2:
            before = (row + np.frombuffer(before, np.uint8)).tobytes()
        else:
            before = _add_guesses(kind, row.tobytes(), before)
        rows.append(before)
    return rows


def _add_guesses(kind: int, row: bytes, before: bytes) -> bytes:
    """What each byte differs by from what those beside and above it make likely; most lie in an even ground."""
    if kind == 0:
        return row
    done = bytearray(STEP) + row
    above = bytes(STEP) + before
    for i in range(STEP, len(done)):
        left, up, corner = done[i - STEP], above[i], above[i - STEP]
        if kind == 3:
            guess = (left + up) // 2
        elif up == corner:
            guess = left
        elif left == corner:
            guess = up
        else:
            guess = _nearest(left, up, corner)
        done[i] = (done[i] + guess) & 255
    return bytes(done[STEP:])


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))
