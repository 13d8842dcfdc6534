"""A session's own address: open to whoever has it, or closed, so that only shares lead others in."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from sqlalchemy import func, update

from kinograph.sessions import owners
from kinograph.sessions.models import Session


async def set_closed(request: Request, session_id: UUID, *, closed: bool) -> None:
    """Holds for whoever asks next, at any process."""
    value = func.coalesce(Session.closed_at, func.now()) if closed else None
    async with request.app.state.engine.begin() as db:
        closed_of = update(Session).where(Session.id == session_id).values(closed_at=value).returning(Session.owner_id)
        if owner_id := await db.scalar(closed_of):
            await owners.note_change(db, owner_id)
    request.app.state.progress_cache.forget(session_id)
