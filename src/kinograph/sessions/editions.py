"""The exports of one member over time: the same one sent again, and a newer one beside the older."""

from __future__ import annotations

import hashlib
from uuid import UUID

import orjson
from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.export import Export
from kinograph.sessions.models import Session

TOLD = ("films", "watched", "ratings", "viewings", "reviews", "likes", "watchlist", "lists")


def fingerprint(read: Export) -> bytes:
    """Of what the export tells, not of its bytes: a browser that packs it anew sends the same export."""
    told = {name: getattr(read, name) for name in TOLD}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)).digest()


async def same(db: AsyncConnection, read: Export, *, owner_id: int) -> UUID | None:
    """The session this owner has of the very same export."""
    found: UUID | None = await db.scalar(
        select(Session.id).where(
            Session.owner_id == owner_id,
            Session.fingerprint == fingerprint(read),
            or_(Session.expires_at.is_(None), Session.expires_at > func.now()),
        )
    )
    return found


async def delete_expired(db: AsyncConnection, read: Export, *, owner_id: int) -> None:
    """Makes room where the session of the very same export has expired and waits to be deleted."""
    await db.execute(
        delete(Session).where(
            Session.owner_id == owner_id,
            Session.fingerprint == fingerprint(read),
            Session.expires_at <= func.now(),
        )
    )


# At least half of the older export's log entries are in the newer one: nobody else's diary has them.
RELATIVES = text(
    """
    SELECT older.id, older.made_at
    FROM sessions older
    JOIN viewings ON viewings.session_id = older.id
    WHERE older.owner_id = :owner_id AND older.id <> :session_id AND viewings.entry_id IS NOT NULL
    GROUP BY older.id
    HAVING 2 * count(*) FILTER (
        WHERE viewings.entry_id IN (SELECT entry_id FROM viewings WHERE session_id = :session_id)
    ) >= count(*)
    ORDER BY older.made_at DESC NULLS LAST, older.created_at DESC
    """
)


async def link(db: AsyncConnection, session_id: UUID, read: Export, *, owner_id: int) -> None:
    """Makes this session the successor of the newest one of the same member that is not newer than it."""
    relatives = (await db.execute(RELATIVES, {"owner_id": owner_id, "session_id": session_id})).all()
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
