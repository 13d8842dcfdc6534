"""Who may sign up, and how a browser comes to be signed in."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.accounts import leaving, names, passwords, store
from kinograph.accounts.kept_preferences import bring_preferences
from kinograph.accounts.store import Invited, Known
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.layout import notices
from kinograph.sessions import owners
from kinograph.sessions.owners import Holder
from kinograph.sessions.throttle import Throttle, TooMany, find_sender
from kinograph.settings import Settings

log = logging.getLogger(__name__)

MARK_COOKIE = "known"
"""Of a browser that was signed in before."""


OF_NETWORK = Throttle("sign-up from network", most=30, refusal=TooMany)


class NoAccounts(NotFound):
    sentence = gettext_noop("This Kinograph has no accounts: exports belong to the browser that uploaded them.")


class NeedsInvitation(AppError):
    status = 403
    heading = gettext_noop("By invitation only.")
    sentence = gettext_noop("To sign up here you need a link from whoever runs this Kinograph.")


class InvitationOver(AppError):
    status = 403
    heading = gettext_noop("This invitation no longer works.")
    sentence = gettext_noop("It works once, and not for ever. Ask whoever gave it to you for another one.")


class NoSignUp(AppError):
    status = 403
    heading = gettext_noop("No new accounts.")
    sentence = gettext_noop("Whoever runs this Kinograph makes the accounts here.")


async def check_registration(db: AsyncConnection, settings: Settings, invite: str) -> None:
    """Raises NeedsInvitation, InvitationOver or NoSignUp where this person may not sign up."""
    if invite:
        invited = await store.find_invitation(db, invite)
        is_over = invited is None or invited.account_id is not None
        if is_over or (invited and invited.is_first and await store.has_any(db)):
            raise InvitationOver
        return
    if settings.registration == "open" or await is_first(db, settings):
        return
    raise NeedsInvitation if settings.registration == "invite" else NoSignUp


async def is_first(db: AsyncConnection, settings: Settings) -> bool:
    """Whether the first account is there for whoever comes: on a machine that nobody else reaches."""
    return settings.is_private and not await store.has_any(db)


async def log_first_link(engine: AsyncEngine, settings: Settings) -> None:
    """Where the first account could be made by whoever comes first, and strangers could come: the log has a link that
    alone lets somebody make it."""
    if not settings.accounts or settings.is_private:
        return
    async with engine.begin() as db:
        if await store.has_any(db):
            return
        secret = await store.make_invitation(db, is_admin=True, is_first=True)
    log.warning("make the first account, which administers this Kinograph, at %s", write_link(settings, secret))


def write_link(settings: Settings, secret: str) -> str:
    """The address of an invitation."""
    return f"{settings.public_url or settings.local_url}/signup?invite={secret}"


async def sign_up(request: Request, *, name: str, password: str, invite: str) -> Known:
    """A new account with what the browser had before. The first one administers. Raises what check_registration
    does, TooMany, and for a name or a password that will not do."""
    settings, engine = request.app.state.settings, request.app.state.engine
    name = names.clean(name)
    async with engine.begin() as db:
        await check_registration(db, settings, invite)  # before the hash, which strangers are not to have for nothing
        await OF_NETWORK.pass_or_refuse(db, find_sender(request.scope))
    hashed = await passwords.hash_new(password)  # no connection is held meanwhile
    async with engine.begin() as db:
        await store.lock_accounts(db)
        await check_registration(db, settings, invite)
        held = await find_held(request, db)
        return await make_account(db, settings, name=name, password_hash=hashed, invite=invite, held=held)


async def find_held(request: Request, db: AsyncConnection) -> Sequence[Holder]:
    """Those without an account whose exports this browser manages: of its token, and of a link that opened them here.
    An account has both, or signing up would lose the one that is not asked as."""
    asks = await owners.find_holder(request, db)
    token = await owners.find_owner(db, request.cookies.get(owners.COOKIE))
    found = {each.id: each for each in (token, asks) if each and not each.is_account}
    return list(found.values())


async def make_account(
    db: AsyncConnection,
    settings: Settings,
    *,
    name: str,
    password_hash: str | None,
    invite: str,
    held: Sequence[Holder],
) -> Known:
    """For somebody who may sign up, with what the browser had before; the invitation is used up."""
    is_admin = await is_first(db, settings)
    if invite:
        used: Invited | None = await store.use_invitation(db, invite)
        is_admin = is_admin or (used is not None and used.is_admin)
    account = await store.create_account(db, name, password_hash, is_admin=is_admin)
    for holder in held:
        await store.adopt(db, owner_id=holder.id, by=account.owner_id)
    log.info("an account was made%s", ", which administers" if is_admin else "")
    return account


async def sign_in(
    db: AsyncConnection,
    request: Request,
    response: Response,
    account: Known,
    *,
    is_proven: bool = True,
    proxied: str | None = None,
) -> None:
    """A new login for this browser; the one it had ends. An account that was deleted some days ago stays. `is_proven`:
    somebody has just proven to be who they are. With `proxied` it holds while the proxy names the same person."""
    settings: Settings = request.app.state.settings
    if await leaving.come_back(db, account.owner_id):
        notices.leave_notice(response, "account-kept", secure=settings.secure_cookies)
    await bring_preferences(db, request, response, account.owner_id)
    await store.end_login(db, request.cookies.get(owners.LOGIN_COOKIE))
    secret = await owners.start_login(db, account.owner_id, request, is_proven=is_proven, proxied=proxied)
    owners.set_login_cookie(response, secret, settings)
    response.set_cookie(
        MARK_COOKIE,
        account.browser_mark,
        max_age=owners.COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def forget_token(response: Response, settings: Settings) -> None:
    """The token of a browser whose exports now belong to an account opens nothing any more."""
    response.delete_cookie(owners.COOKIE, httponly=True, samesite="lax", secure=settings.secure_cookies)
