"""Tells this process of every session that is deleted, by whichever process: its films are to leave all memories."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import asyncpg

log = logging.getLogger(__name__)

CHANNEL = "kinograph_session_deleted"  # as the trigger of the table names it
TRIED_AGAIN_SECONDS = 1.0


async def follow_deletions(url: str, *, forget: Callable[[UUID], None], forget_all: Callable[[], None]) -> None:
    """Until it is cancelled. What was deleted while there was no connection is not told: then all is forgotten."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(url)
            try:
                await _listen(connection, forget, forget_all)
            finally:
                connection.terminate()
        await asyncio.sleep(TRIED_AGAIN_SECONDS)


async def _listen(
    connection: asyncpg.Connection, forget: Callable[[UUID], None], forget_all: Callable[[], None]
) -> None:
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _: ended.set())

    def deleted(connection: object, process: int, channel: str, session_id: object) -> None:
        forget(UUID(str(session_id)))

    await connection.add_listener(CHANNEL, deleted)
    forget_all()
    await ended.wait()
    log.warning("the database connection is lost; deleted sessions are noticed again once it is back")
