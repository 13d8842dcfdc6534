"""All exports of an owner, the newest first, and what each has more than the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.i18n import gettext, ngettext
from kinograph.shares.models import Share
from kinograph.shares.store import IS_OPEN

MOST = 500
"""Exports listed, which is one a week for ten years."""


@dataclass(slots=True)
class Own:
    """An export of whoever looks: its watched films and diary entries, and how many more those are than in the export
    `before` it, None where there is none. `made_at` is when Letterboxd made it, where its name tells."""

    id: UUID
    made_at: datetime | None
    created_at: datetime
    read_at: datetime | None
    expires_at: datetime | None
    name: str | None
    sent_bytes: int | None
    films: int
    viewings: int
    before: Own | None = None

    @property
    def day(self) -> date:
        return (self.made_at or self.created_at).date()

    @property
    def more_films(self) -> int | None:
        return self.films - self.before.films if self.before else None

    @property
    def more_viewings(self) -> int | None:
        return self.viewings - self.before.viewings if self.before else None

    @property
    def difference(self) -> str:
        """What changed since the export before, in words; empty where there was none."""
        if self.more_films is None or self.more_viewings is None:
            return ""
        if not (self.more_films or self.more_viewings):
            return gettext("no change since the previous export")
        films = ngettext("%(sign)s%(n)s film", "%(sign)s%(n)s films", abs(self.more_films), sign=sign(self.more_films))
        viewings = ngettext(
            "%(sign)s%(n)s viewing", "%(sign)s%(n)s viewings", abs(self.more_viewings), sign=sign(self.more_viewings)
        )
        changed = [text for text, n in ((films, self.more_films), (viewings, self.more_viewings)) if n]
        return gettext("%(changes)s since the previous export", changes=", ".join(changed))


def sign(n: int) -> str:
    return "+" if n > 0 else "\u2212"


EXPORTS = text(
    "SELECT id, made_at, created_at, read_at, expires_at, name, sent_bytes, predecessor_id,"
    " (SELECT count(*) FROM session_films WHERE session_id = sessions.id AND watched) AS films,"
    " (SELECT count(*) FROM viewings WHERE session_id = sessions.id) AS viewings"
    " FROM sessions WHERE owner_id = :owner_id AND (expires_at IS NULL OR expires_at > now())"
    " ORDER BY coalesce(made_at, created_at) DESC, created_at DESC LIMIT :most"
)


async def list_exports(db: AsyncConnection, owner_id: int, *, most: int = MOST) -> list[Own]:
    """The owner's exports, the newest first; each knows the one that its member sent before."""
    rows = (await db.execute(EXPORTS, {"owner_id": owner_id, "most": most})).all()
    exports = {row.id: _make_own(row) for row in rows}
    for row in rows:
        exports[row.id].before = exports.get(row.predecessor_id)
    return list(exports.values())


def _make_own(row: Row[Any]) -> Own:
    return Own(**{key: value for key, value in row._mapping.items() if key != "predecessor_id"})


async def count_links(db: AsyncConnection, owner_id: int) -> int:
    """The open links of an owner to any of their exports."""
    return await _count(db, Share.owner_id == owner_id)


async def count_links_to(db: AsyncConnection, session_id: UUID) -> int:
    """The open links that go with a session."""
    return await _count(db, Share.session_id == session_id)


async def _count(db: AsyncConnection, which: ColumnElement[bool]) -> int:
    return await db.scalar(select(func.count()).select_from(Share).where(which, IS_OPEN)) or 0


async def find_newest(db: AsyncConnection, owner_id: int) -> UUID | None:
    """The owner's newest export."""
    newest = await list_exports(db, owner_id, most=1)
    return newest[0].id if newest else None


def group_by_year(exports: Sequence[Own]) -> list[tuple[int, list[Own]]]:
    """The exports under the years they were made in, the newest first."""
    years: dict[int, list[Own]] = {}
    for export in exports:
        years.setdefault(export.day.year, []).append(export)
    return list(years.items())
