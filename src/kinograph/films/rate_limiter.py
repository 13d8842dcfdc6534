"""How fast an outside service may be asked: requests evenly spaced, slower after a refusal, and slowly faster again."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque

# A limit is counted over a sliding second where the requests arrive: even spacing at just that rate would cross it with
# every jitter of the network. This leaves 22 ms for it.
HEADROOM = 1.022
WINDOW = 1.022  # seconds in which no more than the limit may start
CATCH_UP = 0.1  # seconds of its schedule that a late sender may make up for; more would be a burst
LOWEST_SHARE = 1 / 4  # below, the pauses do the slowing
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 60.0
# A refusal by itself is a jitter that crossed the limit, and a pause frees the window. Some more soon after mean that
# the limit is lower than we think: half the rate, soon nearly what the last second held, and from there only feeling
# our way.
SOON = 3.0
TOO_MANY = 3
NEARLY = 0.95
SECONDS_BACK = 4.0  # that the way from nothing to the full rate would take
SECONDS_FEELING = 300.0


class RateLimiter:
    """Hands out the moments at which requests may start, in the order of asking."""

    def __init__(self, per_second: float) -> None:
        self.limit = per_second
        self.rate = per_second
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._resume = 0.0
        self._slowed = -math.inf
        self._refusals = 0
        self._close_together = 0
        self._ceiling = per_second
        self._sent: deque[float] = deque(maxlen=math.ceil(per_second))

    async def wait(self, asked: float | None = None) -> float:
        """Returns the moment of this request, to be named again when it is refused or granted. `asked` is since when
        somebody has been waiting, if not only from now on: the schedule is kept up from there."""
        asked = time.monotonic() if asked is None else asked
        async with self._turn:
            now = time.monotonic()
            while now < self._due():  # which a refusal moves on while we sleep
                await asyncio.sleep(self._due() - now)
                now = time.monotonic()
            # Whoever wakes late keeps to the schedule; idle time is not saved up for a burst.
            self._next = max(self._next, asked, now - CATCH_UP) + HEADROOM / self.rate
            self._sent.append(now)
            return now

    def record_refusal(self, started: float, retry_after: float | None = None) -> float:
        """Makes everyone wait and returns the seconds until the next request.

        Requests that were under way at a refusal say nothing about the time after it.
        """
        now = time.monotonic()
        if started >= self._slowed:
            self._close_together = self._close_together + 1 if now - self._slowed < SOON else 1
            if self._close_together >= TOO_MANY:
                allowed = sum(started - 1 < sent < started for sent in self._sent) or self.rate
                self._ceiling = max(NEARLY * min(self.limit, allowed), self.limit * LOWEST_SHARE)
                self.rate = min(self._ceiling, max(self.rate / 2, self.limit * LOWEST_SHARE))
            self._slowed = now
            self._refusals += 1
            pause = min(FIRST_PAUSE * 2 ** (self._refusals - 1), LONGEST_PAUSE)
            self._resume = max(self._resume, now + pause)
        if retry_after is not None:
            self._resume = max(self._resume, now + retry_after)
        self._next = max(self._next, self._resume)
        return max(0.0, self._resume - now)

    def record_success(self, started: float) -> None:
        """Lets the rate grow again, unless a refusal has come since the request started."""
        if started >= self._slowed:
            self._refusals = 0
            seconds = SECONDS_BACK if self.rate < self._ceiling else SECONDS_FEELING
            self.rate = min(self.limit, self.rate + self.limit / (seconds * self.rate))

    def _due(self) -> float:
        """The schedule, unless a pause is on or the last second is already full."""
        full = len(self._sent) == self._sent.maxlen
        return max(self._next, self._resume, self._sent[0] + WINDOW if full else 0.0)
