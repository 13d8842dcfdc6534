"""The forms that work without script."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from kinograph.database.requests import Db
from kinograph.layout import notices, preferences
from kinograph.layout.headers import LEAVING
from kinograph.sessions import owners
from kinograph.sessions.access import ProgressCacheOf, ProgressOf, SettingsOf
from kinograph.sessions.api import delete_session, retry_films

router = APIRouter(include_in_schema=False)


@router.post("/session/{session_id}/delete")
async def remove_form(
    request: Request,
    progress: ProgressOf,
    cache: ProgressCacheOf,
    settings: SettingsOf,
    back: Annotated[str, Form()] = "/",
) -> Response:
    await delete_session(request, progress, cache)
    # Its pages go from the browser as well, or Back would show them.
    address = preferences.need_local_path(back)
    response = RedirectResponse(address, status_code=303, headers=LEAVING)
    notices.leave_notice(response, "deleted", secure=settings.secure_cookies)
    return response


@router.post("/owner")
async def link_browser(
    request: Request,
    db: Db,
    settings: SettingsOf,
    token: Annotated[str, Form(max_length=200)],
    replace: Annotated[Literal["yes", ""], Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Makes another browser its owner's, by the token the settings show."""
    holder = await owners.link_browser(db, token, held=request.cookies.get(owners.COOKIE), replace=replace == "yes")
    response = RedirectResponse(preferences.need_local_path(back), status_code=303)
    owners.set_cookie(response, holder, settings)
    notices.leave_notice(response, "linked", secure=settings.secure_cookies)
    return response


@router.post("/session/{session_id}/retry")
async def retry_form(
    request: Request,
    session_id: UUID,
    progress: ProgressOf,
    db: Db,
    settings: SettingsOf,
    film: Annotated[int | None, Form(ge=0, lt=1 << 31)] = None,
) -> Response:
    """Of all failed films of the session, or of the one with this number."""
    n = await retry_films(request, progress, db, film=film)
    response = RedirectResponse(f"/session/{session_id}", status_code=303)
    notices.leave_notice(response, "retried", n=n, secure=settings.secure_cookies)
    return response
