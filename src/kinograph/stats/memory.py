"""What is kept takes memory, and is weighed when it comes."""

from __future__ import annotations

from threading import Lock

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


def weigh(frame: pl.DataFrame) -> int:
    """The bytes of a frame's columns."""
    n_bytes = int(frame.estimated_size())
    for column in frame.iter_columns():
        if column.dtype == pl.String:
            n_bytes += VIEW * len(column)
        elif column.dtype == pl.List(pl.String):
            n_bytes += VIEW * int(column.list.len().sum())
    return n_bytes
