"""How long after its end what keeps ending is begun again."""

from __future__ import annotations

import math
import time

FIRST_DELAY = 0.2  # seconds; doubled each time
LONGEST_DELAY = 10.0
STEADY_SECONDS = 30.0  # having run for so long, it begins with the first delay again


class Delays:
    def __init__(self) -> None:
        self._began = -math.inf
        self._delay = FIRST_DELAY

    def note_begin(self) -> None:
        self._began = time.monotonic()

    def next(self) -> float:
        """Seconds."""
        delay = FIRST_DELAY if time.monotonic() - self._began > STEADY_SECONDS else self._delay
        self._delay = min(2 * delay, LONGEST_DELAY)
        return delay
