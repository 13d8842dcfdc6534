"""Counts what is new since the export before, for the overview; kept, since two stored exports do not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import bindparam

from kinograph.changes.comparison import Comparison, NoExportBefore, compare_exports
from kinograph.changes.models import CountedChanges
from kinograph.sessions.access import SessionNotFound
from kinograph.stats.session_page import SessionPage
from kinograph.stats.since import MOST_POSTERS, Since

KEPT = 1_000
"""Pairs whose changes a process remembers, of some hundred bytes each."""

COUNTER = 2
"""Of what is counted. Raise it when the comparison counts otherwise: what was stored before is then counted anew."""


class Pair(NamedTuple):
    """An export and the one before it, and when either was read anew, by a newer reader."""

    session_id: UUID
    read_at: datetime | None
    older: UUID
    older_read_at: datetime | None


class SinceCache:
    """What is new in each session since another: remembered by the process, and by the database for all of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._kept: OrderedDict[Pair, Since | None] = OrderedDict()

    async def find(self, session: SessionPage) -> Since | None:
        """None for a first export, and where nothing changed."""
        if session.older is None:
            return None
        pair = Pair(session.id, session.read_at, session.older, session.older_read_at)
        if pair not in self._kept:
            async with self._engine.begin() as db:
                return await self.compare(pair, owner_id=session.progress.owner_id, db=db)
        return self._recall(pair)

    def is_known(self, pair: Pair) -> bool:
        return pair in self._kept

    async def load(self, db: AsyncConnection, pairs: Collection[Pair]) -> None:
        """Recalls what was counted of these before, by any process."""
        unknown = {pair.session_id: pair for pair in pairs if pair not in self._kept}
        if not unknown:
            return
        rows = await db.execute(
            select(CountedChanges).where(CountedChanges.session_id.in_(unknown), CountedChanges.counter == COUNTER)
        )
        for row in rows:
            pair = Pair(row.session_id, row.read_at, row.older_id, row.older_read_at)
            if unknown[row.session_id] == pair:
                self._remember(pair, _unpack(row.counts))

    async def compare(self, pair: Pair, *, owner_id: int | None, db: AsyncConnection) -> Since | None:
        """The same of any two exports of the owner."""
        await self.load(db, [pair])
        if pair not in self._kept:
            since = await _compare(db, pair, owner_id)
            await _store(db, pair, since)
            self._remember(pair, since)
        return self._recall(pair)

    def _remember(self, pair: Pair, since: Since | None) -> None:
        self._kept[pair] = since
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _recall(self, pair: Pair) -> Since | None:
        self._kept.move_to_end(pair)
        return self._kept[pair]


# Of two that are still there: either may be deleted at this moment.
STORE = text(
    """
    WITH both_there AS MATERIALIZED (
        SELECT new.id, old.id AS older_id FROM sessions new, sessions old
        WHERE new.id = :session_id AND old.id = :older FOR KEY SHARE
    )
    INSERT INTO counted_changes (session_id, older_id, read_at, older_read_at, counter, counts)
    SELECT id, older_id, CAST(:read_at AS timestamptz), CAST(:older_read_at AS timestamptz), :counter, :counts
    FROM both_there
    ON CONFLICT (session_id) DO UPDATE SET older_id = excluded.older_id, read_at = excluded.read_at,
        older_read_at = excluded.older_read_at, counter = excluded.counter, counts = excluded.counts
    """
).bindparams(bindparam("counts", type_=JSONB(none_as_null=True)))


async def _store(db: AsyncConnection, pair: Pair, since: Since | None) -> None:
    await db.execute(STORE, {**pair._asdict(), "counter": COUNTER, "counts": _pack(since)})


def _pack(since: Since | None) -> dict[str, Any] | None:
    if since is None:
        return None
    met = [(n, day and day.isoformat()) for n, day in since.met]
    return asdict(since) | {"older": str(since.older), "day": since.day.isoformat(), "met": met}


def _unpack(counts: dict[str, Any] | None) -> Since | None:
    if counts is None:
        return None
    return Since(
        **counts
        | {
            "older": UUID(counts["older"]),
            "day": date.fromisoformat(counts["day"]),
            "new": tuple(counts["new"]),
            "met": tuple((n, day and date.fromisoformat(day)) for n, day in counts["met"]),
        }
    )


async def _compare(db: AsyncConnection, pair: Pair, owner_id: int | None) -> Since | None:
    try:
        comparison = await compare_exports(db, pair.session_id, owner_id=owner_id, since=pair.older)
    except (NoExportBefore, SessionNotFound):  # deleted within this second
        return None
    return _count(comparison)


def _count(comparison: Comparison) -> Since | None:
    changes = comparison.changes
    new = changes.films.added if changes.films else ()
    # The best rated are shown; the page itself decides among equals.
    best = sorted(new, key=lambda film: film.rating or 0, reverse=True)[: 4 * MOST_POSTERS]
    since = Since(
        older=comparison.since.id,
        day=comparison.since.day,
        films=len(new),
        rated=len(changes.ratings.changed) if changes.ratings else 0,
        wishes=len(changes.watched_wishes),
        milestone=next((each.number for each in comparison.milestones if each.of == "viewings"), None),
        new=tuple(film.n for film in best),
        met=tuple((n, film.wished_on) for n, film in zip(changes.watched_numbers, changes.watched_wishes, strict=True)),
    )
    return None if since.is_empty else since
