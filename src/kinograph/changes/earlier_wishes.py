"""Wishes of all exports that came before one, as far as it says that they were watched."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.changes.since import SinceCache
from kinograph.stats.session_page import SessionPage

Met = tuple[tuple[int, date | None], ...]
KEPT = 200  # sessions that a process remembers, of some kilobytes each

CHAIN = text(
    """
    WITH RECURSIVE chain AS (
        SELECT id, predecessor_id, 1 AS place FROM sessions WHERE id = :older
        UNION ALL
        SELECT sessions.id, sessions.predecessor_id, place + 1
        FROM chain JOIN sessions ON sessions.id = chain.predecessor_id WHERE place < 100
    )
    SELECT id FROM chain ORDER BY place
    """
)
# Of one that was watched before it was wished for, a viewing of a later day has to say so.
MET = text(
    """
    SELECT now.n, min(old.wanted_on) AS wanted_on
    FROM session_films old JOIN session_films now USING (film_id)
    WHERE old.session_id = ANY(:earlier) AND old.watchlist AND now.session_id = :id AND now.watched
    AND NOT now.watchlist AND (NOT old.watched OR EXISTS (
        SELECT FROM viewings WHERE session_id = now.session_id AND film_n = now.n AND watched_on > old.wanted_on
    ))
    GROUP BY now.n ORDER BY now.n
    """
)


class EarlierWishes:
    """What the export before tells, by a comparison of the two; what those before that tell, by the films' own rows."""

    def __init__(self, engine: AsyncEngine, since: SinceCache) -> None:
        self._engine = engine
        self._since = since
        self._kept: OrderedDict[tuple[UUID, object, tuple[UUID, ...]], Met] = OrderedDict()

    async def find_chain(self, older: UUID | None) -> tuple[UUID, ...]:
        """The exports of one member from this on back, as far as they are there."""
        if older is None:
            return ()
        async with self._engine.connect() as db:
            return tuple(await db.scalars(CHAIN, {"older": older}))

    async def find_met(self, session: SessionPage) -> Met:
        """The films watched that the watchlist of an earlier export had, by their numbers, and the days they were
        wished for."""
        since = await self._since.find(session)
        met = since.met if since else ()
        chain = await self.find_chain(session.older)
        if len(chain) < 2:
            return met
        told = {n for n, _ in met}
        return (*met, *((n, day) for n, day in await self._find_earlier(session, chain) if n not in told))

    async def _find_earlier(self, session: SessionPage, chain: Sequence[UUID]) -> Met:
        key = (session.id, session.read_at, tuple(chain))
        if key not in self._kept:
            async with self._engine.connect() as db:
                rows = await db.execute(MET, {"id": session.id, "earlier": list(chain[1:])})
                self._kept[key] = tuple((row.n, row.wanted_on) for row in rows)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]
