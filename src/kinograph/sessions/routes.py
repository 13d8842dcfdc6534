"""The API of sessions, and the forms that work without script."""

from __future__ import annotations

import asyncio
import logging
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy import delete, update

from kinograph.database import Db, raw
from kinograph.errors import AppError, NotFound
from kinograph.films import tasks
from kinograph.i18n import gettext_noop
from kinograph.layout import notices, preferences
from kinograph.layout.methods import head, is_head
from kinograph.sessions import intake, owners, throttle
from kinograph.sessions.archive import NothingSent
from kinograph.sessions.everything import Everything, everything
from kinograph.sessions.models import Session, Status
from kinograph.sessions.movies import Movie, movies
from kinograph.sessions.progress import Progress, ProgressCache, visited
from kinograph.sessions.reading import Spooled
from kinograph.sessions.report import Report, report
from kinograph.sessions.summary import Summary, summarise
from kinograph.settings import Settings

log = logging.getLogger(__name__)

router = APIRouter()
PAGE = 1_000  # films in one answer


class NotYours(AppError):
    status = 403
    heading = gettext_noop("This belongs to someone else.")
    sentence = gettext_noop(
        "Only the person who uploaded these films can do that. Open this page in the browser you uploaded with, or "
        "paste the token from its Settings on the home page."
    )


class NoForm(AppError):
    status = 415
    sentence = gettext_noop("Send the files of an export with a form: multipart/form-data, with a field “files”.")


class NoFiles(AppError):
    """Of a form that cannot be taken apart, too: a browser makes none such."""

    status = 422
    sentence = gettext_noop(
        "The form holds no files in a field “files”, or more than 1,000, or it is damaged."
        " Send the ZIP as Letterboxd gave it to you."
    )


def need_form(request: Request) -> None:
    """Raises NoForm for a body of another type."""
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type.strip().lower() != "multipart/form-data":
        raise NoForm


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _watch(request: Request) -> ProgressCache:
    watch: ProgressCache = request.app.state.watch
    return watch


SettingsOf = Annotated[Settings, Depends(_settings)]
ProgressCacheOf = Annotated[ProgressCache, Depends(_watch)]


async def _progress(session_id: UUID, watch: ProgressCacheOf, settings: SettingsOf, request: Request) -> Progress:
    """The session's progress; a visit, which keeps the session from expiring. 404 where there is none."""
    progress = await watch.progress(session_id)
    if progress is None:
        raise SessionNotFound
    if expires_at := visited(progress, lifetime_days=settings.session_days):
        async with request.app.state.engine.begin() as db:
            await db.execute(update(Session).where(Session.id == session_id).values(expires_at=expires_at))
        watch.forget(session_id)
    return progress


class SessionNotFound(NotFound):
    heading = gettext_noop("These films are gone.")
    sentence = gettext_noop(
        "There is no such session. It may have been deleted, or it has expired. Upload the export on the home page "
        "to see it again."
    )


ProgressOf = Annotated[Progress, Depends(_progress)]
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
    owner_token: str = Field(description="Proves that the session is yours; send it as a bearer token.")
    warnings: list[str]


class SessionStatus(BaseModel):
    status: Status
    paused: str | None = Field(description="no_key or bad_key while TMDB cannot be asked.")
    total_movies: int = Field(description="Watched films.")
    enriched_count: int = Field(description="Of these, those found at TMDB.")
    unmatched_count: int = Field(description="Of these, those TMDB does not have.")
    failed_count: int = Field(description="Of these, those TMDB gave no answer for.")
    progress_percent: float = Field(description="The share of watched films that no longer wait, not rounded.")
    rate: float | None = Field(description="Films a second; null while nothing moves.")
    estimated_completion: datetime | None = Field(description="When none waits any longer, at the present rate.")
    version: str = Field(description="Changes when the session's page would.")


class SessionDetails(SessionStatus):
    created_at: datetime
    expires_at: datetime | None = Field(description="Null: never.")
    error_message: str | None
    movies_url: str
    movies: list[Movie] | None = Field(default=None, description="With include=movies or include=everything.")
    everything: Everything | None = Field(default=None, description="With include=everything.")


