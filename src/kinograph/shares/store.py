"""Shares in the database: who may open which, and what their owner does with them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions.models import Owner
from kinograph.shares.models import Share, ShareVisits
from kinograph.shares.wishes import Wishes, make_scope, open_pages
from kinograph.stats.pages import FILMS
from kinograph.stats.scope import Scope

MOST_OPEN = 100  # of an owner
KEPT_DAYS = 30  # that one that has ended may be opened again
TOKEN_BYTES = 16
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
COLUMNS = tuple(Share.__table__.columns)
IS_OPEN = and_(Share.revoked_at.is_(None), or_(Share.expires_at.is_(None), Share.expires_at > func.now()))

NEWEST = """(
    SELECT id FROM sessions WHERE owner_id = shares.owner_id AND (expires_at IS NULL OR expires_at > now())
    ORDER BY coalesce(made_at, created_at) DESC, created_at DESC LIMIT 1
)"""
OPEN = text(
    f"""
    SELECT shares.id, token, pages, filters, shows, password_hash,
           coalesce(session_id, {NEWEST}) AS session_id, owner_id = :asking AS by_owner
    FROM shares
    WHERE token = :token AND revoked_at IS NULL AND (shares.expires_at IS NULL OR shares.expires_at > now())
    AND NOT EXISTS (SELECT FROM owners WHERE owners.id = shares.owner_id AND leaves_at IS NOT NULL)
    """  # noqa: S608 - ours
)


class ShareNotFound(NotFound):
    heading = gettext_noop("There is no such link.")
    sentence = gettext_noop("None of your links has this address. It may have been deleted a month after it ended.")


class TooManyShares(AppError):
    status = 409
    sentence = gettext_noop("You have %(most)s open links, which is as many as there can be. Revoke one first.")


@dataclass(frozen=True, slots=True)
class OpenShare:
    """As whoever opens it needs to know it."""

    id: int
    token: str
    pages: frozenset[str]
    scope: Scope
    password_hash: str | None
    session_id: UUID | None  # None: its owner has no session any more
    by_owner: bool

    @property
    def is_comparable(self) -> bool:
        return may_be_compared(self.pages, self.scope.shows, has_password=self.password_hash is not None)


@dataclass(frozen=True, slots=True)
class OwnShare:
    """As its owner sees it. `visits` are by day, those without any left out."""

    id: int
    token: str
    name: str
    pages: tuple[str, ...]
    filters: str
    shows: tuple[str, ...]
    has_password: bool
    follow: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    is_open: bool
    visits: dict[date, int] = field(default_factory=dict)

    @property
    def is_comparable(self) -> bool:
        return may_be_compared(self.pages, self.shows, has_password=self.has_password)

    @property
    def ended_at(self) -> datetime | None:
        """When it was revoked, or ended by itself; None while it is open."""
        if self.is_open:
            return None
        return min(filter(None, (self.revoked_at, self.expires_at)))


def may_be_compared(pages: Container[str], shows: Container[str], *, has_password: bool) -> bool:
    """Whether others may set their films beside those of a share."""
    return "compare" in shows and FILMS[0] in pages and not has_password


async def find_open(db: AsyncConnection, token: str, *, asking: int | None) -> OpenShare | None:
    """The share of this token, unless it has ended; `asking` is the owner who asks."""
    asked = {"token": token, "asking": asking or 0}
    row = (await db.execute(OPEN, asked)).one_or_none()
    if row is None:
        return None
    scope = make_scope(row.filters, row.shows)
    if scope.filters.to_query() != row.filters:  # a filter that this version does not know: rather nothing than all
        return None
    pages = frozenset(open_pages(row.pages, row.shows))
    return OpenShare(row.id, row.token, pages, scope, row.password_hash, row.session_id, row.by_owner)


async def create_share(
    db: AsyncConnection, wishes: Wishes, *, owner_id: int, session_id: UUID, password_hash: str | None
) -> str:
    """The token of a new share. Raises TooManyShares."""
    await _need_room(db, owner_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = _values(wishes, session_id) | {"token": token, "owner_id": owner_id, "password_hash": password_hash}
    await db.execute(insert(Share).values(**values, expires_at=_end(wishes.days)))
    return token


async def change_share(db: AsyncConnection, share: OwnShare, values: dict[str, Any], *, owner_id: int) -> None:
    """Raises TooManyShares where it was over and goes on."""
    if "expires_at" in values and share.revoked_at is None and not share.is_open:
        await _need_room(db, owner_id)
    await db.execute(update(Share).where(Share.id == share.id).values(**values))


def changed_values(wishes: Wishes, session_id: UUID, *, ends: bool) -> dict[str, Any]:
    """The columns that make a share of these wishes; when it ends is left alone unless it `ends` anew."""
    return _values(wishes, session_id) | ({"expires_at": _end(wishes.days)} if ends else {})


async def revoke_share(db: AsyncConnection, share: OwnShare) -> None:
    """Nobody may open it from this commit on."""
    await db.execute(
        update(Share).where(Share.id == share.id, Share.revoked_at.is_(None)).values(revoked_at=func.now())
    )


async def reopen_share(db: AsyncConnection, share: OwnShare, *, owner_id: int, days: int) -> None:
    """For as many days from now on, where its time is up. Raises TooManyShares."""
    await _need_room(db, owner_id)
    over = share.expires_at is not None and share.expires_at <= datetime.now(UTC)
    values = {"revoked_at": None} | ({"expires_at": _end(days)} if over else {})
    await db.execute(update(Share).where(Share.id == share.id).values(**values))


async def list_shares(db: AsyncConnection, *, owner_id: int, session_id: UUID) -> list[OwnShare]:
    """An owner's shares of a session, and those that follow the newest: the open ones first, then the newest."""
    return await _read(db, owner_id, session_id)


