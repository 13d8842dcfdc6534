"""The pictures made last, by the tag of what they show."""

from __future__ import annotations

from collections import OrderedDict

MOST = 16 << 20
"""Bytes; some hundred pictures."""


class PictureCache:
    """What was asked for longest ago gives way. A tag names version, address, language and build, so none is stale."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._most = most
        self.bytes = 0

    def get(self, tag: str) -> bytes | None:
        if tag in self._kept:
            self._kept.move_to_end(tag)
        return self._kept.get(tag)

    def keep(self, tag: str, png: bytes) -> None:
        self.bytes += len(png) - len(self._kept.pop(tag, b""))
        self._kept[tag] = png
        while self.bytes > self._most:
            self.bytes -= len(self._kept.popitem(last=False)[1])
