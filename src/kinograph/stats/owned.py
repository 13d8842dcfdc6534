"""What is read of a session for its owner alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from kinograph.sessions.models import Session
from kinograph.stats.saved_views import VIEWS


@cache
def ask_for_owner() -> Select[Any]:
    """What the files of `session_id` said, the exports before and after it, and the views that are kept. To put the
    statement together takes as long as it runs."""
    newer, older = aliased(Session), aliased(Session)
    return (
        select(Session.warnings, Session.predecessor_id, newer.id, Session.read_at, older.read_at, VIEWS)
        .outerjoin(newer, newer.predecessor_id == Session.id)
        .outerjoin(older, older.id == Session.predecessor_id)
        .where(Session.id == bindparam("session_id"))
        .limit(1)
    )
