"""Owners: whoever holds a token, or is signed in. One owner has many sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.hashing import hash_token
from kinograph.sessions.keys import PREFIX, find_owner_of_key
from kinograph.sessions.models import Login, Owner, Session
from kinograph.sessions.throttle import find_sender
from kinograph.sessions.uses import note_use
from kinograph.settings import Settings

if TYPE_CHECKING:
    from fastapi import Request, Response

COOKIE = "owner"
LOGIN_COOKIE = "login"
PROXIED = "proxied"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
LONGEST_BROWSER = 200


OWNER_OR_NOBODY: dict[str, Any] = {"security": [{}, {"owner_token": []}, {"owner_cookie": []}]}
"""What a route says of itself that is open to all, and knows its owner."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The owner who asks: with the `token` that made them one, by a key, or signed in by a login. `proven_at` is when
    whoever is signed in typed a password last."""

    id: int
    token: str | None = field(default=None, repr=False)
    login_id: int | None = None
    is_account: bool = False
    proven_at: datetime | None = None


FIND = text(
    """
    SELECT id, NULL::bigint AS login_id, NULL::timestamptz AS seen_at, NULL::timestamptz AS proven_at,
           FALSE AS is_account
    FROM owners WHERE token_hash = :token
    UNION ALL
    SELECT owner_id, logins.id, seen_at, proven_at, owners.token_hash IS NULL
    FROM logins JOIN owners ON owners.id = owner_id
    WHERE logins.token_hash = :login AND (expires_at IS NULL OR expires_at > now()) AND leaves_at IS NULL
      AND (proxied IS NULL OR proxied = :proxied)
    ORDER BY login_id NULLS LAST LIMIT 1
    """
)
# What an account had that was deleted is there for some days, should it come back, and for nobody to see.
STAYS = "NOT EXISTS (SELECT FROM owners WHERE owners.id = sessions.owner_id AND leaves_at IS NOT NULL)"
SEEN_SECONDS = 3600
"""How exactly a login knows when it was last used."""
SEEN = text(
    f"UPDATE logins SET seen_at = now() WHERE id = :id"  # noqa: S608 - our own text
    f" AND seen_at < now() - make_interval(secs => {SEEN_SECONDS})"
)


def read_credential(request: Request) -> str | None:
    """What tells requests of one owner from those of others, without asking who that is."""
    return _read_bearer(request) or request.cookies.get(LOGIN_COOKIE) or request.cookies.get(COOKIE)


def has_cookie(header: str) -> bool:
    """Whether a Cookie header brings one of ours."""
    return any(f"{name}=" in header for name in (COOKIE, LOGIN_COOKIE))


def read_token(request: Request) -> str | None:
    """The token a request brings: as a bearer, or in the cookie."""
    return _read_bearer(request) or request.cookies.get(COOKIE)


def _read_bearer(request: Request) -> str | None:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() or None if scheme.lower() == "bearer" else None


def is_stranger(request: Request) -> bool:
    """Whether a request brings nothing that would say who asks."""
    return not read_token(request) and not request.cookies.get(LOGIN_COOKIE)


def read_proxied(request: Request) -> str | None:
    """Whom a trusted proxy says the request comes from (`accounts/header.py`)."""
    proxied: str | None = getattr(request.state, PROXIED, None)
    return proxied


async def find_holder(request: Request, db: AsyncConnection) -> Holder | None:
    """Whoever asks: by a bearer, else by the login of this browser, else by its token. None for a stranger."""
    bearer, token = _read_bearer(request), read_token(request)
    login = None if bearer else request.cookies.get(LOGIN_COOKIE)
    if not token and not login:
        return None
    if bearer and bearer.startswith(PREFIX):
        found = await find_owner_of_key(request, db, bearer)
        return Holder(found.owner_id, is_account=found.is_account)
    told = {
        "token": hash_token(token) if token else b"",
        "login": hash_token(login) if login else b"",
        "proxied": read_proxied(request) or "",
    }
    row = (await db.execute(FIND, told)).one_or_none()
    if row is None:
        return None
    if row.login_id is None:
        return Holder(row.id, token)
    if datetime.now(UTC) - row.seen_at > timedelta(seconds=SEEN_SECONDS):
        note_use(request, SEEN, row.login_id)
    return Holder(row.id, login_id=row.login_id, is_account=row.is_account, proven_at=row.proven_at)


async def lock_holder(request: Request, db: AsyncConnection) -> Holder | None:
    """As find_holder; until the end of the transaction no account adopts what they have. Who was adopted at this very
    moment asks as whoever else their browser says."""
    holder = await find_holder(request, db)
    if holder is None:
        return None
    stays = await db.scalar(select(Owner.id).where(Owner.id == holder.id).with_for_update())
    return holder if stays else await find_holder(request, db)


async def find_owner(db: AsyncConnection, token: str | None) -> Holder | None:
    """The owner of this token."""
    if not token:
        return None
    owner_id = await db.scalar(select(Owner.id).where(Owner.token_hash == hash_token(token)))
    return Holder(owner_id, token) if owner_id else None


async def make_owner(db: AsyncConnection) -> Holder:
    """A new one: a token we did not give out is never taken over."""
    # One of 262,144 begins as a key does, and would be looked for among those.
    while (token := secrets.token_urlsafe(32)).startswith(PREFIX):
        pass
    owner_id = await db.scalar(insert(Owner).values(token_hash=hash_token(token)).returning(Owner.id))
    assert owner_id is not None
    return Holder(owner_id, token)


async def note_change(db: AsyncConnection, *owner_ids: int) -> None:
    """Lets every process show, with the next page of theirs, what is changed in this transaction."""
    locked = select(Owner.id).where(Owner.id.in_(owner_ids)).order_by(Owner.id).with_for_update().cte()
    await db.execute(update(Owner).where(Owner.id.in_(select(locked.c.id))).values(changes=Owner.changes + 1))


def set_cookie(response: Response, holder: Holder, settings: Settings) -> None:
    """Keeps the owner's token in the browser; whoever is signed in has a cookie of their own."""
    if holder.token:
        _keep(response, COOKIE, holder.token, settings)


def set_login_cookie(response: Response, secret: str, settings: Settings) -> None:
    _keep(response, LOGIN_COOKIE, secret, settings)


def delete_login_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(LOGIN_COOKIE, httponly=True, samesite="lax", secure=settings.secure_cookies)


def _keep(response: Response, name: str, value: str, settings: Settings) -> None:
    response.set_cookie(
        name, value, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=settings.secure_cookies
    )


async def start_login(
    db: AsyncConnection, owner_id: int, request: Request, *, is_proven: bool = False, proxied: str | None = None
) -> str:
    """A new login of an owner, from the browser that asks; the secret that its cookie holds. With `proxied` it holds
    while the proxy names the same person."""
    secret = secrets.token_urlsafe(32)
    await db.execute(
        insert(Login).values(
            owner_id=owner_id,
            token_hash=hash_token(secret),
            browser=request.headers.get("user-agent", "")[:LONGEST_BROWSER],
            network=find_sender(request.scope),
            proven_at=func.now() if is_proven else None,
            proxied=proxied,
        )
    )
    return secret


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
    return await owns_films(db, holder.id)


async def owns_films(db: AsyncConnection, owner_id: int) -> bool:
    return bool(await db.scalar(select(exists().where(Session.owner_id == owner_id))))


async def count_sessions(db: AsyncConnection, owner_id: int) -> int:
    return await db.scalar(select(func.count()).select_from(Session).where(Session.owner_id == owner_id)) or 0
