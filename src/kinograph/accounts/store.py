"""Accounts in the database: made, found, and given what a browser had before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import names
from kinograph.accounts.models import Account, Invitation, Passkey, RecoveryCode
from kinograph.sessions.hashing import hash_token
from kinograph.sessions.models import Login, Owner, PhoneLink, Session
from kinograph.sessions.owners import note_change
from kinograph.sessions.predecessors import link_adopted
from kinograph.sessions.quotas import MOST_VIEWS

CODES = 10
CODE_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
INVITED_FOR = timedelta(days=14)
RESET_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Known:
    """An account as it is asked for."""

    id: int
    owner_id: int
    name: str
    is_admin: bool
    password_hash: str | None = field(repr=False)
    browser_key: bytes = field(repr=False)

    @property
    def browser_mark(self) -> str:
        """What a browser keeps that was signed in before."""
        return blake2b(str(self.id).encode(), key=self.browser_key, digest_size=24).hexdigest()


COLUMNS = (
    Account.id,
    Account.owner_id,
    Account.name,
    Account.is_admin,
    Account.password_hash,
    Account.browser_key,
)
KEY_BYTES = 32


async def find_by_name(db: AsyncConnection, name: str) -> Known | None:
    return await _find(db, Account.folded == names.fold(name))


async def find_by_owner(db: AsyncConnection, owner_id: int) -> Known | None:
    return await _find(db, Account.owner_id == owner_id)


async def find_by_id(db: AsyncConnection, account_id: int) -> Known | None:
    return await _find(db, Account.id == account_id)


async def has_other_admin(db: AsyncConnection, account_id: int) -> bool:
    """Whether somebody else administers, who is not leaving."""
    others = select(Account.id).join(Owner, Owner.id == Account.owner_id)
    others = others.where(Account.is_admin, Account.id != account_id, Owner.leaves_at.is_(None))
    return bool(await db.scalar(select(others.exists())))


async def _find(db: AsyncConnection, which: object) -> Known | None:
    row = (await db.execute(select(*COLUMNS).where(which))).one_or_none()  # type: ignore[arg-type]
    return Known(*row) if row else None


async def has_passkeys(db: AsyncConnection, account_id: int, *, working: bool = False, but: int | None = None) -> bool:
    """Whether the account has any, but that one; with `working` one that has signed somebody in: only such a one may be
    the last way in."""
    these = select(Passkey.id).where(Passkey.account_id == account_id, Passkey.id != (but or 0))
    these = these.where(Passkey.used_at.is_not(None)) if working else these
    return bool(await db.scalar(select(these.exists())))


async def has_any(db: AsyncConnection, *, but: int = 0) -> bool:
    """Whether somebody has an account here, other than the one of this id."""
    return bool(await db.scalar(select(select(Account.id).where(Account.id != but).exists())))


async def create_account(db: AsyncConnection, name: str, password_hash: str | None, *, is_admin: bool) -> Known:
    """A new account, with an owner that no token opens. Raises NameTaken."""
    owner_id = await db.scalar(insert(Owner).values(token_hash=None).returning(Owner.id))
    made = (
        await db.execute(
            upsert(Account)
            .values(
                owner_id=owner_id,
                name=name,
                folded=names.fold(name),
                password_hash=password_hash,
                is_admin=is_admin,
                browser_key=secrets.token_bytes(KEY_BYTES),
            )
            .on_conflict_do_nothing(index_elements=[Account.folded])
            .returning(*COLUMNS)
        )
    ).one_or_none()
    if made is None:
        raise names.NameTaken
    return Known(*made)


async def lock_accounts(db: AsyncConnection) -> None:
    """Until the end of the transaction no other account is made: or there might be two first ones."""
    await db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('kinograph accounts', 0))"))


async def end_login(db: AsyncConnection, secret: str | None) -> None:
    """The login of this secret, where there is one."""
    if secret:
        await db.execute(delete(Login).where(Login.token_hash == hash_token(secret)))


async def set_password(db: AsyncConnection, account: Known, password_hash: str, *, keep_login: int | None) -> None:
    """Ends all logins but the one that is kept, and all links that would open the account."""
    await db.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(password_hash=password_hash, browser_key=secrets.token_bytes(KEY_BYTES))
    )
    await db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    await end_logins(db, account.owner_id, but=keep_login)


async def end_logins(db: AsyncConnection, owner_id: int, *, but: int | None) -> None:
    """All of an owner but that one, and the link for the phone, which would make another."""
    ended = delete(Login).where(Login.owner_id == owner_id)
    await db.execute(ended.where(Login.id != but) if but else ended)
    await db.execute(delete(PhoneLink).where(PhoneLink.owner_id == owner_id))


async def make_codes(db: AsyncConnection, account_id: int) -> list[str]:
    """Ten new codes, in place of those there are: "k7m2-9xqp-v4ht-3dzn"."""
    codes = ["-".join(_word() for _ in range(4)) for _ in range(CODES)]
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    await db.execute(
        insert(RecoveryCode), [{"account_id": account_id, "code_hash": hash_token(_plain(code))} for code in codes]
    )
    return codes


def _word() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(4))


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign in CODE_SIGNS)


async def use_code(db: AsyncConnection, account_id: int, code: str) -> bool:
    """Whether it was one of the account's; it is used up."""
    gone = await db.execute(
        delete(RecoveryCode).where(
            RecoveryCode.account_id == account_id, RecoveryCode.code_hash == hash_token(_plain(code))
        )
    )
    return gone.rowcount > 0


async def count_codes(db: AsyncConnection, account_id: int) -> int:
    """Codes that are left."""
    return await db.scalar(select(func.count()).where(RecoveryCode.account_id == account_id)) or 0


