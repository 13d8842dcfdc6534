"""The exports of one member over time: each session knows the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions import member_match
from kinograph.sessions.export import Export
from kinograph.sessions.models import Session

MOST_COMPARED = 12  # of an owner's sessions, the newest exports
# Of a session alone, and never joined with another: right after an upload the planner takes one for a row or two.
ENTRIES = text(
    """
    SELECT viewings.entry_id, films.title, films.year, viewings.watched_on
    FROM viewings
    JOIN session_films ON session_films.session_id = viewings.session_id AND session_films.n = viewings.film_n
    JOIN films ON films.id = session_films.film_id
    WHERE viewings.session_id = :id
    """
)
WATCHED = text(
    """
    SELECT films.letterboxd_id, films.title, films.year, session_films.marked_on, session_films.rated_on
    FROM session_films JOIN films ON films.id = session_films.film_id
    WHERE session_films.session_id = :id AND session_films.watched
    """
)


async def link_predecessor(db: AsyncConnection, session_id: UUID, read: Export, *, owner_id: int) -> None:
    """Makes this session the successor of the newest one of the same member that is not newer than it, unless it has
    its place already."""
    if await db.scalar(select(exists().where(or_(Session.predecessor_id == session_id, _has_predecessor(session_id))))):
        return
    relatives = await _find_relatives(db, session_id, read, owner_id=owner_id)
    for relative in relatives:
        if read.made_at and relative.made_at and relative.made_at > read.made_at:
            continue
        await db.execute(update(Session).where(Session.id == session_id).values(predecessor_id=relative.id))
        # Whoever followed that one follows this one, which lies between them.
        await db.execute(
            update(Session)
            .where(Session.predecessor_id == relative.id, Session.id != session_id)
            .values(predecessor_id=session_id)
        )
        return
    if relatives:  # an older export, sent after newer ones: the oldest of them follows it
        await db.execute(update(Session).where(Session.id == relatives[-1].id).values(predecessor_id=session_id))


async def _find_relatives(
    db: AsyncConnection, session_id: UUID, read: Export, *, owner_id: int
) -> Sequence[Row[UUID, datetime | None]]:
    """The owner's sessions of the same member, the newest export first."""
    candidates = await db.execute(
        select(Session.id, Session.made_at)
        .where(Session.owner_id == owner_id, Session.id != session_id)
        .order_by(Session.made_at.desc().nulls_last(), Session.created_at.desc())
        .limit(MOST_COMPARED)
    )
    ours = await asyncio.to_thread(member_match.take_trace, read)
    found = []
    for candidate in candidates.all():
        of = {"id": candidate.id}
        entries = [member_match.DiaryEntry(*row) for row in await db.execute(ENTRIES, of)]
        watched = [member_match.Watched(*row) for row in await db.execute(WATCHED, of)]
        if await asyncio.to_thread(member_match.are_of_one_member, ours, member_match.Trace(entries, watched)):
            found.append(candidate)
    return found


def _has_predecessor(session_id: UUID) -> ColumnElement[bool]:
    return and_(Session.id == session_id, Session.predecessor_id.is_not(None))