async def find_own(db: AsyncConnection, token: str, *, owner_id: int, session_id: UUID) -> OwnShare:
    """Raises ShareNotFound for another's, for one of another session, and for what is no token."""
    if not TOKEN.fullmatch(token):
        raise ShareNotFound
    for share in await _read(db, owner_id, session_id, Share.token == token):
        return share
    raise ShareNotFound


async def _read(db: AsyncConnection, owner_id: int, session_id: UUID, *where: Any) -> list[OwnShare]:
    kept = func.now() - timedelta(days=KEPT_DAYS)
    rows = await db.execute(
        select(*COLUMNS, IS_OPEN.label("is_open"))
        .where(
            Share.owner_id == owner_id,
            or_(Share.session_id == session_id, Share.session_id.is_(None)),
            func.coalesce(func.least(Share.revoked_at, Share.expires_at), func.now()) >= kept,
            *where,
        )
        .order_by(IS_OPEN.desc(), Share.created_at.desc(), Share.id.desc())
    )
    shares = [_own(row) for row in rows]
    counted = await db.execute(
        select(ShareVisits.share_id, ShareVisits.day, ShareVisits.visits).where(
            ShareVisits.share_id.in_([share.id for share in shares])
        )
    )
    by_id = {share.id: share for share in shares}
    for share_id, day, visits in counted:
        by_id[share_id].visits[day] = visits
    return shares


def _own(row: Any) -> OwnShare:
    return OwnShare(
        id=row.id,
        token=row.token,
        name=row.name,
        pages=tuple(row.pages),
        filters=row.filters,
        shows=tuple(row.shows),
        has_password=row.password_hash is not None,
        follow=row.session_id is None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        is_open=row.is_open,
    )


async def _need_room(db: AsyncConnection, owner_id: int) -> None:
    """One at a time of an owner, so that none slips in beyond the limit."""
    await db.execute(select(Owner.id).where(Owner.id == owner_id).with_for_update())
    if (await db.scalar(select(func.count()).where(Share.owner_id == owner_id, IS_OPEN)) or 0) >= MOST_OPEN:
        raise TooManyShares(most=MOST_OPEN)


def _values(wishes: Wishes, session_id: UUID) -> dict[str, Any]:
    return {
        "name": wishes.name,
        "pages": list(wishes.pages),
        "filters": wishes.filters,
        "shows": list(wishes.shows),
        "session_id": None if wishes.follow else session_id,
    }


def _end(days: int | None) -> Any:
    return None if days is None else func.now() + timedelta(days=days)