class MoviePage(BaseModel):
    total: int
    skip: int
    limit: int
    movies: list[Movie]


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
    owners.remember(response, accepted.holder, settings)
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
    owners.remember(response, accepted.holder, settings)
    return response


async def _accept(request: Request, files: list[UploadFile]) -> intake.Accepted:
    # A browser sends one empty, nameless part for a file field left empty.
    sent = [file for file in files if file.filename or file.size]
    if not sent:
        raise NothingSent
    state, token = request.app.state, owners.token_of(request)
    counted = [(state.uploads_of_address, throttle.address(request.scope))]
    if token:
        counted.append((state.uploads_of_owner, owners.digest(token).hex()))
    for uploads, sender in counted:
        uploads.pass_or_refuse(sender)
    try:
        return await _read_and_store(request, sent, token)
    except AppError:
        # Whoever sends the wrong file may send the right one; who does nothing else is stopped as well.
        state.refused_of_address.pass_or_refuse(throttle.address(request.scope))
        for uploads, sender in counted:
            uploads.give_back(sender)
        raise


async def _read_and_store(request: Request, sent: list[UploadFile], token: str | None) -> intake.Accepted:
    state = request.app.state
    with TemporaryDirectory(prefix="kinograph-upload-") as folder:
        read = await state.readers.read([await _spool(file, Path(folder) / str(n)) for n, file in enumerate(sent)])
    # Only here is a connection taken: reading may last, and others must not wait for it.
    async with state.storing:
        async with state.engine.begin() as db:
            accepted = await intake.accept(db, read, token=token, settings=state.settings)
        if accepted.is_new or accepted.is_renewed:
            async with state.engine.begin() as db:
                await intake.tell_planner(db)
    if accepted.is_renewed:
        state.watch.forget(accepted.session_id)
        state.frames.forget(accepted.session_id)
        log.info("session read anew: %d films", accepted.progress.total)
    if accepted.is_new:
        stored = accepted.progress
        log.info("session stored: %d films, %d of them known", stored.total, stored.settled)
    return accepted


async def _spool(file: UploadFile, path: Path) -> Spooled:
    def copy() -> None:
        with path.open("wb") as copied:
            shutil.copyfileobj(file.file, copied)

    await asyncio.to_thread(copy)
    return Spooled(file.filename or "", path)


@router.get("/api/session/{session_id}", tags=["sessions"], response_model=SessionDetails)
async def show(
    request: Request,
    session_id: UUID,
    progress: ProgressOf,
    db: Db,
    include: Annotated[str, Query(pattern="^(movies|everything)?$")] = "",
) -> Response:
    """Where a session stands; with include=movies its films, with include=everything also what else was in the export,
    as far as whoever asks may see it."""
    if is_head(request):
        return head({}, media_type="application/json")
    details = SessionDetails(
        **_status(progress).model_dump(),
        created_at=progress.created_at,
        expires_at=progress.expires_at,
        error_message=progress.failure_reason,
        movies_url=f"/api/session/{session_id}/movies",
        movies=await movies(db, session_id) if include else None,
        everything=await everything(db, session_id, is_owner=await is_owner(request, progress, db))
        if include == "everything"
        else None,
    )
    # A large library is 26 MB, which others shall not wait for.
    body = await asyncio.to_thread(details.model_dump_json)
    return Response(body, media_type="application/json")


@router.get("/api/session/{session_id}/status", tags=["sessions"])
async def status(progress: ProgressOf) -> SessionStatus:
    """The cheap one, for polling: at most one count a second for a session, however many ask."""
    return _status(progress)


@router.get("/api/session/{session_id}/movies", tags=["sessions"])
async def list_movies(
    session_id: UUID,
    progress: ProgressOf,
    db: Db,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 100,
) -> MoviePage:
    """The watched films, in the order of the export."""
    page = await movies(db, session_id, skip=skip, limit=limit)
    return MoviePage(total=progress.total, skip=skip, limit=limit, movies=page)


