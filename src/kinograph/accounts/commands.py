"""`kinograph account …`: what whoever runs the machine does with accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph import database, i18n
from kinograph.accounts import leaving, names, passwords, registration, store
from kinograph.accounts.models import Account
from kinograph.accounts.store import Known
from kinograph.errors import AppError
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.sessions import hashing
from kinograph.sessions.models import Owner, Session
from kinograph.settings import Settings

Action = Callable[[AsyncConnection, Settings], Awaitable[str]]


class NoSuchAccount(AppError):
    status = 404
    sentence = gettext_noop("No account has the name “%(name)s”.")


class PasswordsOff(AppError):
    status = 409
    sentence = gettext_noop(
        "KINOGRAPH_PASSWORD_LOGIN is off, so nobody could sign in with it. “kinograph account invite” prints a link "
        "with which somebody signs up another way."
    )


async def run(action: Action, settings: Settings, url: str) -> str:
    """Does one of the actions below in a transaction, and returns what is to be said. Raises AppError."""
    engine = database.connect(url, pool_size=1)
    try:
        async with engine.begin() as db:
            said = await action(db, settings)
        await leaving.delete_left(engine)  # at once, whether or not a worker runs
        return said
    finally:
        await engine.dispose()


def create(name: str, password: str, *, is_admin: bool) -> Action:
    async def act(db: AsyncConnection, settings: Settings) -> str:
        _need_passwords(settings)
        hashed = await hashing.hash_password(passwords.need_good(password))
        account = await store.create_account(db, names.clean(name), hashed, is_admin=is_admin)
        return gettext("Made the account “%(name)s”.", name=account.name)

    return act


def invite(*, is_admin: bool) -> Action:
    async def act(db: AsyncConnection, settings: Settings) -> str:
        return registration.write_link(settings, await store.make_invitation(db, is_admin=is_admin))

    return act


def reset(name: str) -> Action:
    """A link that sets a new password within an hour."""

    async def act(db: AsyncConnection, settings: Settings) -> str:
        _need_passwords(settings)
        account = await _find(db, name)
        return f"{_base(settings)}/reset/{await store.make_reset(db, account.id)}"

    return act


def set_admin(name: str, *, is_admin: bool) -> Action:
    async def act(db: AsyncConnection, settings: Settings) -> str:
        account = await _find(db, name)
        if not is_admin:
            await leaving.need_other_admin(db, account)
        await db.execute(update(Account).where(Account.id == account.id).values(is_admin=is_admin))
        if is_admin:
            return gettext("“%(name)s” is now an administrator.", name=account.name)
        return gettext("“%(name)s” is no longer an administrator.", name=account.name)

    return act


def remove(name: str) -> Action:
    """The account with all that belongs to it, at once. The last that administers goes only as the last of all."""

    async def act(db: AsyncConnection, settings: Settings) -> str:
        account = await _find(db, name)
        if await store.has_any(db, but=account.id):
            await leaving.need_other_admin(db, account)
        await leaving.end_account(db, account.owner_id)
        return gettext("Deleted the account “%(name)s” with all its exports.", name=account.name)

    return act


async def list_all(db: AsyncConnection, settings: Settings) -> str:
    """A line each, the oldest first."""
    rows = await db.execute(
        select(Account.name, Account.is_admin, Account.created_at, Owner.leaves_at, func.count(Session.id))
        .join(Owner, Owner.id == Account.owner_id)
        .outerjoin(Session, Session.owner_id == Account.owner_id)
        .group_by(Account.id, Owner.leaves_at)
        .order_by(Account.id)
    )
    lines = []
    for name, is_admin, created_at, leaves_at, sessions in rows:
        told = [i18n.date(created_at.date()), ngettext("%(n)s export", "%(n)s exports", sessions)]
        told += [gettext("administrator")] if is_admin else []
        told += [gettext("deleted on %(day)s", day=i18n.date(leaves_at.date()))] if leaves_at else []
        lines.append(f"{name}: {', '.join(told)}")
    return "\n".join(lines) or gettext("There are no accounts.")


def _base(settings: Settings) -> str:
    return settings.public_url or settings.local_url


def _need_passwords(settings: Settings) -> None:
    if not settings.password_login:
        raise PasswordsOff


async def _find(db: AsyncConnection, name: str) -> Known:
    account = await store.find_by_name(db, name)
    if account is None:
        raise NoSuchAccount(name=name)
    return account
