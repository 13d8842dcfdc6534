"""How often somebody may do what costs us, whichever web process they do it at.

Counted in the database. Who it was stands there as a digest, salted with what is thrown away once nothing is kept.
"""

from __future__ import annotations

import math
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

if TYPE_CHECKING:
    from starlette.types import Scope

STORED_AT_ONCE = 2  # uploads written at the same time by one web process; its other connections are for the pages
SECONDS = 600  # for which senders are remembered

SENDER = "sha256((SELECT salt FROM throttle_salt) || convert_to(:sender, 'UTF8'))"
OVER = "t.began_at <= now() - make_interval(secs => :seconds)"
COUNT = text(
    f"""
    INSERT INTO throttles AS t (what, sender, began_at, times) VALUES (:what, {SENDER}, now(), :times)
    ON CONFLICT (what, sender) DO UPDATE SET
        times = excluded.times + CASE WHEN {OVER} THEN 0 ELSE t.times END,
        began_at = CASE WHEN {OVER} THEN now() ELSE t.began_at END
    RETURNING times, ceil(extract(epoch FROM began_at - now()) + :seconds)::int AS seconds
    """  # noqa: S608 - our own text
)
GIVE_BACK = text(f"UPDATE throttles SET times = times - 1 WHERE what = :what AND sender = {SENDER}")  # noqa: S608
FORGET_SENDER = text(f"DELETE FROM throttles WHERE what = :what AND sender = {SENDER}")  # noqa: S608
COUNT_UNDER_WAY = text(
    f"""
    WITH counted AS (
        INSERT INTO uploads_under_way (id, sender, n_bytes, counted_at) VALUES (:id, {SENDER}, :n_bytes, now())
        ON CONFLICT (id) DO UPDATE SET n_bytes = :n_bytes, counted_at = now()
    )
    SELECT coalesce(sum(n_bytes), 0)::bigint FROM uploads_under_way
    WHERE sender = {SENDER} AND id <> :id AND counted_at > now() - make_interval(secs => :seconds)
    """  # noqa: S608 - our own text
)
FORGET = (
    "DELETE FROM throttles WHERE began_at < now() - make_interval(secs => :seconds)",
    "DELETE FROM uploads_under_way WHERE counted_at < now() - make_interval(secs => :seconds)",
    "UPDATE throttle_salt SET salt = uuid_send(gen_random_uuid()) WHERE NOT EXISTS (SELECT FROM throttles)",
)


class TooMany(AppError):
    status = 429
    sentence = gettext_noop("Too many requests within ten minutes. Try again in %(minutes)s min.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(minutes=math.ceil(seconds / 60))
        self.retry_after = seconds


class TooManyUploads(TooMany):
    sentence = gettext_noop("Too many uploads within ten minutes. Try again in %(minutes)s min.")


class TooManyFromNetwork(TooMany):
    sentence = gettext_noop("Too many uploads came from your network within ten minutes. Try again in %(minutes)s min.")


def find_sender(scope: Scope) -> str:
    """Of whoever sends. With IPv6 everybody has a network of addresses, which is the one that counts."""
    host: str = (scope.get("client") or ("",))[0]
    try:
        sender = ip_address(host)
    except ValueError:
        return host
    if isinstance(sender, IPv6Address) and not sender.ipv4_mapped:
        return str(ip_network((sender.packed[:8] + bytes(8), 64)))
    return host


class Throttle:
    """At most `most` times within `seconds` from the first, for each sender; else the refusal. `what` names what is
    counted, the same for all processes."""

    def __init__(
        self, what: str, *, most: int, seconds: float = SECONDS, refusal: type[TooMany] = TooManyUploads
    ) -> None:
        self._what = what
        self._refusal = refusal
        self._most = most
        self._seconds = seconds

    async def pass_or_refuse(self, db: AsyncConnection, sender: str, *, times: int = 1) -> None:
        """Counts so many times, or raises the refusal: then the caller's transaction is to be given up, and with it the
        count."""
        counted = {"what": self._what, "sender": sender, "times": times, "seconds": self._seconds}
        row = (await db.execute(COUNT, counted)).one()
        if row.times > self._most:
            raise self._refusal(seconds=max(1, row.seconds))

    async def give_back(self, db: AsyncConnection, sender: str) -> None:
        """Takes one time of a sender back: it came to nothing."""
        await db.execute(GIVE_BACK, {"what": self._what, "sender": sender})

    async def forget(self, db: AsyncConnection, sender: str) -> None:
        """Begins anew with a sender, who has shown that they may."""
        await db.execute(FORGET_SENDER, {"what": self._what, "sender": sender})


async def count_under_way(db: AsyncConnection, upload_id: UUID, sender: str, n_bytes: int) -> int:
    """Notes how much of an upload has come in, and returns how much has of the sender's others, at any process."""
    counted = {"id": upload_id, "sender": sender, "n_bytes": n_bytes, "seconds": SECONDS}
    others: int = await db.scalar(COUNT_UNDER_WAY, counted)
    return others


async def end_under_way(db: AsyncConnection, upload_id: UUID) -> None:
    await db.execute(text("DELETE FROM uploads_under_way WHERE id = :id"), {"id": upload_id})


async def forget_senders(db: AsyncConnection) -> None:
    """What is old enough to count no more, also of uploads whose process was killed."""
    for sql in FORGET:
        await db.execute(text(sql).bindparams(**({"seconds": SECONDS} if ":seconds" in sql else {})))
