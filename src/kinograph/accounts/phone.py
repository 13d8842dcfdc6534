"""A link that opens an owner's exports in another browser, once: read as a QR code by the camera of a phone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import segno
from markupsafe import Markup
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.hashing import hash_token
from kinograph.sessions.models import PhoneLink

GOOD_FOR = timedelta(minutes=10)
MARGIN = 4
"""Modules left free around the code, as its standard asks."""


async def make_link(db: AsyncConnection, owner_id: int) -> tuple[str, datetime]:
    """The secret of a new link and until when it is good. Links made before by the owner end."""
    secret = secrets.token_urlsafe(32)
    await db.execute(delete(PhoneLink).where((PhoneLink.owner_id == owner_id) | (PhoneLink.expires_at < func.now())))
    until = await db.scalar(
        insert(PhoneLink)
        .values(owner_id=owner_id, token_hash=hash_token(secret), expires_at=func.now() + GOOD_FOR)
        .returning(PhoneLink.expires_at)
    )
    assert until is not None
    return secret, until


async def find_owner_of(db: AsyncConnection, secret: str) -> int | None:
    """The owner of a link that still works."""
    return await db.scalar(
        select(PhoneLink.owner_id).where(PhoneLink.token_hash == hash_token(secret), PhoneLink.expires_at > func.now())
    )


async def use_link(db: AsyncConnection, secret: str) -> int | None:
    """Its owner; it is used up. None for a link that is over, used or none of ours."""
    return await db.scalar(
        delete(PhoneLink)
        .where(PhoneLink.token_hash == hash_token(secret), PhoneLink.expires_at > func.now())
        .returning(PhoneLink.owner_id)
    )


def draw_code(address: str, label: str) -> Markup:
    """The address as a QR code: an <svg> in black on white, whatever the lights are, for cameras read no other."""
    code = segno.make(address, error="m", micro=False)
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=MARGIN))
        for x, module in enumerate(row)
        if module
    )
    width = code.symbol_size(border=MARGIN)[0]
    return Markup('<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path d="{2}"/></svg>').format(
        width,
        label,
        Markup(path),  # noqa: S704 - numbers
    )
