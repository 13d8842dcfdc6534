"""Who comes in by others: which account somebody has whom a proxy or a provider knows.

An account is never found by a name or an address, which change hands: only an identity that made it, or that its owner
linked, opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import models, names, registration, store
from kinograph.accounts.passkey_place import find_place
from kinograph.accounts.store import Known
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.models import Login
from kinograph.sessions.owners import Holder
from kinograph.settings import Settings

LOGINS_OF_NAME = 20
HEADER = "header"
"""In place of an issuer's address: whom the proxy names."""


class LinkedElsewhere(AppError):
    status = 409
    heading = gettext_noop("Linked to another account.")
    sentence = gettext_noop("“%(name)s” already signs in to another account. Unlink it there first.")


class OneOfEach(AppError):
    status = 409
    sentence = gettext_noop("This account is linked already. Unlink the other first.")


class LastWayIn(AppError):
    status = 409
    heading = gettext_noop("The only way in.")
    sentence = gettext_noop("Nothing else signs in to this account. Set a password, or link another way first.")


class Identity(NamedTuple):
    """Somebody as others know them. `name` is what they are called there: to be shown, and proposed."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Linked:
    id: int
    issuer: str
    subject: str
    name: str


async def find_account(db: AsyncConnection, identity: Identity) -> Known | None:
    """The account that this identity made, or that was linked with it."""
    found = models.Identity
    account_id = await db.scalar(
        select(found.account_id).where(found.issuer == identity.issuer, found.subject == identity.subject)
    )
    return await store.find_by_id(db, account_id) if account_id else None


async def list_linked(db: AsyncConnection, account_id: int) -> Sequence[Linked]:
    found = models.Identity
    rows = await db.execute(
        select(found.id, found.issuer, found.subject, found.name)
        .where(found.account_id == account_id)
        .order_by(found.id)
    )
    return [Linked(*row) for row in rows]


async def make_account(
    db: AsyncConnection, settings: Settings, identity: Identity, *, name: str, invite: str, held: Sequence[Holder]
) -> Known:
    """For somebody who comes for the first time, with what the browser had before. Raises what check_registration
    does, BadName and NameTaken."""
    name = names.clean(name)
    await store.lock_accounts(db)
    await check_newcomer(db, settings, invite)
    account = await registration.make_account(db, settings, name=name, password_hash=None, invite=invite, held=held)
    await link(db, account, identity)
    return account


async def check_newcomer(db: AsyncConnection, settings: Settings, invite: str) -> None:
    """Whoever comes by others passes the same door as all, unless those let in whom they will. Raises what
    check_registration does."""
    if invite or not settings.login_creates:
        await registration.check_registration(db, settings, invite)


async def link(db: AsyncConnection, account: Known, identity: Identity) -> None:
    """From now on the identity signs in to the account. Raises LinkedElsewhere and OneOfEach."""
    mine = await list_linked(db, account.id)
    if any(each.issuer == identity.issuer and each.subject != identity.subject for each in mine):
        raise OneOfEach
    made = await db.execute(
        upsert(models.Identity)
        .values(account_id=account.id, issuer=identity.issuer, subject=identity.subject, name=identity.name)
        .on_conflict_do_nothing()
    )
    if not made.rowcount and (found := await find_account(db, identity)) and found.id != account.id:
        raise LinkedElsewhere(name=identity.name)


async def unlink(db: AsyncConnection, settings: Settings, holder: Holder, account: Known, identity_id: int) -> None:
    """It signs in no more, and browsers that the proxy signed in by it are signed out, but the one that asks. Raises
    LastWayIn where nobody could sign in then."""
    await db.execute(select(models.Account.id).where(models.Account.id == account.id).with_for_update())
    mine = await list_linked(db, account.id)
    found = next((each for each in mine if each.id == identity_id), None)
    if found is None:
        return
    others = [each for each in mine if each.id != identity_id and is_open(settings, each.issuer)]
    by_password = account.password_hash and settings.password_login
    by_passkey = find_place(settings) and await store.has_passkeys(db, account.id, working=True)
    if not (others or by_password or by_passkey):
        raise LastWayIn
    await db.execute(delete(models.Identity).where(models.Identity.id == identity_id))
    if found.issuer == HEADER:
        theirs = (Login.owner_id == account.owner_id) & (Login.proxied == found.subject)
        await db.execute(update(Login).where(theirs, Login.id == holder.login_id).values(proxied=None))
        await db.execute(delete(Login).where(theirs))


async def end_old_logins(db: AsyncConnection, account: Known, identity: Identity) -> None:
    """A program without cookies that the proxy names is signed in with each page it opens: all but the last go."""
    theirs = (Login.owner_id == account.owner_id) & (Login.proxied == identity.subject)
    kept = select(Login.id).where(theirs).order_by(Login.id.desc()).limit(LOGINS_OF_NAME - 1)
    await db.execute(delete(Login).where(theirs, Login.id.not_in(kept)))


def is_open(settings: Settings, issuer: str) -> bool:
    """Whether identities of this issuer sign in to this Kinograph, as it is set."""
    if issuer == HEADER:
        return settings.login_header is not None
    return issuer == settings.oidc_issuer


class Proofs(NamedTuple):
    """With what somebody proves to be who they are before what matters is changed."""

    password: bool
    header: bool  # the proxy's word, which asks nobody anew: it counts where nothing else could
    provider: bool  # which asks anew


async def list_proofs(db: AsyncConnection, settings: Settings, account: Known) -> Proofs:
    by_password = settings.password_login and account.password_hash is not None
    issuers = {each.issuer for each in await list_linked(db, account.id) if is_open(settings, each.issuer)}
    by_provider = bool(issuers - {HEADER})
    by_passkey = find_place(settings) and await store.has_passkeys(db, account.id, working=True)
    asks_anew = by_password or by_provider or by_passkey
    return Proofs(by_password, HEADER in issuers and not asks_anew, by_provider)
