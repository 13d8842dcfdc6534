"""What is kept takes memory, and is weighed when it comes."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any

import polars as pl

VIEW = 16  # bytes of each text of a column, beside the text itself, which polars does not count


class Tally:
    """Bytes of what is kept, as it comes and goes in whatever thread; those of its parts are counted in the whole."""

    def __init__(self, whole: Tally | None = None) -> None:
        self._whole = whole
        self._lock = Lock()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        return self._bytes

    def add(self, n_bytes: int) -> None:
        with self._lock:
            self._bytes += n_bytes
            whole = self._whole
        if whole:
            whole.add(n_bytes)

    def close(self) -> None:
        """Takes all of it out of the whole; what is still to come counts there no more."""
        with self._lock:
            n_bytes, whole, self._whole = self._bytes, self._whole, None
        if whole:
            whole.add(-n_bytes)


class Shelf:
    """What is made of a frame beside its pages: one thing under each name, until another is put there."""

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally or Tally()
        self._kept: dict[str, tuple[Hashable, Any, int]] = {}
        self._lock = Lock()

    def find(self, name: str, key: Hashable) -> Any | None:
        """None where there is nothing under the name, or something of another key."""
        kept = self._kept.get(name)
        return kept[1] if kept and kept[0] == key else None

    def put(self, name: str, key: Hashable, thing: Any, n_bytes: int) -> None:
        with self._lock:
            before = self._kept.get(name)
            self._tally.add(n_bytes - (before[2] if before else 0))
            self._kept[name] = (key, thing, n_bytes)


def weigh(frame: pl.DataFrame) -> int:
    """The bytes of a frame's columns."""
    n_bytes = int(frame.estimated_size())
    for column in frame.iter_columns():
        if column.dtype == pl.String:
            n_bytes += VIEW * len(column)
        elif column.dtype == pl.List(pl.String):
            n_bytes += VIEW * int(column.list.len().sum())
    return n_bytes
