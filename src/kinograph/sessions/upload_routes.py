"""Uploads: by the API, by the form of the first page, and from what a phone shares."""

from __future__ import annotations

import asyncio
import logging
import shutil
from tempfile import TemporaryFile
from typing import IO, Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions import intake, owners, throttle
from kinograph.sessions.access import SettingsOf
from kinograph.sessions.export_errors import NothingSent
from kinograph.sessions.hashing import hash_token
from kinograph.sessions.models import Status
from kinograph.sessions.sandbox import Spooled
from kinograph.settings import Settings

log = logging.getLogger(__name__)

router = APIRouter()


class NoForm(AppError):
    status = 415
    sentence = gettext_noop("Send the files of an export with a form: multipart/form-data, with a field “files”.")


class AccountNeeded(AppError):
    status = 403
    sentence = gettext_noop("Sign in first: here only people with an account upload.")


class NoFiles(AppError):
    """Of a form that cannot be taken apart, too: a browser makes none such."""

    status = 422
    sentence = gettext_noop(
        "The form holds no files in a field “files”, or more than 1,000, or it is damaged."
        " Send the ZIP as Letterboxd gave it to you."
    )


async def need_form(request: Request) -> None:
    """Raises NoForm for a body of another type."""
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type.strip().lower() != "multipart/form-data":
        raise NoForm


# No schema can say what an export is: other files are refused with the reason.
Sent = Annotated[
    list[UploadFile],
    File(min_length=1, max_length=1_000, description="The ZIP of a Letterboxd export, or CSV files from it."),
]


class Uploaded(BaseModel):
    session_id: UUID
    status: Status
    total_movies: int = Field(description="Watched films.")
    enriched_count: int = Field(description="Of these, those that were looked up before.")
    owner_token: str | None = Field(
        description="Proves that the session is yours; send it as a bearer token. Null for whoever is signed in."
    )
    warnings: list[str]


@router.post(
    "/api/upload",
    status_code=201,
    tags=["sessions"],
    dependencies=[Depends(need_form)],
    responses={200: {"model": Uploaded, "description": "Sent before: the session there is."}},
    openapi_extra=owners.OWNER_OR_NOBODY,
)
async def upload(request: Request, response: Response, settings: SettingsOf, files: Sent) -> Uploaded:
    """Takes the export ZIP, or any number of its CSV files, as a new session.

    What the same owner has sent before makes no second session: the answer is 200, with the first, which is brought up
    to date where this version reads more of it.
    """
    accepted = await _accept(request, files)
    response.status_code = 201 if accepted.is_new else 200
    owners.set_cookie(response, accepted.holder, settings)
    return Uploaded(
        session_id=accepted.session_id,
        status=accepted.progress.status,
        total_movies=accepted.progress.total,
        enriched_count=accepted.progress.enriched,
        owner_token=accepted.holder.token,
        warnings=list(map(str, accepted.warnings)),
    )


@router.post("/upload", include_in_schema=False, dependencies=[Depends(need_form)])
@router.post("/share", include_in_schema=False, dependencies=[Depends(need_form)])
async def upload_form(request: Request, settings: SettingsOf, files: Sent) -> Response:
    accepted = await _accept(request, files)
    response = RedirectResponse(f"/session/{accepted.session_id}", status_code=303)
    owners.set_cookie(response, accepted.holder, settings)
    return response


def need_account(settings: Settings, holder: owners.Holder | None) -> None:
    """Raises AccountNeeded where strangers may not upload, and it is one."""
    if not settings.anonymous_uploads and (holder is None or not holder.is_account):
        raise AccountNeeded


async def _accept(request: Request, files: list[UploadFile]) -> intake.Accepted:
    # A browser sends one empty, nameless part for a file field left empty.
    sent = [file for file in files if file.filename or file.size]
    if not sent:
        raise NothingSent
    state, credential = request.app.state, owners.read_credential(request)
    # The owner's first: whoever is refused for themselves uses up nothing of their network's.
    counted = [(state.uploads_of_owner, hash_token(credential).hex())] if credential else []
    counted.append((state.uploads_of_address, throttle.find_sender(request.scope)))
    async with state.engine.begin() as db:
        if not state.settings.anonymous_uploads:
            need_account(state.settings, await owners.find_holder(request, db))
        for uploads, sender in counted:
            await uploads.pass_or_refuse(db, sender)
    try:
        return await _read_and_store(request, sent)
    except AppError:
        # Whoever sends the wrong file may send the right one; who does nothing else is stopped as well.
        async with state.engine.begin() as db:
            await state.refused_of_address.pass_or_refuse(db, throttle.find_sender(request.scope))
            for uploads, sender in counted:
                await uploads.give_back(db, sender)
        raise


async def _read_and_store(request: Request, sent: list[UploadFile]) -> intake.Accepted:
    state = request.app.state
    # What is read and waits to be stored takes memory: no more uploads than can be read and stored get this far.
    async with state.under_way.turn():
        with TemporaryFile() as file:
            read = await state.readers.read(await asyncio.to_thread(spool, sent, file))
        # Only here is a connection taken: reading may last, and others must not wait for it.
        async with state.storing, state.engine.begin() as db:
            holder = await owners.lock_holder(request, db)
            need_account(state.settings, holder)  # who may have signed out since
            n_bytes = sum(file.size or 0 for file in sent)
            accepted = await intake.accept_upload(db, read, holder=holder, sent_bytes=n_bytes, settings=state.settings)
        if accepted.is_new or accepted.is_renewed:
            async with state.engine.begin() as db:
                await intake.analyze_tables(db)
    if accepted.is_renewed:
        state.progress_cache.forget(accepted.session_id)
        state.frames.forget(accepted.session_id)
        log.info("session read again: %d films", accepted.progress.total)
    if accepted.is_new:
        stored = accepted.progress
        state.progress_cache.remember(stored)  # its page comes next, and need not count it anew
        log.info("session stored: %d films, %d of them known", stored.total, stored.settled)
    return accepted


def spool(sent: list[UploadFile], file: IO[bytes]) -> Spooled:
    """What was sent, end to end in one file."""
    parts = []
    for each in sent:
        before = file.tell()
        shutil.copyfileobj(each.file, file)
        parts.append((each.filename or "", file.tell() - before))
    file.flush()
    return Spooled(file, parts)
