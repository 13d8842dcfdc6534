"""Keys: with one a program acts in its owner's name, as far as the key allows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.hashing import hash_token
from kinograph.sessions.models import Key, Owner
from kinograph.sessions.uses import note_use

if TYPE_CHECKING:
    from fastapi import Request

PREFIX = "kg_"
MOST = 20
LONGEST_NAME = 60
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# All else is not for programs: the account, logins, keys and links.
OPEN_TO_KEYS = re.compile(
    r"/api/(upload|me/.*|session/[^/]+(?!/(?:shares|access)(?:/|$))(/.*)?)"
    r"|/session/[^/]+/(?:[^/]+/)*[^/]+\.(?:csv|json|zip|pdf)"  # files to take along
)


class KeyNotEnough(AppError):
    status = 403
    sentence = gettext_noop(
        "Not with a key. Programs may read and upload exports and correct matches, and nothing else."
    )


class DeadKey(AppError):
    status = 401
    sentence = gettext_noop("This key opens nothing: it was revoked, or its account was deleted.")


class ReadOnlyKey(AppError):
    status = 403
    sentence = gettext_noop("This key may only read.")


class TooManyKeys(AppError):
    status = 409
    sentence = gettext_noop("You have %(most)s keys, which is as many as there can be. Revoke one first.")


@dataclass(frozen=True, slots=True)
class OwnKey:
    id: int
    name: str
    is_read_only: bool
    created_at: datetime
    used_on: date | None


class KeyOwner(NamedTuple):
    owner_id: int
    is_account: bool


FIND = text(
    "SELECT keys.id, owner_id, is_read_only, used_on, owners.token_hash IS NULL AS is_account"
    " FROM keys JOIN owners ON owners.id = owner_id WHERE keys.token_hash = :hash"
    " AND leaves_at IS NULL"
)
USED = text("UPDATE keys SET used_on = current_date WHERE id = :id AND used_on IS DISTINCT FROM current_date")


async def find_owner_of_key(request: Request, db: AsyncConnection, key: str) -> KeyOwner:
    """Whose key it is. Raises DeadKey where it is nobody's, or what such a program uploads would be a stranger's;
    KeyNotEnough and ReadOnlyKey for what it does not allow."""
    row = (await db.execute(FIND, {"hash": hash_token(key)})).one_or_none()
    if row is None:
        raise DeadKey
    if not OPEN_TO_KEYS.fullmatch(request.url.path):
        raise KeyNotEnough
    if row.is_read_only and request.method not in SAFE:
        raise ReadOnlyKey
    if row.used_on != await db.scalar(select(func.current_date())):
        note_use(request, USED, row.id)
    return KeyOwner(row.owner_id, row.is_account)


async def make_key(db: AsyncConnection, owner_id: int, name: str, *, is_read_only: bool) -> str:
    """The new key, to be shown once. Raises TooManyKeys."""
    await db.execute(select(Owner.id).where(Owner.id == owner_id).with_for_update())  # one at a time, or there are more
    if len(await list_keys(db, owner_id)) >= MOST:
        raise TooManyKeys(most=MOST)
    key = PREFIX + secrets.token_urlsafe(32)
    name = " ".join(name.split())[:LONGEST_NAME]
    await db.execute(
        insert(Key).values(owner_id=owner_id, name=name, token_hash=hash_token(key), is_read_only=is_read_only)
    )
    return key


async def list_keys(db: AsyncConnection, owner_id: int) -> Sequence[OwnKey]:
    """The newest first."""
    rows = await db.execute(
        select(Key.id, Key.name, Key.is_read_only, Key.created_at, Key.used_on)
        .where(Key.owner_id == owner_id)
        .order_by(Key.id.desc())
    )
    return [OwnKey(*row) for row in rows]


async def revoke_key(db: AsyncConnection, owner_id: int, key_id: int) -> None:
    await db.execute(delete(Key).where(Key.id == key_id, Key.owner_id == owner_id))
