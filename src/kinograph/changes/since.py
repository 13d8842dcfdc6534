"""Counts what is new since the export before, for the overview; kept, since two stored exports do not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.changes.comparison import Comparison, NoExportBefore, compare_exports
from kinograph.sessions.access import SessionNotFound
from kinograph.stats.session_page import SessionPage
from kinograph.stats.since import MOST_POSTERS, Since

KEPT = 1_000
"""Sessions whose changes a process remembers, of some hundred bytes each."""


class SinceCache:
    """What is new in each session looked at last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._kept: OrderedDict[Hashable, Since | None] = OrderedDict()

    async def find(self, session: SessionPage) -> Since | None:
        """None for a first export, and where nothing changed."""
        if session.older is None:
            return None
        # Either may be read anew, by a newer reader.
        key = (session.id, session.read_at, session.older, session.older_read_at)
        if key not in self._kept:
            self._kept[key] = await self._compare(session)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    async def _compare(self, session: SessionPage) -> Since | None:
        async with self._engine.connect() as db:
            try:
                comparison = await compare_exports(
                    db, session.id, owner_id=session.progress.owner_id, since=session.older
                )
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
