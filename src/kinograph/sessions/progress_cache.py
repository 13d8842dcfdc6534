"""The progress of sessions: counted at most once a second for a session, however many watch it, and at once when its
owner has changed something in any process."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.films.batching import Batched
from kinograph.sessions.progress import Progress, count_again, count_progress

FRESH_SECONDS = 1.0
KEPT = 2_000  # sessions whose progress a process remembers
ASKED_TOGETHER = 100  # sessions

# What an owner changes counts up `owners.changes`; so whoever asks next sees it, at whatever process. That a session is
# complete is seen as soon.
CHANGES = """
    SELECT sessions.id, coalesce(owners.changes, 0) AS changes, sessions.status
    FROM sessions LEFT JOIN owners ON owners.id = sessions.owner_id WHERE sessions.id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class Count:
    """When it began, and what it came to."""

    begun: float
    task: asyncio.Future[Progress | None]

    @property
    def is_fresh(self) -> bool:
        """Whether it is good for whoever sees nothing changed since."""
        return not self.task.done() or time.monotonic() - self.begun < FRESH_SECONDS


class ProgressCache:
    """The progress of sessions for everybody who asks in this process: one count a second, shared, and another where
    its owner has changed something since. Each question takes one statement: a count tells what was changed as well."""

    def __init__(self, engine: AsyncEngine, *, rate_group: str) -> None:
        self._reading = database.for_single_statements(engine)
        self._rate_group = rate_group
        self._counts: OrderedDict[UUID, Count] = OrderedDict()
        self._read_changes = Batched(self._read_all_changes, seconds=0, most=ASKED_TOGETHER)

    async def progress(self, session_id: UUID) -> Progress | None:
        count = self._counts.get(session_id)
        if count is None or not count.is_fresh:
            return await self._wait_for(session_id, self._begin(session_id))
        changes = await self._read_changes(session_id)
        count = self._counts.get(session_id, count)
        progress = await self._wait_for(session_id, count)
        if _has_seen(progress, changes):
            return progress
        # Of those who saw the same one counts anew, and the others have what it came to.
        newer = self._counts.get(session_id, count)
        return await self._wait_for(session_id, self._begin(session_id) if newer is count else newer)

    def remember(self, progress: Progress) -> None:
        """Takes over what was counted elsewhere: whoever asks next looks whether that still holds, and counts only
        where it does not."""
        counted: asyncio.Future[Progress | None] = asyncio.get_running_loop().create_future()
        counted.set_result(progress)
        self._keep(progress.session_id, Count(-math.inf, counted))

    def forget(self, session_id: UUID) -> None:
        """Lets the next asker count anew, after a change that must be seen at once."""
        self._counts.pop(session_id, None)

    def _begin(self, session_id: UUID) -> Count:
        before = self._counts.get(session_id)
        count = Count(
            time.monotonic(), asyncio.create_task(self._count(session_id, _result(before.task) if before else None))
        )
        self._keep(session_id, count)
        return count

    def _keep(self, session_id: UUID, count: Count) -> None:
        self._counts[session_id] = count
        self._counts.move_to_end(session_id)
        if len(self._counts) > KEPT:
            self._counts.popitem(last=False)

    async def _wait_for(self, session_id: UUID, count: Count) -> Progress | None:
        try:
            # One asker that goes away must not take the count from the others.
            return await asyncio.shield(count.task)
        except Exception:
            if self._counts.get(session_id) is count:
                self.forget(session_id)
            raise

    async def _read_all_changes(self, session_ids: Sequence[UUID]) -> list[tuple[int, str] | None]:
        """None for a session that is gone."""
        async with self._reading.connect() as db:
            rows = await database.fetch(db, CHANGES, list(set(session_ids)))
        found = {id: (changes, status) for id, changes, status in rows}
        return [found.get(session_id) for session_id in session_ids]

    async def _count(self, session_id: UUID, before: Progress | None) -> Progress | None:
        async with self._reading.connect() as db:
            if before:
                return await count_again(db, before, rate_group=self._rate_group)
            return await count_progress(db, session_id, rate_group=self._rate_group)


def _result(task: asyncio.Future[Progress | None]) -> Progress | None:
    """What a count came to, if it has."""
    return task.result() if task.done() and not task.cancelled() and not task.exception() else None


def _has_seen(progress: Progress | None, changes: tuple[int, str] | None) -> bool:
    """Whether a count knows at least what was read of its session since it began."""
    if progress is None or changes is None:
        return progress is None and changes is None
    changed, status = changes
    return progress.changes >= changed and progress.status == status
