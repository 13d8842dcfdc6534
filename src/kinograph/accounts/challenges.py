"""What a passkey signs: random, kept here for some minutes, good once, and in the browser that asked for it alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

from fastapi import Request, Response
from sqlalchemy import delete, func, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts.models import Challenge
from kinograph.sessions.hashing import hash_token
from kinograph.settings import Settings

COOKIE = "challenge"
GOOD_FOR = timedelta(minutes=5)
CHALLENGE_BYTES = 32


class Purpose(StrEnum):
    """What is signed for one is not good for another."""

    add = "add"
    sign_in = "sign-in"
    prove = "prove"


async def make_challenge(db: AsyncConnection, purpose: Purpose, *, login_id: int | None = None) -> tuple[str, bytes]:
    """The secret for the browser's cookie, and what is to be signed; with `login_id` by whoever is signed in there."""
    secret, challenge = secrets.token_urlsafe(32), secrets.token_bytes(CHALLENGE_BYTES)
    await db.execute(delete(Challenge).where(Challenge.expires_at < func.now()))
    await db.execute(
        insert(Challenge).values(
            token_hash=hash_token(secret),
            challenge=challenge,
            purpose=purpose,
            login_id=login_id,
            expires_at=func.now() + GOOD_FOR,
        )
    )
    return secret, challenge


def set_cookie(response: Response, secret: str, settings: Settings) -> None:
    """Binds a challenge to the browser that asked."""
    response.set_cookie(
        _name(settings),
        secret,
        max_age=int(GOOD_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies,
    )


async def take_challenge(
    db: AsyncConnection, request: Request, purpose: Purpose, *, login_id: int | None = None
) -> bytes | None:
    """The one of this browser; it is used up, whatever becomes of what was signed. None: there is none, or no more."""
    secret = request.cookies.get(_name(request.app.state.settings), "")
    return await db.scalar(
        delete(Challenge)
        .where(
            Challenge.token_hash == hash_token(secret),
            Challenge.purpose == purpose,
            Challenge.login_id.is_not_distinct_from(login_id),
            Challenge.expires_at > func.now(),
        )
        .returning(Challenge.challenge)
    )


def _name(settings: Settings) -> str:
    """No other host of the domain can set one of this name."""
    return f"__Host-{COOKIE}" if settings.secure_cookies else COOKIE
