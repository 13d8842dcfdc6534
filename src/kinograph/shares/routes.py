"""The page on which an owner makes links, sees how many open them, and ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError
from kinograph.i18n import gettext
from kinograph.layout import notices, templates
from kinograph.layout.previews import make_url
from kinograph.sessions import hashing
from kinograph.shares import description, drafts, passwords, store
from kinograph.shares.closing import set_closed
from kinograph.shares.drafts import AS_IT_IS, CHOICES, NEVER, Draft, read_draft
from kinograph.shares.owned import OwnedOf
from kinograph.shares.picture import UNKEPT, make_picture_query
from kinograph.shares.resolver import first_page, make_address
from kinograph.shares.store import OwnShare
from kinograph.shares.wishes import DAYS, LONGEST_NAME, Refused, Wishes
from kinograph.stats.address import Filters
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import SHAREABLE
from kinograph.stats.session_page import SessionPage, make_view

router = APIRouter(include_in_schema=False)

DraftOf = Annotated[Draft, Depends(read_draft)]
FEW = 20  # links listed openly; beyond them, those that have ended are folded away


@router.get("/shares")
async def show(request: Request, session: OwnedOf, of: str = "") -> HTMLResponse:
    """The form, filled in with the page that somebody comes from and its filters, and the links there are."""
    return await _answer(request, session, drafts.from_page(of, request.query_params.multi_items()))


@router.post("/shares")
async def create(
    request: Request,
    session: OwnedOf,
    draft: DraftOf,
    password: Annotated[str, Form()] = "",
    do: Annotated[Literal["make", "see"], Form()] = "make",
) -> Response:
    """Makes the link, or only says what it would show."""
    if do == "see":
        return await _answer(request, session, draft)

    async def make(wishes: Wishes, hashed: str | None) -> None:
        async with request.app.state.engine.begin() as db:
            await store.create_share(
                db, wishes, owner_id=_owner_id(session), session_id=session.id, password_hash=hashed
            )

    return await _do(request, session, draft, password, make, "share-made")


@router.get("/shares/{token}")
async def show_one(request: Request, session: OwnedOf, token: str) -> HTMLResponse:
    """The form of a link there is."""
    share = await _find(request, session, token)
    return await _answer(request, session, drafts.from_share(share), editing=share)


@router.post("/shares/{token}")
async def change(
    request: Request,
    session: OwnedOf,
    token: str,
    draft: DraftOf,
    password: Annotated[str, Form()] = "",
    unlock: Annotated[str, Form()] = "",
    do: Annotated[Literal["make", "see"], Form()] = "make",
) -> Response:
    """Changes a link: its password stays unless another is given, or it is to be taken off."""
    share = await _find(request, session, token)
    if do == "see":
        draft = replace(draft, has_password=draft.has_password or (share.has_password and not unlock))
        return await _answer(request, session, draft, editing=share)

    async def make(wishes: Wishes, hashed: str | None) -> None:
        values = store.changed_values(wishes, session.id, ends=draft.days != AS_IT_IS)
        if hashed or unlock:
            values["password_hash"] = hashed
        async with request.app.state.engine.begin() as db:
            await store.change_share(db, share, values, owner_id=_owner_id(session))

    return await _do(request, session, draft, password, make, "share-changed", editing=share)


@router.post("/shares/{token}/revoke")
async def revoke(request: Request, session: OwnedOf, token: str) -> Response:
    share = await _find(request, session, token)
    async with request.app.state.engine.begin() as db:
        await store.revoke_share(db, share)
    return _back(request, session, "share-revoked")


@router.post("/shares/{token}/open")
async def reopen(request: Request, session: OwnedOf, token: str) -> Response:
    share = await _find(request, session, token)
    async with request.app.state.engine.begin() as db:
        await store.reopen_share(db, share, owner_id=_owner_id(session), days=DAYS)
    return _back(request, session, "share-opened")


@router.post("/access")
async def set_access(
    request: Request, session: OwnedOf, closed: Annotated[Literal["yes", "no"], Form()]
) -> RedirectResponse:
    """Closes the session's own address to others, or opens it."""
    await set_closed(request, session.id, closed=closed == "yes")
    return _back(request, session, "session-closed" if closed == "yes" else "session-open")


