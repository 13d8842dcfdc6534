"""The exports of one member over time: each session knows the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions import member_match
from kinograph.sessions.models import Session

if TYPE_CHECKING:
    from kinograph.sessions.export import Export

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
        theirs = await _take_trace(db, candidate.id, {})
        if await asyncio.to_thread(member_match.are_of_one_member, ours, theirs):
            found.append(candidate)
    return found


@dataclass(slots=True, eq=False)
class Line:
    """Sessions of which each knows the one before, the oldest first."""

    sessions: list[Any]
    is_changed: bool = False

    def sort(self) -> None:
        self.sessions.sort(key=lambda session: (session.made, session.created_at))


async def link_adopted(db: AsyncConnection, owner_id: int, adopted: Collection[UUID]) -> None:
    """Puts sessions that came to an owner between those of the same member that were there, by the days they were
    made. Only the newest of each line of exports is compared, so however many came, few are read."""
    mine = await _read_lines(db, owner_id)
    came = [line for line in mine if any(session.id in adopted for session in line.sessions)]
    stayed = [line for line in mine if line not in came]
    traces: dict[UUID, member_match.Trace] = {}
    for line in came:
        newest = await _take_trace(db, line.sessions[-1].id, traces)
        for other in stayed[:MOST_COMPARED]:
            others = await _take_trace(db, other.sessions[-1].id, traces)
            if await asyncio.to_thread(member_match.are_of_one_member, newest, others):
                other.sessions += line.sessions
                other.sort()
                other.is_changed = True
                break
        else:
            line.is_changed = True  # one of it may be the same as one that was there
            stayed.append(line)
    for line in filter(lambda line: line.is_changed, stayed):
        for before, session in zip((None, *line.sessions), line.sessions, strict=False):
            if (predecessor := before.id if before else None) != session.predecessor_id:
                await db.execute(update(Session).where(Session.id == session.id).values(predecessor_id=predecessor))


async def _read_lines(db: AsyncConnection, owner_id: int) -> list[Line]:
    """The owner's sessions by line, the newest line first."""
    made = func.coalesce(Session.made_at, Session.created_at).label("made")
    rows = await db.execute(
        select(Session.id, Session.predecessor_id, Session.created_at, made)
        .where(Session.owner_id == owner_id)
        .order_by(made, Session.created_at)
    )
    lines: dict[UUID, Line] = {}
    sessions = {row.id: row for row in rows}
    for session in sessions.values():
        lines[session.id] = Line([session])
    for session in sessions.values():
        if session.predecessor_id in sessions and lines[session.id] is not lines[session.predecessor_id]:
            one, other = lines[session.id], lines[session.predecessor_id]
            other.sessions += one.sessions
            for each in one.sessions:
                lines[each.id] = other
    found = list({id(line): line for line in lines.values()}.values())
    for line in found:
        line.sort()
    return sorted(found, key=lambda line: line.sessions[-1].made, reverse=True)


async def _take_trace(
    db: AsyncConnection, session_id: UUID, taken: dict[UUID, member_match.Trace]
) -> member_match.Trace:
    if session_id not in taken:
        of = {"id": session_id}
        entries = [member_match.DiaryEntry(*row) for row in await db.execute(ENTRIES, of)]
        watched = [member_match.Watched(*row) for row in await db.execute(WATCHED, of)]
        taken[session_id] = member_match.Trace(entries, watched)
    return taken[session_id]


def _has_predecessor(session_id: UUID) -> ColumnElement[bool]:
    return and_(Session.id == session_id, Session.predecessor_id.is_not(None))
