"""Passwords of accounts: an unknown name takes as long as a wrong password, and few may be tried."""

from __future__ import annotations

import hmac
import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import names, store
from kinograph.accounts.store import Known
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop, number
from kinograph.sessions import hashing
from kinograph.sessions.throttle import Throttle, TooMany

log = logging.getLogger(__name__)

SHORTEST = 10


class BadPassword(AppError):
    status = 422
    sentence = gettext_noop("A password has %(least)s to %(most)s characters, of any kind.")


class WrongLogin(AppError):
    status = 401
    sentence = gettext_noop("No account has this name and password.")


class TooManyLogins(TooMany):
    sentence = gettext_noop("Too many passwords were tried. Try again in %(minutes)s min.")


OF_ACCOUNT = Throttle("login of account", most=10, refusal=TooManyLogins)
OF_NETWORK = Throttle("login from network", most=30, refusal=TooManyLogins)
OF_BROWSER = Throttle("login from a browser that was signed in", most=20, refusal=TooManyLogins)


def need_good(password: str) -> str:
    """The password as it is hashed. Raises BadPassword."""
    password = hashing.compose(password)
    try:
        password.encode()
    except UnicodeEncodeError:
        raise BadPassword(least=SHORTEST, most=number(hashing.LONGEST)) from None
    if not SHORTEST <= len(password) <= hashing.LONGEST:
        raise BadPassword(least=SHORTEST, most=number(hashing.LONGEST))
    return password


async def hash_new(password: str) -> str:
    """Of a password that somebody chooses; no connection may be held meanwhile. Raises BadPassword, and TooMany where
    as many wait for their turn as may."""
    password = need_good(password)
    if hashing.is_busy():
        raise TooMany(seconds=60)
    return await hashing.hash_password(password)


async def check_login(engine: AsyncEngine, name: str, password: str, *, network: str, browser_mark: str = "") -> Known:
    """The account of this name and password. Raises WrongLogin, and TooManyLogins without looking once too many were
    tried: of this name or from this network. A browser that was signed in before is counted by itself, so that others
    do not lock it out."""
    if hashing.is_busy():  # not counted: it would lock out whoever comes while others send many
        raise TooManyLogins(seconds=60)
    async with engine.begin() as db:
        account = await store.find_by_name(db, name)
        is_known = account is not None and hmac.compare_digest(browser_mark.encode(), account.browser_mark.encode())
        counted = [(OF_BROWSER, browser_mark)] if is_known else [(OF_ACCOUNT, names.fold(name)), (OF_NETWORK, network)]
        try:
            for throttle, sender in counted:
                await throttle.pass_or_refuse(db, sender)
        except TooManyLogins:
            log.warning("a login from %s was refused unread: too many were tried", network)
            raise
    known = account.password_hash if account else None
    right = await hashing.is_right(known or await _somebodys(), password)
    if account is None or known is None or not right:
        log.warning("a login from %s was refused: wrong name or password", network)
        raise WrongLogin
    async with engine.begin() as db:
        for throttle, sender in counted:
            await throttle.give_back(db, sender)
    return account


_decoy: list[str] = []


async def _somebodys() -> str:
    """A hash that no password fits, so that an unknown name costs the same time."""
    if not _decoy:
        _decoy.append(await hashing.hash_password("nobody has this password"))
    return _decoy[0]
