"""Files to take along. Each is written whole to the disk before its first byte is sent, so that whoever reads slowly
keeps neither a connection nor a snapshot of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

import asyncpg
from fastapi import Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response

from kinograph.database import raw
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.sessions.progress import Progress

Write = Callable[[asyncpg.Connection, UUID, IO[bytes]], Awaitable[None]]
"""What writes a session's file, from within one snapshot."""

AT_ONCE = 2
"""So many are written at the same time by one process."""

CHUNK = 1 << 16
PORTION = 500  # rows


async def spool_file(engine: AsyncEngine, write: Write, session_id: UUID, file: IO[bytes]) -> None:
    """Writes a session's file to one on the disk, as the session is at this moment."""
    async with engine.connect() as plain:
        db = await plain.execution_options(isolation_level="REPEATABLE READ")
        async with db.begin():
            await write(await raw(db), session_id, file)


async def answer_file(request: Request, progress: Progress, name: str, media_type: str, write: Write) -> Response:
    """A session's file as the answer, called kinograph-`name` with the day before its ending. Raises Busy."""
    stem, _, ending = name.rpartition(".")
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name_file(stem, ending, made_on(progress))}"'}
    if is_head(request):
        return answer_head(headers, media_type=media_type)
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        async with request.app.state.spooling.turn():
            await spool_file(request.app.state.engine, write, progress.session_id, file)
    except BaseException:
        file.close()
        raise
    headers["Content-Length"] = str(file.seek(0, 2))
    if ending == "zip":
        headers["Content-Encoding"] = "identity"  # or it would be compressed a second time
    return StreamingResponse(_chunks(file), media_type=media_type, headers=headers)


def made_on(progress: Progress) -> date:
    """The day a session's data are of: that of its export, else that of the upload."""
    return (progress.made_at or progress.created_at).date()


def name_file(stem: str, ending: str, day: date) -> str:
    return f"kinograph-{stem}-{day.isoformat()}.{ending}"


async def read_portions(driver: asyncpg.Connection, sql: str, *given: object) -> AsyncIterator[list[asyncpg.Record]]:
    """The rows of a query, some hundred at a time."""
    cursor = await driver.cursor(sql, *given)
    while rows := await cursor.fetch(PORTION):
        yield rows


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