@router.get("/api/session/{session_id}/summary", tags=["sessions"])
async def summary(session_id: UUID, progress: ProgressOf, db: Db) -> Summary:
    """The exact totals."""
    return await summarise(db, session_id)


@router.get("/api/session/{session_id}/report", tags=["sessions"], dependencies=owners.OWNER_ONLY)
async def show_report(request: Request, session_id: UUID, progress: ProgressOf, db: Db) -> Report:
    """What became of every row that was sent. The owner's alone."""
    await need_owner(request, progress, db)
    return await report(db, session_id)


@router.delete("/api/session/{session_id}", status_code=204, tags=["sessions"], dependencies=owners.OWNER_ONLY)
async def remove(request: Request, progress: ProgressOf, watch: ProgressCacheOf) -> None:
    """Deletes a session of the owner who asks, with everything of it."""
    await _remove(request, progress, watch)


@router.post("/session/{session_id}/delete", include_in_schema=False)
async def remove_form(request: Request, progress: ProgressOf, watch: ProgressCacheOf, settings: SettingsOf) -> Response:
    await _remove(request, progress, watch)
    # Its pages go from the browser as well, or Back would show them.
    response = RedirectResponse("/", status_code=303, headers={"Clear-Site-Data": '"cache"'})
    notices.leave(response, "deleted", secure=owners.is_secure(settings))
    return response


async def need_owner(request: Request, progress: Progress, db: Db) -> None:
    """Raises NotYours unless the session's owner asks."""
    if not await is_owner(request, progress, db):
        raise NotYours


async def is_owner(request: Request, progress: Progress, db: Db) -> bool:
    holder = await owners.find(db, owners.token_of(request))
    return holder is not None and progress.owner_id == holder.id


@router.post("/owner", include_in_schema=False)
async def carry(
    request: Request,
    db: Db,
    settings: SettingsOf,
    token: Annotated[str, Form(max_length=200)],
    replace: Annotated[Literal["yes", ""], Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Makes another browser its owner's, by the token the settings show."""
    holder = await owners.carry(db, token, held=request.cookies.get(owners.COOKIE), replace=replace == "yes")
    response = RedirectResponse(preferences.here(back), status_code=303)
    owners.remember(response, holder, settings)
    notices.leave(response, "carried", secure=owners.is_secure(settings))
    return response


class Retried(BaseModel):
    films: int = Field(description="Failed films that are looked up once more.")


@router.post("/api/session/{session_id}/retry", tags=["sessions"], dependencies=owners.OWNER_ONLY)
async def retry(request: Request, progress: ProgressOf, db: Db) -> Retried:
    """Looks the failed films of a session up again, for the owner who asks. They count as failed until that is done."""
    return Retried(films=await _retry(request, progress, db))


@router.post("/session/{session_id}/retry", include_in_schema=False)
async def retry_form(
    request: Request, session_id: UUID, progress: ProgressOf, db: Db, settings: SettingsOf
) -> Response:
    n = await _retry(request, progress, db)
    response = RedirectResponse(f"/session/{session_id}", status_code=303)
    notices.leave(response, "retried", n=n, secure=owners.is_secure(settings))
    return response


async def _retry(request: Request, progress: Progress, db: Db) -> int:
    await need_owner(request, progress, db)
    return await tasks.retry_failed(await raw(db), progress.session_id)


async def _remove(request: Request, progress: Progress, watch: ProgressCache) -> None:
    async with request.app.state.engine.begin() as db:
        await need_owner(request, progress, db)
        await db.execute(delete(Session).where(Session.id == progress.session_id))
    # Only after the commit, or somebody who asks in between has it remembered again.
    watch.forget(progress.session_id)
    request.app.state.frames.forget(progress.session_id)
    log.info("session deleted by its owner: %d films", progress.total)


def _status(progress: Progress) -> SessionStatus:
    return SessionStatus(
        status=progress.status,
        paused=progress.paused,
        total_movies=progress.total,
        enriched_count=progress.enriched,
        unmatched_count=progress.unmatched,
        failed_count=progress.failed,
        progress_percent=progress.percent,
        rate=progress.rate,
        estimated_completion=progress.estimated_completion,
        version=progress.version,
    )
