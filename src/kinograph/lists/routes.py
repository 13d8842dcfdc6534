"""Forms by which an owner brings a list, and deletes one."""

from __future__ import annotations

import asyncio
from tempfile import TemporaryFile
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from kinograph.errors import NotFound
from kinograph.i18n import gettext_noop
from kinograph.layout import notices
from kinograph.lists import bringing, store
from kinograph.lists.bringing import NoList
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import NotYours, ProgressOf, SettingsOf
from kinograph.sessions.owners import Holder
from kinograph.sessions.upload_routes import need_form, spool

router = APIRouter(include_in_schema=False)

Sent = Annotated[list[UploadFile], File(max_length=50)]


class NoSuchList(NotFound):
    sentence = gettext_noop("There is no such list, or it is someone else's.")


@router.post("/session/{session_id}/lists", dependencies=[Depends(need_form)])
async def bring(
    request: Request,
    session_id: UUID,
    progress: ProgressOf,
    settings: SettingsOf,
    files: Sent = (),  # type: ignore[assignment]
) -> Response:
    """Stores the lists in the files that the owner sends, and shows the first of them."""
    holder = await _need_owner(request, progress.owner_id)
    sent = [file for file in files if file.filename or file.size]
    if not sent:
        raise NoList
    state = request.app.state
    async with state.engine.begin() as db:
        await state.uploads_of_address.pass_or_refuse(db, throttle.find_sender(request.scope))
    async with state.under_way.turn():
        with TemporaryFile() as file:
            brought = await state.readers.read_by(bringing.read, await asyncio.to_thread(spool, sent, file))
        async with state.storing, state.engine.begin() as db:
            names = await store.bring_lists(
                db,
                brought,
                owner_id=holder.id,
                sent_bytes=sum(file.size or 0 for file in sent),
                settings=settings if holder.is_account else None,
            )
    address = f"/session/{session_id}/lists" + (f"/imported:{names[0]}" if len(names) == 1 else "")
    response = RedirectResponse(address, status_code=303)
    notices.leave_notice(response, "list-brought", secure=settings.secure_cookies)
    return response


@router.post("/session/{session_id}/lists/{name}/delete")
async def remove(request: Request, session_id: UUID, name: str, progress: ProgressOf, settings: SettingsOf) -> Response:
    owner_id = (await _need_owner(request, progress.owner_id)).id
    async with request.app.state.engine.begin() as db:
        if not await store.delete_list(db, name.removeprefix("imported:"), owner_id=owner_id):
            raise NoSuchList
    response = RedirectResponse(f"/session/{session_id}/lists", status_code=303)
    notices.leave_notice(response, "list-deleted", secure=settings.secure_cookies)
    return response


async def _need_owner(request: Request, owner_id: int | None) -> Holder:
    """Raises NotYours. The connection is given back at once: reading a file may last."""
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    if holder is None or owner_id != holder.id:
        raise NotYours
    return holder
