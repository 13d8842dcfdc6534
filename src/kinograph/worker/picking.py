"""Takes jobs from the queue only as fast as TMDB can be asked for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import EntrypointExecutionParameter, Queries


class PacedQueue(QueueManager):
    """While `line` requests wait for their turn at TMDB, no job is taken: what waits here holds a place that a
    newcomer's films could have, and they overtake only what is still in the queue."""

    def __init__(self, connection: asyncpg.Connection, *, count_waiting: Callable[[], int], line: int) -> None:
        super().__init__(Queries(AsyncpgDriver(connection)))
        self._count_waiting = count_waiting
        self._line = line

    async def verify_structure(self) -> None:
        """Nothing: the revision of the tables has been read. It looks through the whole catalogue, all of which
        PostgreSQL's process for the queue then remembers for good."""

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job, None]:
        """As its own, which takes as many as may be under way."""
        room = self._line - self._count_waiting()
        while room > 0 and not self.shutdown.is_set():
            jobs = await self.queries.dequeue(
                batch_size=min(batch_size, room),
                entrypoints={
                    name: EntrypointExecutionParameter(concurrency_limit=executor.parameters.concurrency_limit)
                    for name, executor in self.entrypoint_registry.items()
                },
                queue_manager_id=self.queue_manager_id,
                global_concurrency_limit=global_concurrency_limit,
                heartbeat_timeout=heartbeat_timeout,
            )
            if not jobs:
                break
            room -= len(jobs)  # they are not in the line yet
            for job in jobs:
                yield job
