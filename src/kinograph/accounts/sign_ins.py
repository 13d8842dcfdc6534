"""Sign-ins at a provider that are under way, each bound to the browser that began it.

A browser keeps a secret for ten minutes. What the provider repeats to prove that it answers this sign-in (the nonce),
and what proves to it that whoever began it ends it (PKCE's verifier), are made of that secret and of the sign-in's own,
and are kept nowhere. So several windows may sign in at once, and a row of the database is of no use to anybody.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from fastapi import Request, Response
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import models
from kinograph.accounts.cleanup import forget_expired
from kinograph.accounts.identities import Identity
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.hashing import hash_token
from kinograph.settings import Settings

COOKIE = "signin"
INVITE_COOKIE = "invited"
LASTS = timedelta(minutes=10)
MOST = 20_000
"""Sign-ins under way, of everybody. A row takes some three hundred bytes."""

ENTER, LINK, PROVE, NEWCOMER = "enter", "link", "prove", "newcomer"


class SignInOver(AppError):
    status = 400
    heading = gettext_noop("This sign-in is over.")
    sentence = gettext_noop(
        "It took longer than ten minutes, was used already, or was begun in another browser. Begin again."
    )


class TooManyUnderWay(AppError):
    status = 503
    sentence = gettext_noop("Too many people are signing in right now. Try again in a few minutes.")
    retry_after = 300


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A sign-in. `state` goes to the provider and back."""

    state: str = field(repr=False)
    secret: str = field(repr=False)  # of the browser
    purpose: str
    login_id: int | None
    back: str
    began_at: datetime | None = None
    identity: Identity | None = None

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        return _encode(sha256(self.verifier.encode()).digest())

    def _derive(self, what: str) -> str:
        return _encode(hmac.digest(self.secret.encode(), f"{what} {self.state}".encode(), "sha256"))


def _encode(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


async def begin(
    db: AsyncConnection, request: Request, *, purpose: str, back: str, login_id: int | None = None
) -> UnderWay:
    """Raises TooManyUnderWay."""
    secret = request.cookies.get(COOKIE, "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", secret):
        secret = secrets.token_urlsafe(32)
    made = UnderWay(secrets.token_urlsafe(32), secret, purpose, login_id, back)
    await _keep(db, made)
    return made


async def ask_for_name(db: AsyncConnection, of: UnderWay, identity: Identity) -> str:
    """The ticket with which somebody whom the provider knows, and we do not, chooses a name."""
    made = UnderWay(secrets.token_urlsafe(32), of.secret, NEWCOMER, None, of.back, identity=identity)
    await _keep(db, made)
    return made.state


async def _keep(db: AsyncConnection, made: UnderWay) -> None:
    row = models.SignIn
    await forget_expired(db)
    if (await db.scalar(select(func.count()).select_from(row)) or 0) >= MOST:
        raise TooManyUnderWay
    await db.execute(
        insert(row).values(
            token_hash=hash_token(made.state),
            browser_hash=hash_token(made.secret),
            purpose=made.purpose,
            login_id=made.login_id,
            back=made.back,
            expires_at=func.now() + LASTS,
            **(made.identity._asdict() if made.identity else {}),
        )
    )


async def end(db: AsyncConnection, request: Request, state: str) -> UnderWay:
    """The sign-in that this browser began, which is used up. Raises SignInOver."""
    row = models.SignIn
    found = await _read(db, request, state)
    if found is None or found.purpose == NEWCOMER:
        raise SignInOver
    gone = await db.execute(delete(row).where(row.token_hash == hash_token(state)))
    if not gone.rowcount:  # somebody else was faster
        raise SignInOver
    return found


async def find_newcomer(db: AsyncConnection, request: Request, ticket: str) -> Identity | None:
    """Who was to choose a name with this ticket, in this browser."""
    found = await _read(db, request, ticket)
    return found.identity if found and found.purpose == NEWCOMER else None


async def forget_newcomer(db: AsyncConnection, ticket: str) -> None:
    await db.execute(delete(models.SignIn).where(models.SignIn.token_hash == hash_token(ticket)))


async def _read(db: AsyncConnection, request: Request, state: str) -> UnderWay | None:
    secret, row = request.cookies.get(COOKIE), models.SignIn
    if not secret or not state:
        return None
    found = (
        await db.execute(
            select(row.purpose, row.login_id, row.back, row.began_at, row.issuer, row.subject, row.name).where(
                row.token_hash == hash_token(state),
                row.browser_hash == hash_token(secret),
                row.expires_at > func.now(),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    identity = Identity(found.issuer, found.subject, found.name) if found.issuer else None
    return UnderWay(state, secret, found.purpose, found.login_id, found.back, found.began_at, identity)


def remember(response: Response, made: UnderWay, invite: str, settings: Settings) -> None:
    """Keeps in the browser what binds the sign-in to it, and the invitation with which somebody comes."""
    for name, value in ((COOKIE, made.secret), (INVITE_COOKIE, invite)):
        if value:
            response.set_cookie(
                name,
                value,
                max_age=int(LASTS.total_seconds()),
                httponly=True,
                samesite="lax",  # comes along when the provider sends the browser back
                secure=settings.secure_cookies,
            )


def forget_invite(response: Response, settings: Settings) -> None:
    response.delete_cookie(INVITE_COOKIE, httponly=True, samesite="lax", secure=settings.secure_cookies)
