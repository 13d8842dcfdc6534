"""Passwords of shares: few guesses for a network."""

from __future__ import annotations

import hmac
import logging
from hashlib import blake2b

from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop, number
from kinograph.sessions import hashing
from kinograph.sessions.throttle import Throttle, TooMany
from kinograph.shares.wishes import need_text

log = logging.getLogger(__name__)


class BadPassword(AppError):
    status = 422
    sentence = gettext_noop("A password has 1 to %(most)s characters.")


class WrongPassword(AppError):
    status = 401
    sentence = gettext_noop("That is not the password. Ask whoever gave you the link.")


class TooManyPasswords(TooMany):
    sentence = gettext_noop("Too many passwords were tried. Try again in %(minutes)s min.")


OF_NETWORK = Throttle("password of share from network", most=10, refusal=TooManyPasswords)
OF_SHARE = Throttle("password of share", most=300, refusal=TooManyPasswords)


def normalize(password: str) -> str:
    """The same text however a keyboard composes its accents. Raises BadPassword when it is empty or too long,
    NoText when it is none."""
    password = need_text(hashing.compose(password), "password")
    if not 1 <= len(password) <= hashing.LONGEST:
        raise BadPassword(most=number(hashing.LONGEST))
    return password


async def check_password(engine: AsyncEngine, share_id: int, known: str, password: str, *, sender: str) -> None:
    """Raises WrongPassword, and TooManyPasswords without looking at it once a network has tried too many."""
    share = f"{share_id} {known[-16:]}"  # another password is another to guess
    # Counted before the password is looked at, so that many at once are not many guesses more.
    try:
        async with engine.begin() as db:
            await OF_NETWORK.pass_or_refuse(db, f"{share} {sender}")
            await OF_SHARE.pass_or_refuse(db, share)
    except TooManyPasswords:
        log.warning("a password for share %d was refused unread: too many were tried", share_id)
        raise
    if hashing.is_busy():
        raise TooManyPasswords(seconds=60)
    if not await hashing.is_right(known, password):
        log.warning("a password for share %d was refused", share_id)
        raise WrongPassword
    async with engine.begin() as db:
        await OF_NETWORK.forget(db, f"{share} {sender}")
        await OF_SHARE.give_back(db, share)


def make_key(token: str, known: str) -> str:
    """What a browser keeps that has opened a share: it is bound to the share and to the hash of its password, of which
    nobody outside knows the salt, and says nothing of the password."""
    return blake2b(known.encode(), key=token.encode(), digest_size=32).hexdigest()


def is_key(key: str, token: str, known: str) -> bool:
    return hmac.compare_digest(key.encode(), make_key(token, known).encode())
