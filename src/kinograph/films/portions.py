"""How much a period does in one transaction: no more than keeps whoever waits for it waiting for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS = 0.025
"""What a portion is to take: half of what it may, since the next may be twice as hard."""
FEWER, MORE = 1 / 8, 2.0  # how much of the last portion the next is at least, and at most


class Portion:
    """`size` begins small, and grows or shrinks with what the last one took, up to `most`."""

    def __init__(
        self, most: int, *, first: int = 1, seconds: float = SECONDS, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.size = min(first, most)
        self._most = most
        self._seconds = seconds
        self._clock = clock

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Of a portion of that size, from when it has the locks it waits for until it has been committed."""
        started = self._clock()
        yield
        took = max(self._clock() - started, 1e-6)
        share = min(max(self._seconds / took, FEWER), MORE)
        self.size = min(max(1, round(self.size * share)), self._most)