async def _do(
    request: Request,
    session: SessionPage,
    draft: Draft,
    password: str,
    make: Callable[[Wishes, str | None], Awaitable[None]],
    notice: str,
    editing: OwnShare | None = None,
) -> Response:
    """Back to the list when it is done; the form again, with what is wrong, when it cannot be."""
    try:
        wishes = draft.check()
        hashed = await hashing.hash_password(passwords.normalize(password)) if password else None
        await make(wishes, hashed)
    except AppError as error:
        return await _answer(request, session, draft, editing=editing, error=error)
    return _back(request, session, notice)


def _back(request: Request, session: SessionPage, notice: str) -> RedirectResponse:
    response = RedirectResponse(f"{session.home}/shares", status_code=303)
    notices.leave_notice(response, notice, secure=request.app.state.settings.secure_cookies)
    return response


def _owner_id(session: SessionPage) -> int:
    assert session.progress.owner_id is not None
    return session.progress.owner_id


async def _find(request: Request, session: SessionPage, token: str) -> OwnShare:
    async with request.app.state.engine.connect() as db:
        return await store.find_own(db, token, owner_id=_owner_id(session), session_id=session.id)


async def _list(db: AsyncConnection, session: SessionPage) -> list[OwnShare]:
    return await store.list_shares(db, owner_id=_owner_id(session), session_id=session.id)


async def _answer(
    request: Request,
    session: SessionPage,
    draft: Draft,
    *,
    editing: OwnShare | None = None,
    error: AppError | None = None,
) -> HTMLResponse:
    async with request.app.state.engine.connect() as db:
        shares = await _list(db, session)
    view = await make_view(request, session, "shares")
    try:
        wishes: Wishes | None = draft.check()
    except Refused as refused:
        wishes, error = None, error or refused
    values = await asyncio.to_thread(_describe, view, draft, wishes, editing)
    today = description.read_today()
    tickets = [description.print_ticket(share, today) for share in shares]
    html = templates.render(
        "shares/shares.html",
        session=session,
        navigation=link_pages(view, session.pages),
        home=session.home,
        tickets=tickets,
        visits=sum(ticket.visits for ticket in tickets),
        folded=[ticket for ticket in tickets if not ticket.share.is_open] if len(tickets) > FEW else [],
        link=lambda share: first_page(make_address(share.token), share.pages),
        make_url=lambda path: make_url(request, path),
        draft=draft,
        editing=editing,
        error=error,
        pages=[(name, gettext(title)) for name, title in SHAREABLE.items()],
        shown=[(name, gettext(description.LABELS[name])) for name in description.SEEN],
        kept=[name for name in draft.shows if name == "reviews"],  # of which there is no page
        days=CHOICES,
        never=NEVER,
        longest_name=LONGEST_NAME,
        longest_password=hashing.LONGEST,
        **values,
        **templates.describe_visitor(request) | {"back": f"{session.home}/shares"},
    )
    return HTMLResponse(html, error.status if error else 200, headers=UNKEPT)


def _describe(view: PageContext, draft: Draft, wishes: Wishes | None, editing: OwnShare | None) -> dict[str, Any]:
    """The films the link keeps, as chips, and the sentences on it; none while something is wrong."""
    if wishes is None:
        return {"chips": [], "sentences": [], "picture_query": ""}
    ends = description.read_today() + timedelta(days=wishes.days) if wishes.days else None
    if draft.days == AS_IT_IS and editing:
        ends = editing.expires_at.date() if editing.expires_at else None
    filters: Filters = wishes.scope.filters
    return {
        "picture_query": make_picture_query(wishes),
        "chips": [chip.label for chip in filters.chips(view.all, view.path)],
        "sentences": description.describe_link(wishes, view.all, has_password=draft.has_password, ends=ends),
    }
