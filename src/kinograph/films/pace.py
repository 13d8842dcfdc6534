"""How fast an outside service may be asked: requests evenly spaced, slower after a refusal, and slowly faster again."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque

# Even spacing at the very limit would meet a sliding window of a second with no room for the network's jitter.
HEADROOM = 1.02
WINDOW = 1.01  # seconds in which no more than the limit may start
CATCH_UP = 0.1  # seconds of its schedule that a late sender may make up for; more would be a burst
LOWEST_SHARE = 1 / 16
RECOVERY = 60.0  # seconds from nothing to the full rate
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Pace:
    """Hands out the moments at which requests may start, in the order of asking."""

    def __init__(self, per_second: float) -> None:
        self.limit = per_second
        self.rate = per_second
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._resume = 0.0
        self._slowed = 0.0
        self._refusals = 0
        self._sent: deque[float] = deque(maxlen=math.ceil(per_second))

    async def wait(self) -> float:
        """Returns the moment of this request, to be named again when it is refused or granted."""
        asked = time.monotonic()
        async with self._turn:
            now = time.monotonic()
            while now < self._due():  # which a refusal moves on while we sleep
                await asyncio.sleep(self._due() - now)
                now = time.monotonic()
            # Whoever wakes late keeps to the schedule; idle time is not saved up for a burst.
            self._next = max(self._next, asked, now - CATCH_UP) + HEADROOM / self.rate
            self._sent.append(now)
            return now

    def refused(self, started: float, retry_after: float | None = None) -> float:
        """Slows everyone down and returns the seconds until the next request.

        Requests that were under way when the pace was cut say nothing about the pace it was cut to.
        """
        now = time.monotonic()
        if started >= self._slowed:
            self._slowed = now
            self._refusals += 1
            self.rate = max(self.rate / 2, self.limit * LOWEST_SHARE)
            pause = min(FIRST_PAUSE * 2 ** (self._refusals - 1), LONGEST_PAUSE)
            self._resume = max(self._resume, now + pause)
        if retry_after is not None:
            self._resume = max(self._resume, now + retry_after)
        return max(0.0, self._resume - now)

    def granted(self, started: float) -> None:
        if started >= self._slowed:
            self._refusals = 0
            self.rate = min(self.limit, self.rate + self.limit / (RECOVERY * self.rate))

    def _due(self) -> float:
        """The schedule, unless a pause is on or the last second is already full."""
        full = len(self._sent) == self._sent.maxlen
        return max(self._next, self._resume, self._sent[0] + WINDOW if full else 0.0)
