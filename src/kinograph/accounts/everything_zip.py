"""All exports of an owner in one ZIP, a JSON file each, and the lists they brought, sent while it is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from kinograph.accounts import ledger
from kinograph.accounts.ledger import Own
from kinograph.accounts.routes import HolderOf
from kinograph.database.requests import Db
from kinograph.layout.headers import UNKEPT
from kinograph.layout.methods import answer_head, is_head
from kinograph.lists import giving
from kinograph.lists.giving import Kept
from kinograph.sessions.everything import write_everything
from kinograph.sessions.spooling import CHUNK, name_file, spool_file

router = APIRouter(include_in_schema=False)

ZIP = "application/zip"


@router.get("/account/everything.zip")
async def download_everything(request: Request, db: Db, holder: HolderOf) -> Response:
    """A file for each export, named by its day, and for each brought list. One at a time is in memory, whatever the
    ZIP's size."""
    name = name_file("everything", "zip", request.app.state.today())
    # A ZIP is compressed already; whoever asks is the owner, and nobody keeps it in between.
    headers = UNKEPT | {"Content-Disposition": f'attachment; filename="{name}"', "Content-Encoding": "identity"}
    if is_head(request):
        return answer_head(headers, media_type=ZIP)
    exports = await ledger.list_exports(db, holder.id)
    lists = await giving.list_brought(db, holder.id)
    return StreamingResponse(_pack(request, exports, lists), media_type=ZIP, headers=headers)


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


async def _pack(request: Request, exports: Sequence[Own], lists: Sequence[Kept]) -> AsyncIterator[bytes]:
    state = request.app.state
    sink = Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, export in _name(exports):
            with TemporaryFile() as file:
                async with state.spooling.turn():
                    await spool_file(state.engine, write_everything, export.id, file)
                file.seek(0)
                with packed.open(name, "w", force_zip64=True) as entry:
                    while chunk := await asyncio.to_thread(file.read, CHUNK):
                        await asyncio.to_thread(entry.write, chunk)
                        yield sink.take()
            yield sink.take()
        for kept in lists:
            async with state.spooling.turn(), state.engine.connect() as db:
                content = await giving.write_list(db, kept)
            await asyncio.to_thread(packed.writestr, f"lists/{kept.file}", content)
            yield sink.take()
    yield sink.take()


def _name(exports: Sequence[Own]) -> list[tuple[str, Own]]:
    """By the day, and “-2” behind it for another of that day."""
    seen: dict[date, int] = {}
    named = []
    for export in exports:
        seen[export.day] = seen.get(export.day, 0) + 1
        again = f"-{seen[export.day]}" if seen[export.day] > 1 else ""
        named.append((f"kinograph-everything-{export.day.isoformat()}{again}.json", export))
    return named