async def make_invitation(
    db: AsyncConnection, *, made_by: int | None = None, is_admin: bool = False, is_first: bool = False
) -> str:
    """The secret of a link that lets somebody sign up. Those whose days are over are deleted meanwhile."""
    secret = secrets.token_urlsafe(32)
    await db.execute(delete(Invitation).where(Invitation.expires_at < func.now()))
    await db.execute(
        insert(Invitation).values(
            token_hash=hash_token(secret),
            made_by=made_by,
            is_admin=is_admin,
            is_first=is_first,
            expires_at=func.now() + INVITED_FOR,
        )
    )
    return secret


async def make_reset(db: AsyncConnection, account_id: int) -> str:
    """The secret of a link that sets a new password within an hour."""
    secret = secrets.token_urlsafe(32)
    await db.execute(delete(Invitation).where(Invitation.account_id == account_id))
    await db.execute(
        insert(Invitation).values(
            token_hash=hash_token(secret), account_id=account_id, expires_at=func.now() + RESET_FOR
        )
    )
    return secret


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation allows: to sign up, or of an account to set a new password."""

    account_id: int | None
    is_admin: bool
    is_first: bool  # for the first account alone


async def find_invitation(db: AsyncConnection, secret: str) -> Invited | None:
    row = (
        await db.execute(
            select(Invitation.account_id, Invitation.is_admin, Invitation.is_first).where(
                Invitation.token_hash == hash_token(secret), Invitation.expires_at > func.now()
            )
        )
    ).one_or_none()
    return Invited(*row) if row else None


async def use_invitation(db: AsyncConnection, secret: str) -> Invited | None:
    """As find_invitation; it is used up."""
    row = (
        await db.execute(
            delete(Invitation)
            .where(Invitation.token_hash == hash_token(secret), Invitation.expires_at > func.now())
            .returning(Invitation.account_id, Invitation.is_admin, Invitation.is_first)
        )
    ).one_or_none()
    return Invited(*row) if row else None


# The same export becomes one session: the account's, and links to the other lead to it.
ADOPT: Sequence[str] = (
    "CREATE TEMPORARY TABLE twins ON COMMIT DROP AS SELECT theirs.id AS twin, ours.id AS kept FROM sessions theirs"
    " JOIN sessions ours USING (fingerprint) WHERE theirs.owner_id = :theirs AND ours.owner_id = :ours",
    "UPDATE shares SET session_id = kept FROM twins WHERE session_id = twin",
    "UPDATE sessions SET predecessor_id = kept FROM twins WHERE predecessor_id = twin AND sessions.id <> kept",
    "DELETE FROM sessions USING twins WHERE sessions.id = twin",
    "DROP TABLE twins",
    "DELETE FROM repairs old USING repairs new"
    " WHERE old.owner_id IN (:theirs, :ours) AND new.owner_id IN (:theirs, :ours)"
    " AND old.owner_id <> new.owner_id AND old.letterboxd_id IS NOT DISTINCT FROM new.letterboxd_id"
    " AND old.title IS NOT DISTINCT FROM new.title AND old.year IS NOT DISTINCT FROM new.year"
    " AND (old.changed_at, old.id) < (new.changed_at, new.id)",
    "UPDATE repairs SET owner_id = :ours WHERE owner_id = :theirs",
    "UPDATE shares SET owner_id = :ours WHERE owner_id = :theirs",
    # As many as there can be; the rest go with their owner, and so does what would be there twice.
    "UPDATE views SET owner_id = :ours, position = 1 + position +"
    " (SELECT coalesce(max(position), 0) FROM views ours WHERE ours.owner_id = :ours) WHERE id IN"
    " (SELECT id FROM views theirs WHERE owner_id = :theirs AND NOT EXISTS (SELECT FROM views ours"
    " WHERE ours.owner_id = :ours AND (ours.name, ours.page) = (theirs.name, theirs.page)"
    " AND ours.filters = theirs.filters) ORDER BY position, id"
    " LIMIT greatest(0, :most_views - (SELECT count(*) FROM views ours WHERE ours.owner_id = :ours)))",
    "DELETE FROM film_lists theirs USING film_lists ours WHERE theirs.owner_id = :theirs AND ours.owner_id = :ours"
    " AND theirs.digest = ours.digest",
    "UPDATE film_lists SET owner_id = :ours, name = CASE WHEN EXISTS (SELECT FROM film_lists ours"
    " WHERE ours.owner_id = :ours AND ours.name = film_lists.name) THEN name || '-' || id ELSE name END"
    " WHERE owner_id = :theirs",
    # What has expired is being deleted, and stays so.
    "UPDATE sessions SET owner_id = :ours, expires_at = CASE WHEN expires_at <= now() THEN expires_at END"
    " WHERE owner_id = :theirs",
    # A correction that came along may settle the film that an export waits for.
    "UPDATE sessions SET waits_for = NULL WHERE owner_id = :ours AND status = 'enriching'",
)


async def adopt(db: AsyncConnection, *, owner_id: int, by: int) -> None:
    """Gives an owner's exports, corrections and links to another, and ends the first: its token opens nothing any more.

    The same export becomes one session, and of two corrections of one film the newer holds.
    """
    await note_change(db, owner_id, by)  # and locks both, so that no upload comes between
    adopted = (await db.scalars(select(Session.id).where(Session.owner_id == owner_id))).all()
    for sql in ADOPT:
        given = {"theirs": owner_id, "ours": by, "most_views": MOST_VIEWS}
        values = {name: value for name, value in given.items() if f":{name}" in sql}
        await db.execute(text(sql), values)
    await link_adopted(db, by, adopted)
    await db.execute(delete(Owner).where(Owner.id == owner_id))
