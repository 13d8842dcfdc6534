"""A session of whoever asks, for the pages that are its owner's alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from kinograph.sessions.access import NotYours
from kinograph.stats.session_page import SessionPage, SessionPageOf


async def _owned(session: SessionPageOf) -> SessionPage:
    if not session.is_owner or session.progress.owner_id is None:
        raise NotYours
    return session


OwnedOf = Annotated[SessionPage, Depends(_owned)]
"""The session, whose owner asks."""
