"""Who may see and change a session: the dependencies of every route below its address."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database.requests import Db
from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions import owners
from kinograph.sessions.models import Session
from kinograph.sessions.progress import Progress, extend_expiry
from kinograph.sessions.progress_cache import ProgressCache
from kinograph.settings import Settings

# How the description of the API says it; `owners.read_token` is what reads them.
BEARER = HTTPBearer(
    auto_error=False, scheme_name="owner_token", description="The owner_token that the upload gave, or a key."
)
IN_COOKIE = APIKeyCookie(
    name=owners.COOKIE, auto_error=False, scheme_name="owner_cookie", description="The same, as a browser keeps it."
)
OWNER_ONLY = [Security(BEARER), Security(IN_COOKIE)]
"""Dependencies of a route that is its owner's alone."""


class NotYours(AppError):
    status = 403
    heading = gettext_noop("This belongs to someone else.")
    sentence = gettext_noop(
        "Only the person who uploaded these films can do that. Open this page in the browser you uploaded with, or "
        "paste the token from its Settings on the home page."
    )


class SessionNotFound(NotFound):
    heading = gettext_noop("These films are gone.")
    sentence = gettext_noop(
        "There is no such session. It may have been deleted, or it has expired. Upload the export on the home page "
        "to see it again."
    )


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _progress_cache(request: Request) -> ProgressCache:
    cache: ProgressCache = request.app.state.progress_cache
    return cache


SettingsOf = Annotated[Settings, Depends(_settings)]
ProgressCacheOf = Annotated[ProgressCache, Depends(_progress_cache)]


async def _progress(session_id: UUID, cache: ProgressCacheOf, request: Request) -> Progress:
    """The session's progress; a visit, which keeps the session from expiring. 404 where there is none, and for all
    but the owner of a session that is closed: nobody else shall know that it is there."""
    progress = await cache.progress(session_id)
    if progress is None or (progress.closed and not await _asks_owner(request, progress)):
        raise SessionNotFound
    await postpone_expiry(request, progress)
    return progress


async def _asks_owner(request: Request, progress: Progress) -> bool:
    async with request.app.state.engine.connect() as db:
        return await is_owner(request, progress, db)


async def postpone_expiry(request: Request, progress: Progress) -> None:
    """What a visit does for a session that would expire."""
    expires_at = extend_expiry(progress, lifetime_days=request.app.state.settings.session_days)
    if expires_at is None:
        return
    async with request.app.state.engine.begin() as db:
        # What has expired since is being deleted.
        alive = update(Session).where(Session.id == progress.session_id, Session.expires_at > func.now())
        await db.execute(alive.values(expires_at=expires_at))
    request.app.state.progress_cache.forget(progress.session_id)


ProgressOf = Annotated[Progress, Depends(_progress)]


async def need_owner(request: Request, progress: Progress, db: Db) -> None:
    """Raises NotYours unless the session's owner asks."""
    if not await is_owner(request, progress, db):
        raise NotYours


async def is_owner(request: Request, progress: Progress, db: AsyncConnection) -> bool:
    holder = await owners.find_holder(request, db)
    return holder is not None and progress.owner_id == holder.id
