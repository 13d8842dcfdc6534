"""Owners: whoever holds a token. One token is one owner of many sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.models import Owner, Session
from kinograph.settings import Settings

COOKIE = "owner"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


# How the description of the API says it; `read_token` is what reads them.
BEARER = HTTPBearer(auto_error=False, scheme_name="owner_token", description="The owner_token that the upload gave.")
IN_COOKIE = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="owner_cookie", description="The same, as a browser keeps it."
)
OWNER_ONLY = [Security(BEARER), Security(IN_COOKIE)]
"""Dependencies of a route that is its owner's alone."""
OWNER_OR_NOBODY: dict[str, Any] = {"security": [{}, {"owner_token": []}, {"owner_cookie": []}]}
"""What a route says of itself that is open to all, and knows its owner."""


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    token: str = field(repr=False)


def read_token(request: Request) -> str | None:
    """The token a request brings: as a bearer, or in the cookie."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    return request.cookies.get(COOKIE)


async def find_owner(db: AsyncConnection, token: str | None) -> Holder | None:
    if not token:
        return None
    owner_id = await db.scalar(select(Owner.id).where(Owner.token_hash == hash_token(token)))
    return Holder(owner_id, token) if owner_id else None


async def find_or_make_owner(db: AsyncConnection, token: str | None) -> Holder:
    """The owner of this token, else a new one: a token we did not give out is never taken over."""
    if holder := await find_owner(db, token):
        return holder
    token = secrets.token_urlsafe(32)
    owner_id = await db.scalar(insert(Owner).values(token_hash=hash_token(token)).returning(Owner.id))
    assert owner_id is not None
    return Holder(owner_id, token)


async def note_change(db: AsyncConnection, *owner_ids: int) -> None:
    """Lets every process show, with the next page of theirs, what is changed in this transaction."""
    locked = select(Owner.id).where(Owner.id.in_(owner_ids)).order_by(Owner.id).with_for_update().cte()
    await db.execute(update(Owner).where(Owner.id.in_(select(locked.c.id))).values(changes=Owner.changes + 1))


def set_cookie(response: Response, holder: Holder, settings: Settings) -> None:
    response.set_cookie(
        COOKIE,
        holder.token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


class NoSuchOwner(AppError):
    status = 403
    sentence = gettext_noop(
        "No films belong to that token. Copy the whole token from Settings in the browser you uploaded with."
    )


class FilmsOfItsOwn(AppError):
    status = 409
    sentence = gettext_noop(
        "This browser already manages other films and would lose them. Copy its token first, then tick the box to "
        "confirm."
    )


async def link_browser(db: AsyncConnection, token: str, *, held: str | None, replace: bool) -> Holder:
    """The owner of a token that somebody brings to a browser, which holds another, or none.

    Raises NoSuchOwner, and FilmsOfItsOwn unless the browser's own token may be replaced.
    """
    holder = await find_owner(db, token.strip())
    if holder is None:
        raise NoSuchOwner
    if not replace and await has_films(db, held, but_of=holder):
        raise FilmsOfItsOwn
    return holder


async def has_films(db: AsyncConnection, token: str | None, *, but_of: Holder | None = None) -> bool:
    """Whether sessions belong to a token, to another than that of `but_of`."""
    holder = await find_owner(db, token)
    if holder is None or (but_of and holder.id == but_of.id):
        return False
    return bool(await db.scalar(select(exists().where(Session.owner_id == holder.id))))


def hash_token(token: str) -> bytes:
    # The token is 256 random bits, so a plain hash is as good as a slow one.
    return hashlib.sha256(token.encode()).digest()
