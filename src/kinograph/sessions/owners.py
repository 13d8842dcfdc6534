"""Owners: whoever holds a token. One token is one owner of many sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from fastapi import Request, Response
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.models import Owner
from kinograph.settings import Settings

COOKIE = "owner"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    token: str = field(repr=False)


def token_of(request: Request) -> str | None:
    """The token a request brings: as a bearer, or in the cookie."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    return request.cookies.get(COOKIE)


async def find(db: AsyncConnection, token: str | None) -> Holder | None:
    if not token:
        return None
    owner_id = await db.scalar(select(Owner.id).where(Owner.token_hash == digest(token)))
    return Holder(owner_id, token) if owner_id else None


async def find_or_make(db: AsyncConnection, token: str | None) -> Holder:
    """The owner of this token, else a new one: a token we did not give out is never taken over."""
    if holder := await find(db, token):
        return holder
    token = secrets.token_urlsafe(32)
    owner_id = await db.scalar(insert(Owner).values(token_hash=digest(token)).returning(Owner.id))
    assert owner_id is not None
    return Holder(owner_id, token)


def remember(response: Response, holder: Holder, settings: Settings) -> None:
    response.set_cookie(
        COOKIE,
        holder.token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=(settings.public_url or "").startswith("https:"),
    )


def digest(token: str) -> bytes:
    # The token is 256 random bits, so a plain hash is as good as a slow one.
    return hashlib.sha256(token.encode()).digest()
