"""Passwords of shares: few guesses for a network."""

from __future__ import annotations

import hmac
import logging
from hashlib import blake2b

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop, number
from kinograph.sessions import hashing
from kinograph.sessions.throttle import TooMany
from kinograph.shares.wishes import need_text

log = logging.getLogger(__name__)

WINDOW = 600  # seconds in which wrong passwords are counted
TRIES_OF_NETWORK = 10
TRIES_OF_ALL = 300  # from everywhere at one share

# Counted before the password is looked at, so that many at once are not many guesses more.
COUNT = text(
    """
    WITH counted AS (
        INSERT INTO share_attempts AS a (share_id, sender, began_at, attempts)
        SELECT id, :sender, now(), 1 FROM shares WHERE id = :share_id
        ON CONFLICT (share_id, sender) DO UPDATE SET
            attempts = CASE WHEN a.began_at < now() - :window * interval '1 second' THEN 1 ELSE a.attempts + 1 END,
            began_at = CASE WHEN a.began_at < now() - :window * interval '1 second' THEN now() ELSE a.began_at END
        RETURNING attempts, began_at
    )
    SELECT attempts, ceil(extract(epoch FROM began_at - now()) + :window)::int AS seconds,
           (SELECT coalesce(sum(attempts), 0) FROM share_attempts
            WHERE share_id = :share_id AND began_at > now() - :window * interval '1 second')::int AS everywhere
    FROM counted
    """
)
FORGET = text("DELETE FROM share_attempts WHERE share_id = :share_id AND sender = :sender")


class BadPassword(AppError):
    status = 422
    sentence = gettext_noop("A password has 1 to %(most)s characters.")


class WrongPassword(AppError):
    status = 401
    sentence = gettext_noop("That is not the password. Ask whoever gave you the link.")


class TooManyPasswords(TooMany):
    sentence = gettext_noop("Too many passwords were tried. Try again in %(minutes)s min.")


def normalize(password: str) -> str:
    """The same text however a keyboard composes its accents. Raises BadPassword when it is empty or too long,
    NoText when it is none."""
    password = need_text(hashing.compose(password), "password")
    if not 1 <= len(password) <= hashing.LONGEST:
        raise BadPassword(most=number(hashing.LONGEST))
    return password


async def check_password(engine: AsyncEngine, share_id: int, known: str, password: str, *, sender: str) -> None:
    """Raises WrongPassword, and TooManyPasswords without looking at it once a network has tried too many."""
    key = {"share_id": share_id, "sender": blake2b(sender.encode(), key=known.encode()[-64:], digest_size=16).digest()}
    async with engine.begin() as db:
        counted = (await db.execute(COUNT, {**key, "window": WINDOW})).one_or_none()
    if counted is None or counted.attempts > TRIES_OF_NETWORK or counted.everywhere > TRIES_OF_ALL:
        log.warning("a password for share %d was refused unread: too many were tried", share_id)
        raise TooManyPasswords(seconds=max(1, counted.seconds if counted else WINDOW))
    if hashing.is_busy():
        raise TooManyPasswords(seconds=60)
    if not await hashing.is_right(known, password):
        log.warning("a password for share %d was refused", share_id)
        raise WrongPassword
    async with engine.begin() as db:
        await db.execute(FORGET, key)


def make_key(token: str, known: str) -> str:
    """What a browser keeps that has opened a share: it is bound to the share and to the hash of its password, of which
    nobody outside knows the salt, and says nothing of the password."""
    return blake2b(known.encode(), key=token.encode(), digest_size=32).hexdigest()


def is_key(key: str, token: str, known: str) -> bool:
    return hmac.compare_digest(key.encode(), make_key(token, known).encode())
