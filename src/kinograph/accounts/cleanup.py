"""What a period deletes of sign-ins: apart from what begins and ends them, for the worker serves no requests."""

from __future__ import annotations

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts.models import SignIn


async def forget_expired(db: AsyncConnection) -> None:
    """Sign-ins that nobody ended in time."""
    await db.execute(delete(SignIn).where(SignIn.expires_at < func.now()))
