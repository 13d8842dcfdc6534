"""Counts what is new since the export before, for the overview; kept, since two stored exports do not change."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.changes.comparison import Comparison, NoExportBefore, compare_exports
from kinograph.sessions.access import SessionNotFound
from kinograph.stats.session_page import SessionPage
from kinograph.stats.since import MOST_POSTERS, Since

KEPT = 1_000
"""Sessions whose changes a process remembers, of some hundred bytes each."""


class Pair(NamedTuple):
    """An export and the one before it, and when either was read anew, by a newer reader."""

    session_id: UUID
    read_at: datetime | None
    older: UUID
    older_read_at: datetime | None


class SinceCache:
    """What is new in each session looked at last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._kept: OrderedDict[Pair, Since | None] = OrderedDict()

    async def find(self, session: SessionPage) -> Since | None:
        """None for a first export, and where nothing changed."""
        if session.older is None:
            return None
        pair = Pair(session.id, session.read_at, session.older, session.older_read_at)
        return await self.compare(pair, owner_id=session.progress.owner_id)

    def is_known(self, pair: Pair) -> bool:
        return pair in self._kept

    async def compare(self, pair: Pair, *, owner_id: int | None, db: AsyncConnection | None = None) -> Since | None:
        """The same of any two exports of the owner, by a connection of the caller's or another."""
        if pair not in self._kept:
            if db is None:
                async with self._engine.connect() as own:
                    self._kept[pair] = await _compare(own, pair, owner_id)
            else:
                self._kept[pair] = await _compare(db, pair, owner_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(pair)
        return self._kept[pair]


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
    )
    return None if since.is_empty else since
