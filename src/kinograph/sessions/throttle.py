"""How often somebody may upload. Kept in memory by each web process: nothing about anybody is written down for it."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque

from kinograph.errors import AppError
from kinograph.i18n import noop

KEPT = 10_000  # senders remembered; the one silent longest is forgotten first


class TooManyUploads(AppError):
    status = 429
    sentence = noop("Too many uploads came from you within ten minutes. Try again in %(minutes)s minutes.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(minutes=math.ceil(seconds / 60))
        self.retry_after = seconds


class Throttle:
    """At most `most` uploads within any `seconds`, for each sender."""

    def __init__(self, *, most: int, seconds: float = 600) -> None:
        self._most = most
        self._seconds = seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def pass_or_refuse(self, sender: str, *, now: float | None = None) -> None:
        """Counts this upload, or raises TooManyUploads."""
        now = time.monotonic() if now is None else now
        times = self._seen.setdefault(sender, deque())
        self._seen.move_to_end(sender)
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            raise TooManyUploads(seconds=math.ceil(times[0] + self._seconds - now))
        times.append(now)
