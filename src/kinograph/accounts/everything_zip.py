"""All exports of an owner in one ZIP, a JSON file each, sent while it is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts import ledger
from kinograph.accounts.ledger import Own
from kinograph.accounts.routes import HolderOf
from kinograph.database import Db
from kinograph.layout.headers import UNKEPT
from kinograph.layout.methods import answer_head, is_head
from kinograph.sessions.everything import Everything, read_everything
from kinograph.sessions.movies import Movie, read_movies

router = APIRouter(include_in_schema=False)

ZIP = "application/zip"


class Packed(BaseModel):
    """An export as it stands in the ZIP."""

    movies: list[Movie]
    everything: Everything


@router.get("/account/everything.zip")
async def download_everything(request: Request, db: Db, holder: HolderOf) -> Response:
    """A file for each export, named by its day. One export at a time is in memory, whatever the ZIP's size."""
    # A ZIP is compressed already; whoever asks is the owner, and nobody keeps it in between.
    headers = UNKEPT | {"Content-Disposition": 'attachment; filename="kinograph.zip"', "Content-Encoding": "identity"}
    if is_head(request):
        return answer_head(headers, media_type=ZIP)
    exports = await ledger.list_exports(db, holder.id)
    return StreamingResponse(_pack(request, exports), media_type=ZIP, headers=headers)


class Sink:
    """What ZipFile writes to; `take` hands over what has come together."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing below to write to."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


async def _pack(request: Request, exports: Sequence[Own]) -> AsyncIterator[bytes]:
    state = request.app.state
    sink = Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, export in _name(exports):
            async with state.packing.turn():
                async with state.engine.connect() as db:
                    read = await _read(db, export.id)
                content = await asyncio.to_thread(read.model_dump_json)
                await asyncio.to_thread(packed.writestr, name, content)
            yield sink.take()
    yield sink.take()


async def _read(db: AsyncConnection, session_id: UUID) -> Packed:
    return Packed(
        movies=await read_movies(db, session_id), everything=await read_everything(db, session_id, is_owner=True)
    )


def _name(exports: Sequence[Own]) -> list[tuple[str, Own]]:
    """“2024-10-03.json”, and “2024-10-03-2.json” for another of that day."""
    seen: dict[str, int] = {}
    named = []
    for export in exports:
        day = export.day.isoformat()
        seen[day] = seen.get(day, 0) + 1
        named.append((f"{day}-{seen[day]}.json" if seen[day] > 1 else f"{day}.json", export))
    return named
