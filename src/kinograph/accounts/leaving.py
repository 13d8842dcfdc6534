"""An account that is deleted: for some days it can come back, and nobody sees what it had; then all of it goes."""

from __future__ import annotations

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.accounts import store
from kinograph.accounts.models import Account, Invitation
from kinograph.accounts.store import Known
from kinograph.errors import AppError
from kinograph.films.portions import Portion
from kinograph.i18n import gettext_noop
from kinograph.sessions import emptying
from kinograph.sessions.models import Login, Owner, PhoneLink

CORRECTIONS_AT_ONCE, FIRST_CORRECTIONS = 1_000, 100
NO_WAY_BACK = text("to_timestamp(0)")


class LastAdmin(AppError):
    status = 409
    sentence = gettext_noop(
        "This account is the only administrator. Make somebody else one first, under “All accounts” or with "
        "“kinograph account admin NAME”."
    )


async def leave(db: AsyncConnection, account: Known, *, days: int) -> None:
    """Signs an account out everywhere, stops its keys and links, and lets it go in so many days; 0: at once. Raises
    LastAdmin."""
    await need_other_admin(db, account)
    owner_id = account.owner_id
    if not days:
        await end_account(db, owner_id)
        return
    await _hide(db, owner_id, func.now() + func.make_interval(0, 0, 0, days))
    of_account = select(Account.id).where(Account.owner_id == owner_id).scalar_subquery()
    await db.execute(delete(Invitation).where(Invitation.account_id == of_account))
    for kind in (Login, PhoneLink):
        await db.execute(delete(kind).where(kind.owner_id == owner_id))


async def need_other_admin(db: AsyncConnection, account: Known) -> None:
    """Raises LastAdmin. Until the end of the transaction nobody else stops administering."""
    await store.lock_accounts(db)
    now = await store.find_by_id(db, account.id)  # who may have been made the only one since
    if now and now.is_admin and not await store.has_other_admin(db, account.id):
        raise LastAdmin


async def come_back(db: AsyncConnection, owner_id: int) -> bool:
    """Whether the account was leaving; it stays."""
    stays = update(Owner).where(Owner.id == owner_id, Owner.leaves_at > NO_WAY_BACK)
    # Counted as a change, so that every process shows again what it had.
    return (await db.execute(stays.values(leaves_at=None, changes=Owner.changes + 1))).rowcount > 0


async def is_leaving(db: AsyncConnection, owner_id: int) -> bool:
    return await db.scalar(select(Owner.leaves_at).where(Owner.id == owner_id)) is not None


async def end_account(db: AsyncConnection, owner_id: int) -> None:
    """Its name is free and nothing leads to it any more; what it had is deleted by `delete_left`."""
    await _hide(db, owner_id, NO_WAY_BACK)
    await db.execute(delete(Account).where(Account.owner_id == owner_id))
    for kind in (Login, PhoneLink):
        await db.execute(delete(kind).where(kind.owner_id == owner_id))


async def _hide(db: AsyncConnection, owner_id: int, leaves_at: object) -> None:
    hidden = update(Owner).where(Owner.id == owner_id)
    await db.execute(hidden.values(leaves_at=leaves_at, changes=Owner.changes + 1))


# Marked before the account goes: whoever signs in at this moment waits for the row, and then finds no way back.
END_DUE = text(
    "WITH due AS (UPDATE owners SET leaves_at = to_timestamp(0) WHERE leaves_at <= now()"
    " AND leaves_at > to_timestamp(0) RETURNING id)"
    " DELETE FROM accounts USING due WHERE owner_id = due.id"
)
LEFT = "SELECT id FROM owners WHERE leaves_at = to_timestamp(0)"
DELETE_CORRECTIONS = text(
    f"DELETE FROM repairs WHERE id IN (SELECT id FROM repairs WHERE owner_id IN ({LEFT}) LIMIT :most)"  # noqa: S608
)
DELETE_OWNERS = text(
    "DELETE FROM owners WHERE leaves_at = to_timestamp(0)"
    " AND NOT EXISTS (SELECT FROM sessions WHERE owner_id = owners.id)"
)


async def delete_left(engine: AsyncEngine) -> int:
    """Deletes accounts whose time is up with all they had, in portions, each a transaction. How many accounts."""
    async with engine.begin() as db:
        await db.execute(END_DUE)
    await emptying.delete_sessions(engine, f"owner_id IN ({LEFT})")
    portion, is_more = Portion(CORRECTIONS_AT_ONCE, first=FIRST_CORRECTIONS), True
    while is_more:
        most = portion.size
        with portion.measured():
            async with engine.begin() as db:
                is_more = (await db.execute(DELETE_CORRECTIONS, {"most": most})).rowcount == most
    async with engine.begin() as db:
        return (await db.execute(DELETE_OWNERS)).rowcount
