"""How many exports, and of how many megabytes, an account may hold: its own quota, else that of all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import decimal, gettext_noop, number
from kinograph.settings import Settings

MB = 1_000_000
MOST_VIEWS = 50  # saved ones of an owner; here, where the worker finds it without the pages they open


class TooManyExports(AppError):
    status = 413
    heading = gettext_noop("Your account is full.")
    sentence = gettext_noop(
        "Your account has as many exports as it may hold (%(most)s), so this one was not stored. "
        "Delete an older one first."
    )


class TooManyMegabytes(AppError):
    status = 413
    heading = gettext_noop("Your account is full.")
    sentence = gettext_noop(
        "Your account holds %(held)s MB and may hold %(most)s MB, so this export of %(size)s MB was not stored. "
        "Delete an older one first."
    )


class NoRoomForLists(AppError):
    status = 413
    heading = gettext_noop("Your account is full.")
    sentence = gettext_noop(
        "Your account holds %(held)s MB and may hold %(most)s MB, so no list was stored. "
        "Delete an older export or a list first."
    )


@dataclass(frozen=True, slots=True)
class Room:
    """What an account holds, and may hold; None: any number. The bytes are those of its exports and of the lists it
    brought."""

    exports: int
    n_bytes: int
    most_exports: int | None
    most_mb: int | None

    def check(self, n_bytes: int) -> None:
        """Raises TooManyExports or TooManyMegabytes where another export of so many bytes has no room."""
        if self.most_exports is not None and self.exports >= self.most_exports:
            raise TooManyExports(most=number(self.most_exports))
        if self.most_mb is not None and self.n_bytes + n_bytes > self.most_mb * MB:
            sizes = {"held": decimal(self.n_bytes / MB, 1), "size": decimal(max(n_bytes / MB, 0.1), 1)}
            raise TooManyMegabytes(most=number(self.most_mb), **sizes)

    def check_lists(self, n_bytes: int) -> None:
        """Raises NoRoomForLists where lists of so many bytes have no room."""
        if self.most_mb is not None and self.n_bytes + n_bytes > self.most_mb * MB:
            raise NoRoomForLists(held=decimal(self.n_bytes / MB, 1), most=number(self.most_mb))


ROOM = text(
    "SELECT count(sessions.id) AS exports, coalesce(sum(sent_bytes), 0)"
    " + (SELECT coalesce(sum(sent_bytes), 0) FROM film_lists WHERE owner_id = owners.id) AS n_bytes,"
    " quota_exports, quota_mb"
    " FROM owners LEFT JOIN sessions ON sessions.owner_id = owners.id WHERE owners.id = :owner_id GROUP BY owners.id"
)


async def find_room(db: AsyncConnection, owner_id: int, settings: Settings) -> Room:
    """Of the owner of an account."""
    row = (await db.execute(ROOM, {"owner_id": owner_id})).one()
    most_exports = settings.quota_exports if row.quota_exports is None else row.quota_exports
    most_mb = settings.quota_mb if row.quota_mb is None else row.quota_mb
    return Room(row.exports, int(row.n_bytes), most_exports or None, most_mb or None)
