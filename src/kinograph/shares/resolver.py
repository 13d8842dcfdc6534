"""Of /s/{token}: the one place that decides what whoever has a share may see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import previews, templates
from kinograph.lists.known import Known
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import postpone_expiry
from kinograph.sessions.api import SessionStatus, tell_status
from kinograph.sessions.progress import Progress
from kinograph.shares import passwords, store
from kinograph.shares.store import OpenShare
from kinograph.shares.visits import count_visit, is_visit
from kinograph.stats.frames import Frame
from kinograph.stats.pages import SHAREABLE
from kinograph.stats.scope import mask_progress
from kinograph.stats.session_page import SessionPage, SessionPageOf, mark_for, name_page, names_lists

router = APIRouter(include_in_schema=False)

COOKIE = "share"
COOKIE_SECONDS = 30 * 24 * 3600
STATUS = "status"  # how far the look-up is, for the script of any page
COMPARING = "with"  # how to compare, of a share that allows it


class ShareGone(NotFound):
    heading = gettext_noop("This link leads nowhere.")
    sentence = gettext_noop(
        "It has ended, was revoked, or is mistyped. Ask whoever gave it to you, or look at your own films."
    )


class ShareLocked(AppError):
    status = 401
    heading = gettext_noop("This link has a password.")
    sentence = gettext_noop("Enter the password that came with the link.")


async def open_share(request: Request, token: str) -> AsyncIterator[None]:
    """Opens it to whoever has it and, where there is one, knows the password. What the share does not show is not
    there: neither a page nor, on one, a film or a star. Counts the page as visited once it has been answered."""
    share = await _find(request, token)
    if share.password_hash and not _is_unlocked(request, share, share.password_hash):
        raise ShareLocked
    page = await _make_page(request, share)
    name = name_page(request.url.path.removeprefix(page.home))
    if name != STATUS and not page.has_page(name):
        raise NotFound
    request.state.session_page = page
    yield
    if not share.by_owner and is_visit(request):
        await count_visit(request, share.id)


async def _find(request: Request, token: str) -> OpenShare:
    if not store.TOKEN.fullmatch(token):
        raise ShareGone
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
        share = await store.find_open(db, token, asking=holder.id if holder else None)
    if share is None or share.session_id is None:
        raise ShareGone
    return share


async def find_state(request: Request, share: OpenShare) -> tuple[Progress, Known | None]:
    """What the films that a share shows depend on: the progress of its session, and the lists its filters name. Asking
    keeps the session from expiring. Raises ShareGone where there is no session."""
    state = request.app.state
    progress = await state.progress_cache.progress(share.session_id)
    if progress is None:
        raise ShareGone
    await postpone_expiry(request, progress)
    return progress, await state.lists.find(progress.owner_id) if names_lists(share.scope.filters) else None


async def read_masked(request: Request, share: OpenShare, progress: Progress, known: Known | None) -> Frame:
    """The films that the share shows, as find_state found what they depend on."""
    frame: Frame = await request.app.state.frames.frame(progress.session_id, progress.version)
    if known:
        frame = await asyncio.to_thread(mark_for, frame, known, share.scope.filters)
    return await asyncio.to_thread(share.scope.mask, frame)


async def _make_page(request: Request, share: OpenShare) -> SessionPage:
    """The session as the share shows it: the masked frame, and nothing of whose it is."""
    progress, known = await find_state(request, share)
    masked = await read_masked(request, share, progress, known)
    return SessionPage(
        mask_progress(progress, masked, share.scope),
        pages=share.pages | {COMPARING} if share.is_comparable else share.pages,
        address=make_address(share.token),
        scope=share.scope,
        frame=masked,
        lists_version=known.version if known else "",
    )


def make_address(token: str) -> str:
    return f"/s/{token}"


def first_page(address: str, pages: Collection[str]) -> str:
    """Where a link leads: to the first of its pages, for without the overview its own address shows none."""
    name = next((name for name in SHAREABLE if name in pages), "")
    return f"{address}/{name}" if name else address


def _is_unlocked(request: Request, share: OpenShare, known: str) -> bool:
    return passwords.is_key(request.cookies.get(COOKIE, ""), share.token, known)


@router.get("/s/{token}/status", dependencies=[Depends(open_share)])
async def show_status(session: SessionPageOf) -> SessionStatus:
    """How far the look-up of the films that the share shows has come."""
    return tell_status(session.progress)


@router.post("/s/{token}")
async def unlock(
    request: Request, token: str, password: Annotated[str, Form()] = "", back: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Takes the password; the cookie that opens the share is for its addresses alone."""
    share = await _find(request, token)
    address = make_address(share.token)
    request.state.back = (
        back if re.fullmatch(rf"{re.escape(address)}[/?].*", back) else first_page(address, share.pages)
    )
    response = RedirectResponse(request.state.back, status_code=303)
    if share.password_hash:
        sender = throttle.find_sender(request.scope)
        engine = request.app.state.engine
        await passwords.check_password(engine, share.id, share.password_hash, password, sender=sender)
        response.set_cookie(
            COOKIE,
            passwords.make_key(share.token, share.password_hash),
            max_age=COOKIE_SECONDS,
            path=address,
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.secure_cookies,
        )
    return response


async def answer_locked(request: Request, error: AppError) -> Response:
    """The form for the password, whatever was asked for: a program that asks how far it is gets the sentence."""
    headers = {"WWW-Authenticate": 'Form realm="share"'} if error.status == 401 else {}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if request.url.path.endswith(f"/{STATUS}"):
        return JSONResponse({"error": str(error)}, error.status, headers)
    address = "/".join(request.url.path.split("/")[:3])
    visitor = templates.describe_visitor(request)
    visitor["back"] = getattr(request.state, "back", visitor["back"])
    html = templates.render(
        "shares/locked.html",
        title=gettext(ShareLocked.heading),
        sentence=str(error),
        is_wrong=not isinstance(error, ShareLocked),
        address=address,
        preview=previews.make_neutral(request),
        **templates.describe_visitor(request)
        | ({"back": request.state.back} if hasattr(request.state, "back") else {}),
    )
    return HTMLResponse(html, error.status, headers)
