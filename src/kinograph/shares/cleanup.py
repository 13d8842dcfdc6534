"""What is left of shares after their time."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

OLD = (
    "DELETE FROM shares WHERE least(revoked_at, expires_at) < now() - interval '30 days'",
    "DELETE FROM share_visits WHERE day < (now() AT TIME ZONE 'UTC')::date - 400",
)


async def delete_old(db: AsyncConnection) -> int:
    """Shares that ended over a month ago, and visits of over a year; how many shares."""
    gone = [(await db.execute(text(sql))).rowcount for sql in OLD]
    return gone[0]
