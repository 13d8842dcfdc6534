"""How far a session has come: counted from rows, at most once a second for a session, however many watch it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.sessions.models import Status

FRESH_SECONDS = 1.0
KEPT = 2_000  # sessions whose progress a process remembers
RATE_SECONDS = 5  # the time over which the rate is measured


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts are of the watched films; `digest` is of what holds for each film, watched or not."""

    session_id: UUID
    owner_id: int | None
    status: Status
    key_state: str | None
    created_at: datetime
    expires_at: datetime | None
    total: int
    enriched: int
    unmatched: int
    failed: int
    recently: int  # settled within the last RATE_SECONDS, and since the upload
    digest: int
    counted_at: datetime
    made_at: datetime | None = None  # when Letterboxd made the export; None: nobody knows
    closed: bool = False  # whether only its owner may see it at its own address

    @property
    def settled(self) -> int:
        return self.enriched + self.unmatched + self.failed

    @property
    def paused(self) -> str | None:
        """no_key or bad_key while films wait and TMDB does not let us in."""
        return self.key_state if self.status == Status.ENRICHING and self.key_state in ("no_key", "bad_key") else None

    @property
    def percent(self) -> float:
        """0 to 100 with one decimal, rounded down: 100 is said when everything is settled, not before."""
        return math.floor(1000 * self.settled / self.total) / 10 if self.total else 100.0

    @property
    def rate(self) -> float | None:
        """Films a second; None while nothing moves."""
        moving = self.status == Status.ENRICHING and self.recently and not self.paused
        age = (self.counted_at - self.created_at).total_seconds()
        return self.recently / min(max(age, 1.0), RATE_SECONDS) if moving else None

    @property
    def seconds_left(self) -> int | None:
        return math.ceil((self.total - self.settled) / self.rate) if self.rate else None

    @property
    def estimated_completion(self) -> datetime | None:
        left = self.seconds_left
        return None if left is None else self.counted_at + timedelta(seconds=left)

    @property
    def version(self) -> str:
        """Changes when the page would: a film settled or corrected, facts refreshed, a session completed or paused."""
        return f"{self.digest & 0xFFFF_FFFF_FFFF_FFFF:x}-{self.status}{'-' + self.paused if self.paused else ''}"


COUNT = text(
    """
    SELECT sessions.owner_id, sessions.status, sessions.created_at, sessions.made_at, sessions.expires_at,
           sessions.closed_at IS NOT NULL AS closed,
           (SELECT key_state FROM tmdb_state WHERE rate_group = :rate_group) AS key_state,
           clock_timestamp() AS counted_at, counts.*
    FROM sessions, LATERAL (
        SELECT count(*) FILTER (WHERE watched) AS total,
               count(*) FILTER (WHERE watched AND state = 'matched') AS enriched,
               count(*) FILTER (WHERE watched AND state = 'unmatched') AS unmatched,
               count(*) FILTER (WHERE watched AND state = 'failed') AS failed,
               count(*) FILTER (
                   WHERE watched
                   AND settled_at > greatest(sessions.created_at, now() - make_interval(secs => :rate_seconds))
               ) AS recently,
               -- Not the newest moment: of two that are written at once, the older may be seen last.
               coalesce(bit_xor(hash_record_extended(ROW(n, state, facts_id, settled_at, read_at), 0)), 0) AS digest
        FROM session_matches WHERE session_id = :session_id
    ) counts
    WHERE sessions.id = :session_id AND (sessions.expires_at IS NULL OR sessions.expires_at > now())
    """
)


async def count_progress(db: AsyncConnection, session_id: UUID, *, rate_group: str) -> Progress | None:
    """None where there is no such session, or no longer."""
    row = (
        await db.execute(
            COUNT, {"session_id": session_id, "rate_group": rate_group, "rate_seconds": float(RATE_SECONDS)}
        )
    ).one_or_none()
    if row is None:
        return None
    return Progress(**{**row._mapping, "status": Status(row.status)}, session_id=session_id)


async def complete_sessions(db: AsyncConnection, session_id: UUID | None = None) -> int:
    """Ends every enriching session (or this one) whose watched films are all settled, whatever share was matched.

    Run after the commits of those films, never inside one: two last films at once would each see the other open.
    """
    done = await db.execute(
        text(
            "UPDATE sessions SET status = 'completed', completed_at = now()"
            " WHERE status = 'enriching' AND id = coalesce(CAST(:id AS uuid), id) AND NOT EXISTS"
            " (SELECT FROM session_matches WHERE session_id = sessions.id AND watched AND state = 'pending')"
        ),
        {"id": session_id},
    )
    return done.rowcount


class ProgressCache:
    """The progress of sessions for everybody who asks in this process: one count a second, shared."""

    def __init__(self, engine: AsyncEngine, *, rate_group: str) -> None:
        self._engine = engine
        self._rate_group = rate_group
        self._counts: OrderedDict[UUID, tuple[float, asyncio.Task[Progress | None]]] = OrderedDict()

    async def progress(self, session_id: UUID) -> Progress | None:
        started, task = self._counts.get(session_id, (-math.inf, None))
        if task is None or (task.done() and time.monotonic() - started >= FRESH_SECONDS):
            task = asyncio.create_task(self._count(session_id))
            self._counts[session_id] = (time.monotonic(), task)
            self._counts.move_to_end(session_id)
            if len(self._counts) > KEPT:
                self._counts.popitem(last=False)
        try:
            # One asker that goes away must not take the count from the others.
            return await asyncio.shield(task)
        except Exception:
            if self._counts.get(session_id, (0, None))[1] is task:
                self.forget(session_id)
            raise

    def forget(self, session_id: UUID) -> None:
        """Lets the next asker count anew, after a change that must be seen at once."""
        self._counts.pop(session_id, None)

    async def _count(self, session_id: UUID) -> Progress | None:
        async with self._engine.connect() as db:
            return await count_progress(db, session_id, rate_group=self._rate_group)


def extend_expiry(progress: Progress, *, lifetime_days: int, now: datetime | None = None) -> datetime | None:
    """The new expiry that this visit earns, or None where it earns none: it moves at most once a day."""
    if progress.expires_at is None or not lifetime_days:
        return None
    expires_at = (now or datetime.now(UTC)) + timedelta(days=lifetime_days)
    return expires_at if expires_at - progress.expires_at >= timedelta(days=1) else None
