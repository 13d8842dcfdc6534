"""How far a session has come, counted from its rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.models import Status
from kinograph.sessions.owners import STAYS

COMPLETED_AT_ONCE = 50
NEWS = 1_000  # changed films that are looked through before a session is rather counted anew
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
    read_at: datetime | None = None  # when it was read anew
    answers: int = 0  # a digest of its owner's corrections
    changes: int = 0  # how much its owner had changed
    snapshot: str = ""  # the moment it was counted, as PostgreSQL knows moments

    @property
    def settled(self) -> int:
        return self.enriched + self.unmatched + self.failed

    @property
    def paused(self) -> str | None:
        """no_key or bad_key while films wait and TMDB does not let us in, away while it does not answer."""
        return self.key_state if self.status == Status.ENRICHING and self.key_state != "ok" else None

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


ANSWERS = """(
    SELECT coalesce(bit_xor(hash_record_extended(ROW(id, answer, facts_id, changed_at, refreshed_at), 0)), 0)
    FROM repairs WHERE repairs.owner_id = sessions.owner_id
)"""
# What an owner changes counts them up, in whatever process.
CHANGED = "(SELECT coalesce(max(changes), 0) FROM owners WHERE owners.id = sessions.owner_id)"
COUNT = text(
    f"""
    SELECT sessions.owner_id, sessions.status, sessions.created_at, sessions.made_at, sessions.expires_at,
           sessions.closed_at IS NOT NULL AS closed, sessions.read_at,
           (SELECT key_state FROM tmdb_state WHERE rate_group = :rate_group) AS key_state,
           clock_timestamp() AS counted_at, pg_current_snapshot()::text AS snapshot, {ANSWERS} AS answers,
           {CHANGED} AS changes, counts.*
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
    AND {STAYS}
    """  # noqa: S608 - our own text
)
# What may be different without counting. `changed_in` tells, whatever the clocks say, which films a snapshot has not
# seen as they are: an index lists the newest of them. Of too many the session is counted rather than asked for each.
LOOK = text(
    f"""
    WITH news AS MATERIALIZED (
        SELECT id, changed_in FROM films WHERE changed_in >= CAST(:oldest AS bigint)
        ORDER BY changed_in DESC LIMIT :news + 1
    )
    SELECT sessions.owner_id, sessions.status, sessions.expires_at, sessions.closed_at IS NOT NULL AS closed,
           sessions.read_at, (SELECT key_state FROM tmdb_state WHERE rate_group = :rate_group) AS key_state,
           clock_timestamp() AS counted_at, pg_current_snapshot()::text AS snapshot, {ANSWERS} AS answers,
           {CHANGED} AS changes, (SELECT count(*) FROM news) > :news OR EXISTS (
               SELECT FROM news WHERE NOT pg_visible_in_snapshot(
                   changed_in::text::xid8, CAST(CAST(:snapshot AS text) AS pg_snapshot)
               ) AND EXISTS (
                   SELECT FROM session_films WHERE film_id = news.id AND session_films.session_id = :session_id
               )
           ) AS has_news
    FROM sessions
    WHERE sessions.id = :session_id AND (sessions.expires_at IS NULL OR sessions.expires_at > now())
    AND {STAYS}
    """  # noqa: S608 - our own text
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


async def count_again(db: AsyncConnection, before: Progress, *, rate_group: str) -> Progress | None:
    """As count_progress, but does not count where nothing has changed: then it costs the same for any session."""
    if before.recently:  # even where nothing changes, these grow fewer
        return await count_progress(db, before.session_id, rate_group=rate_group)
    asked = {
        "session_id": before.session_id,
        "rate_group": rate_group,
        "snapshot": before.snapshot,
        "oldest": int(before.snapshot.partition(":")[0]),
        "news": NEWS,
    }
    row = (await db.execute(LOOK, asked)).one_or_none()
    if row is None:
        return None
    now = {name: value for name, value in row._mapping.items() if name != "has_news"} | {"status": Status(row.status)}
    if row.has_news or any(now[name] != getattr(before, name) for name in ("status", "read_at", "answers")):
        return await count_progress(db, before.session_id, rate_group=rate_group)
    return replace(before, **now)


async def complete_session(db: AsyncConnection, session_id: UUID) -> None:
    """Ends a session that is just being stored, if all its watched films were settled before."""
    await db.execute(
        text(
            "UPDATE sessions SET status = 'completed', completed_at = now()"
            " WHERE id = :id AND status = 'enriching' AND NOT EXISTS"
            " (SELECT FROM session_matches WHERE session_id = :id AND watched AND state = 'pending')"
        ),
        {"id": session_id},
    )


# Those of which a film was settled since they were looked at last: a trigger clears what they wait for.
TO_LOOK_AT = text(
    """
    SELECT id, (
        SELECT film_id FROM session_matches
        WHERE session_id = sessions.id AND watched AND state = 'pending' ORDER BY n LIMIT 1
    ) AS pending
    FROM sessions WHERE status = 'enriching' AND waits_for IS NULL ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    """
)


ANY_TO_LOOK_AT = text("SELECT EXISTS (SELECT FROM sessions WHERE status = 'enriching' AND waits_for IS NULL)")


async def complete_sessions(db: AsyncConnection, *, most: int = COMPLETED_AT_ONCE) -> tuple[int, bool]:
    """Ends enriching sessions whose watched films are all settled, whatever share was matched, and notes for each of
    the others a film it waits for. Returns how many ended, and whether there may be more to look at.

    Run after the commits of those films, never inside one: two last films at once would each see the other open.
    """
    rows = (await db.execute(TO_LOOK_AT, {"most": most})).all()
    if done := [row.id for row in rows if row.pending is None]:
        await db.execute(
            text("UPDATE sessions SET status = 'completed', completed_at = now() WHERE id = ANY(:done)"), {"done": done}
        )
    waiting = [row for row in rows if row.pending is not None]
    if waiting:
        # Locked, so that whoever settles such a film now finds who waits for it once this has ended. A film that is
        # just being settled is none to wait for: its session is looked at again.
        pending = await db.scalars(
            text("SELECT id FROM films WHERE id = ANY(:ids) AND state = 'pending' FOR SHARE SKIP LOCKED"),
            {"ids": list({row.pending for row in waiting})},
        )
        still = set(pending)
        waiting = [row for row in waiting if row.pending in still]
        await db.execute(
            text(
                "UPDATE sessions SET waits_for = w.film_id"
                " FROM unnest(CAST(:ids AS uuid[]), CAST(:films AS bigint[])) w(id, film_id) WHERE sessions.id = w.id"
            ),
            {"ids": [row.id for row in waiting], "films": [row.pending for row in waiting]},
        )
    return len(done), len(rows) == most and bool(done or waiting)


def extend_expiry(progress: Progress, *, lifetime_days: int, now: datetime | None = None) -> datetime | None:
    """The new expiry that this visit earns, or None where it earns none: it moves at most once a day."""
    if progress.expires_at is None or not lifetime_days:
        return None
    expires_at = (now or datetime.now(UTC)) + timedelta(days=lifetime_days)
    return expires_at if expires_at - progress.expires_at >= timedelta(days=1) else None
