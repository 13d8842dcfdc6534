"""The JSON API of sessions."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete

from kinograph.database import raw
from kinograph.database.requests import Db
from kinograph.films import tasks
from kinograph.layout.methods import answer_head, is_head
from kinograph.sessions.access import OWNER_ONLY, ProgressCacheOf, ProgressOf, is_owner, need_owner
from kinograph.sessions.contents import Everything, read_everything
from kinograph.sessions.models import Session, Status
from kinograph.sessions.movies import Movie, read_movies
from kinograph.sessions.progress import Progress
from kinograph.sessions.progress_cache import ProgressCache
from kinograph.sessions.reading import Report, report_reading
from kinograph.sessions.summary import Summary, summarize

log = logging.getLogger(__name__)

router = APIRouter(tags=["sessions"])
PAGE = 1_000  # films in one answer


class SessionStatus(BaseModel):
    status: Status
    paused: str | None = Field(
        description="no_key or bad_key while TMDB cannot be asked, away while it does not answer."
    )
    total_movies: int = Field(description="Watched films.")
    enriched_count: int = Field(description="Of these, those found at TMDB.")
    unmatched_count: int = Field(description="Of these, those TMDB does not have.")
    failed_count: int = Field(description="Of these, those TMDB gave no answer for.")
    progress_percent: float = Field(
        description="The share of watched films that no longer wait, 0 to 100, rounded down to one decimal."
    )
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


@router.get("/api/session/{session_id}", response_model=SessionDetails)
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
        return answer_head({}, media_type="application/json")
    details = SessionDetails(
        **tell_status(progress).model_dump(),
        created_at=progress.created_at,
        expires_at=progress.expires_at,
        error_message=None,  # an upload that cannot be read makes no session
        movies_url=f"/api/session/{session_id}/movies",
        movies=await read_movies(db, session_id) if include else None,
        everything=await read_everything(db, session_id, is_owner=await is_owner(request, progress, db))
        if include == "everything"
        else None,
    )
    # A large session is 26 MB, which others shall not wait for.
    body = await asyncio.to_thread(details.model_dump_json)
    return Response(body, media_type="application/json")


@router.get("/api/session/{session_id}/status")
async def status(progress: ProgressOf) -> SessionStatus:
    """The cheap one, for polling: at most one count a second for a session, however many ask."""
    return tell_status(progress)


@router.get("/api/session/{session_id}/movies")
async def list_movies(
    session_id: UUID,
    progress: ProgressOf,
    db: Db,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 100,
) -> MoviePage:
    """The watched films, in the order of the export."""
    page = await read_movies(db, session_id, skip=skip, limit=limit)
    return MoviePage(total=progress.total, skip=skip, limit=limit, movies=page)


@router.get("/api/session/{session_id}/summary")
async def summary(session_id: UUID, progress: ProgressOf, db: Db) -> Summary:
    """The exact totals."""
    return await summarize(db, session_id)


@router.get("/api/session/{session_id}/report", dependencies=OWNER_ONLY)
async def show_report(request: Request, session_id: UUID, progress: ProgressOf, db: Db) -> Report:
    """What became of every row that was sent. The owner's alone."""
    await need_owner(request, progress, db)
    return await report_reading(db, session_id)


@router.delete("/api/session/{session_id}", status_code=204, dependencies=OWNER_ONLY)
async def remove(request: Request, progress: ProgressOf, cache: ProgressCacheOf) -> None:
    """Deletes a session of the owner who asks, with everything of it."""
    await delete_session(request, progress, cache)


class Retried(BaseModel):
    films: int = Field(description="Failed films that are looked up once more.")


@router.post("/api/session/{session_id}/retry", dependencies=OWNER_ONLY)
async def retry(request: Request, progress: ProgressOf, db: Db) -> Retried:
    """Looks the failed films of a session up again, for the owner who asks. They count as failed until that is done."""
    return Retried(films=await retry_films(request, progress, db))


async def delete_session(request: Request, progress: Progress, cache: ProgressCache) -> None:
    async with request.app.state.engine.begin() as db:
        await need_owner(request, progress, db)
        await db.execute(delete(Session).where(Session.id == progress.session_id))
    # Only after the commit, or somebody who asks in between has it remembered again.
    cache.forget(progress.session_id)
    request.app.state.frames.forget(progress.session_id)
    log.info("session deleted by its owner: %d films", progress.total)


async def retry_films(request: Request, progress: Progress, db: Db, *, film: int | None = None) -> int:
    await need_owner(request, progress, db)
    return await tasks.retry_failed_of_session(await raw(db), progress.session_id, film=film)


def tell_status(progress: Progress) -> SessionStatus:
    """As programs and the script of a page read it."""
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
