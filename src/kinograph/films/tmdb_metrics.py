"""What the operator wants to know of the requests to TMDB, counted since the worker started."""

from __future__ import annotations

import logging
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.models import WorkerReport

log = logging.getLogger(__name__)

LATENCIES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds; the bounds of the histogram
SLOWED = 0.9  # of the rate that is set


@dataclass(slots=True)
class TmdbMetrics:
    """What one process counts; see `report` for how it is stored."""

    outcomes: Counter[str] = field(default_factory=Counter)
    within: list[int] = field(default_factory=lambda: [0] * (len(LATENCIES) + 1))
    """Answers by latency: the n-th took no longer than LATENCIES[n], the last longer than all."""
    seconds: float = 0.0
    limit: float = 0.0
    rate: float = 0.0
    """Requests a second: what is set, and what TMDB lets us have at the moment."""
    last_error: str | None = None
    last_error_at: float | None = None  # seconds since 1970
    _reported: tuple[float, int] = field(default_factory=lambda: (time.monotonic(), 0))

    def count_answer(self, outcome: str, seconds: float) -> None:
        self.outcomes[outcome] += 1
        self.within[bisect_left(LATENCIES, seconds)] += 1
        self.seconds += seconds

    def record_error(self, error: str) -> None:
        self.last_error, self.last_error_at = error, time.time()

    def report(self) -> dict[str, Any]:
        """All of it, with the requests a second since the report before."""
        now, total = time.monotonic(), self.outcomes.total()
        since, before = self._reported
        self._reported = (now, total)
        return {
            "outcomes": dict(self.outcomes),
            "within": self.within,
            "seconds": self.seconds,
            "limit": self.limit,
            "rate": self.rate,
            "achieved": (total - before) / max(now - since, 0.1),
            "last_error": self.last_error,
            "last_error_at": self.last_error_at,
        }


class Reporter:
    """Lays the figures where the other processes find them."""

    def __init__(self, metrics: TmdbMetrics, *, rate_group: str, **told: bool) -> None:
        """`told` is laid beside the figures of `metrics`."""
        self._metrics = metrics
        self._rate_group = rate_group
        self._told = told
        self._is_slowed = False

    async def report_metrics(self, engine: AsyncEngine) -> None:
        told = self._metrics.report() | self._told
        if self._is_slowed != (told["rate"] < SLOWED * told["limit"]):
            self._is_slowed = not self._is_slowed
            log.info("requests to TMDB %s: %.0f a second", "slowed" if self._is_slowed else "recovered", told["rate"])
        values = {"rate_group": self._rate_group, "figures": told, "reported_at": func.now()}
        async with engine.begin() as db:
            await db.execute(
                insert(WorkerReport).values(values).on_conflict_do_update(index_elements=["rate_group"], set_=values)
            )
