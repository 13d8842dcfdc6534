"""Two stored exports of one owner, side by side."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.changes.compare import Changes, compare
from kinograph.changes.milestones import Milestone, find_milestones
from kinograph.changes.reading import read_side
from kinograph.changes.sides import Side
from kinograph.errors import NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions.access import SessionNotFound
from kinograph.sessions.models import Session, Status
from kinograph.sessions.summary import Summary, summarize


class NoExportBefore(NotFound):
    heading = gettext_noop("Nothing to compare with.")
    sentence = gettext_noop("This is the oldest export we have of you. Upload an older or a newer one to compare them.")


@dataclass(frozen=True, slots=True)
class Export:
    """A stored export of an owner. `made_at` is when Letterboxd made it or, where nothing tells, when it was sent."""

    id: UUID
    made_at: datetime
    is_looked_up: bool

    @property
    def day(self) -> date:
        return self.made_at.date()


@dataclass(frozen=True)
class Comparison:
    """`totals` and `sides` are those of `since` and of `export`; lists count two files of one list once."""

    since: Export
    export: Export
    sides: tuple[Side, Side]
    totals: tuple[Summary, Summary]
    changes: Changes
    milestones: tuple[Milestone, ...]

    @property
    def is_looked_up(self) -> bool:
        """Whether what TMDB tells of both may be compared."""
        return self.since.is_looked_up and self.export.is_looked_up


async def compare_exports(
    db: AsyncConnection, session_id: UUID, *, owner_id: int | None, since: UUID | None
) -> Comparison:
    """Compares with `since`, else with the export before. Raises SessionNotFound for a session that is not the owner's,
    NoExportBefore where none is named nor there."""
    since = since or await find_export_before(db, session_id)
    if since is None:
        raise NoExportBefore
    exports = {export.id: export for export in await find_exports(db, owner_id)}
    if since not in exports or session_id not in exports:
        raise SessionNotFound
    sides = await read_side(db, since), await read_side(db, session_id)
    totals = await summarize(db, since), await summarize(db, session_id)
    return await asyncio.to_thread(_compare, exports[since], exports[session_id], sides, totals)


def _compare(since: Export, export: Export, sides: tuple[Side, Side], totals: tuple[Summary, Summary]) -> Comparison:
    changes = compare(*sides)
    before, after = totals
    if changes.lists:
        before = before.model_copy(update={"lists": changes.lists.before})
        after = after.model_copy(update={"lists": changes.lists.after})
    complete = since.is_looked_up and export.is_looked_up
    milestones = find_milestones(before, after, sides[1], complete=complete)
    return Comparison(since, export, sides, (before, after), changes, milestones)


async def find_exports(db: AsyncConnection, owner_id: int | None) -> list[Export]:
    """All of an owner that are still there, the newest first."""
    rows = await db.execute(
        select(Session.id, _made(Session), Session.status)
        .where(Session.owner_id == owner_id, _is_alive())
        .order_by(_made(Session).desc(), Session.created_at.desc())
    )
    return [Export(row.id, row.made, row.status == Status.COMPLETED) for row in rows]


async def find_export_before(db: AsyncConnection, session_id: UUID) -> UUID | None:
    """The export that a session is compared with unless another is named: the same member's before it, else the owner's
    before it, by the day Letterboxd made it or, where nothing tells that, the day of its upload."""
    this = (
        await db.execute(
            select(Session.owner_id, Session.predecessor_id, _made(Session)).where(Session.id == session_id)
        )
    ).one_or_none()
    if this is None:
        return None
    before = or_(Session.id == this.predecessor_id, _made(Session) < this.made)
    return await db.scalar(
        select(Session.id)
        .where(Session.owner_id == this.owner_id, Session.id != session_id, _is_alive(), before)
        .order_by((Session.id == this.predecessor_id).desc().nulls_last(), _made(Session).desc())
        .limit(1)
    )


def _made(session: type[Session]) -> ColumnElement[datetime]:
    return func.coalesce(session.made_at, session.created_at).label("made")


def _is_alive() -> ColumnElement[bool]:
    return or_(Session.expires_at.is_(None), Session.expires_at > func.now())
