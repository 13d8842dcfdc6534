"""What administrators see and change of accounts: names, days and sums, and nothing of what is in an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import names, store
from kinograph.accounts.models import Account, Invitation
from kinograph.errors import NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions.hashing import hash_token
from kinograph.sessions.models import Owner

AT_ONCE = 50
LONGEST_NOTE = 60


class NoSuchAccount(NotFound):
    heading = gettext_noop("There is no such account.")
    sentence = gettext_noop("It may have been deleted meanwhile.")


@dataclass(frozen=True, slots=True)
class Member:
    """An account as administrators see it. `n_bytes` are those of what it sent, lists too; a quota of None is that of
    all."""

    id: int
    owner_id: int
    name: str
    is_admin: bool
    created_at: datetime
    leaves_at: datetime | None
    quota_exports: int | None
    quota_mb: int | None
    exports: int
    n_bytes: int
    logins: int
    seen_at: datetime | None


MEMBERS = """
    SELECT page.*, held.exports, held.n_bytes, signed.logins, signed.seen_at
    FROM (
        SELECT accounts.id, owner_id, name, is_admin, accounts.created_at, leaves_at, quota_exports, quota_mb, folded
        FROM accounts JOIN owners ON owners.id = owner_id WHERE {which} ORDER BY folded LIMIT :most OFFSET :skip
    ) page,
    LATERAL (
        SELECT count(*) AS exports, CAST(coalesce(sum(sent_bytes), 0)
            + (SELECT coalesce(sum(sent_bytes), 0) FROM film_lists WHERE owner_id = page.owner_id) AS bigint) AS n_bytes
        FROM sessions WHERE sessions.owner_id = page.owner_id
    ) held,
    LATERAL (
        SELECT count(*) AS logins, max(seen_at) AS seen_at FROM logins
        WHERE logins.owner_id = page.owner_id AND (expires_at IS NULL OR expires_at > now())
    ) signed
    ORDER BY folded
"""
PAGE = text(MEMBERS.format(which="starts_with(folded, :begins)"))
ONE = text(MEMBERS.format(which="accounts.id = :id"))
SUMS = text("SELECT count(*) AS accounts, count(*) FILTER (WHERE starts_with(folded, :begins)) AS found FROM accounts")
HELD = text(
    "SELECT count(*) AS exports, CAST(coalesce(sum(sent_bytes), 0) + (SELECT coalesce(sum(sent_bytes), 0)"
    " FROM film_lists WHERE owner_id IN (SELECT owner_id FROM accounts)) AS bigint) AS n_bytes"
    " FROM sessions WHERE owner_id IN (SELECT owner_id FROM accounts)"
)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of all accounts; `found` are those whose name begins as was asked for."""

    accounts: int
    found: int
    exports: int
    n_bytes: int


async def list_members(db: AsyncConnection, *, begins: str, page: int) -> Sequence[Member]:
    """A page of those whose name begins so, however it is written, by name."""
    asked = {"begins": names.fold(begins), "most": AT_ONCE, "skip": (page - 1) * AT_ONCE}
    return [_make(row) for row in (await db.execute(PAGE, asked)).mappings()]


async def sum_up(db: AsyncConnection, *, begins: str) -> Sums:
    counted = (await db.execute(SUMS, {"begins": names.fold(begins)})).one()
    held = (await db.execute(HELD)).one()
    return Sums(counted.accounts, counted.found, held.exports, held.n_bytes)


async def find_member(db: AsyncConnection, account_id: int) -> Member:
    """Raises NoSuchAccount."""
    row = (await db.execute(ONE, {"id": account_id, "most": 1, "skip": 0})).mappings().one_or_none()
    if row is None:
        raise NoSuchAccount
    return _make(row)


def _make(row: RowMapping) -> Member:
    return Member(**{name: value for name, value in row.items() if name != "folded"})


async def set_quotas(db: AsyncConnection, member: Member, exports: int | None, mb: int | None) -> None:
    """None: as all have it; 0: any number."""
    await db.execute(update(Owner).where(Owner.id == member.owner_id).values(quota_exports=exports, quota_mb=mb))


async def set_admin(db: AsyncConnection, member: Member, *, is_admin: bool) -> None:
    await db.execute(update(Account).where(Account.id == member.id).values(is_admin=is_admin))


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that still works. `id` is the hash of its secret, which nobody can make the link of."""

    id: str
    note: str
    is_admin: bool
    made_by: str | None
    created_at: datetime
    expires_at: datetime


async def list_invitations(db: AsyncConnection) -> Sequence[Invited]:
    """The newest first; not the links that set a new password."""
    rows = await db.execute(
        select(
            func.encode(Invitation.token_hash, "hex"),
            func.coalesce(Invitation.note, ""),
            Invitation.is_admin,
            Account.name,
            Invitation.created_at,
            Invitation.expires_at,
        )
        .outerjoin(Account, Account.id == Invitation.made_by)
        .where(Invitation.account_id.is_(None), Invitation.expires_at > func.now())
        .order_by(Invitation.created_at.desc())
    )
    return [Invited(*row) for row in rows]


async def invite(db: AsyncConnection, *, made_by: int, note: str, is_admin: bool) -> str:
    """The secret of a link that lets somebody sign up, to be shown once."""
    secret = await store.make_invitation(db, made_by=made_by, is_admin=is_admin)
    note = " ".join(note.split())[:LONGEST_NOTE]
    await db.execute(update(Invitation).where(Invitation.token_hash == hash_token(secret)).values(note=note or None))
    return secret


async def revoke_invitation(db: AsyncConnection, invitation: str) -> None:
    """Nobody signs up with it from now on."""
    await db.execute(
        delete(Invitation).where(
            func.encode(Invitation.token_hash, "hex") == invitation, Invitation.account_id.is_(None)
        )
    )
