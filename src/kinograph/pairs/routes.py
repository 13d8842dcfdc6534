"""The page of a pair, and the ways to it: the owner's alone, but for the one below a share that says how to compare."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kinograph.errors import AppError, NotFound
from kinograph.layout import templates
from kinograph.layout.headers import PAIRED
from kinograph.layout.methods import answer_head, is_head
from kinograph.layout.previews import make_url
from kinograph.pairs.others import Other, find_other, list_exports, read_link, set_beside
from kinograph.pairs.page import render_pair, render_part
from kinograph.sessions import owners
from kinograph.shares.owned import OwnedOf
from kinograph.shares.resolver import first_page
from kinograph.shares.visits import count_visit, is_visit
from kinograph.stats.address import Filters, with_query
from kinograph.stats.narrowing import keep_of_films
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import PageContext
from kinograph.stats.session_page import SessionPage, SessionPageOf, make_view

router = APIRouter(include_in_schema=False)
below_share = APIRouter(include_in_schema=False)


@router.get("/with")
async def choose(request: Request, session: OwnedOf) -> HTMLResponse:
    """Where a link is pasted, or another export picked."""
    return await _answer_form(request, session)


@router.post("/with")
async def paste(request: Request, session: OwnedOf, link: Annotated[str, Form()] = "") -> Response:
    """Leads to the page of the pair; says above the form why there is none."""
    try:
        key = read_link(link)
        await find_other_of(request, session, key)
    except AppError as error:
        return await _answer_form(request, session, pasted=link, error=error)
    kept = read_of_films(request, session).to_query()
    return RedirectResponse(with_query(f"{session.home}/with/{key}", kept), status_code=303, headers=PAIRED)


@router.get("/with/{other}")
async def show(request: Request, session: OwnedOf, other: str, part: str = "", page: str = "1") -> Response:
    """The pair; `part` is the name of a group, to be read whole. Opening it is a visit of the share."""
    found = await find_other_of(request, session, other)
    if is_head(request):
        return answer_head(PAIRED)
    view = await make_view(request, session, "with")
    pair = await set_beside(request, view.all, found, keep_of_films(view.filters))
    number, visitor = templates.read_page_number(page), templates.describe_visitor(request)

    def draw() -> str:
        if part:
            return render_part(session, found, pair, view, part, number, visitor)
        return render_pair(session, found, pair, view, visitor)

    html = await request.app.state.drawing.run(draw)
    if found.share_id is not None and not found.by_owner and is_visit(request):
        await count_visit(request, found.share_id)
    return HTMLResponse(html, headers=PAIRED)


async def find_other_of(request: Request, session: SessionPage, key: str) -> Other:
    """Whom an owner's session is compared with. Raises what find_other does."""
    assert session.progress.owner_id is not None
    return await find_other(request, key, session_id=session.id, owner_id=session.progress.owner_id)


def read_of_films(request: Request, session: SessionPage) -> Filters:
    """What an address says to narrow a pair by."""
    said = Filters.parse(request.query_params.multi_items(), page="with", owner=session.sees_all)
    return keep_of_films(said)


async def _answer_form(
    request: Request, session: SessionPage, *, pasted: str = "", error: AppError | None = None
) -> HTMLResponse:
    assert session.progress.owner_id is not None
    async with request.app.state.engine.connect() as db:
        exports = await list_exports(db, session.progress.owner_id, but=session.id)
    view: PageContext = await make_view(request, session, "with")
    html = templates.render(
        "pairs/choose.html",
        session=session,
        home=session.home,
        navigation=link_pages(view, session.pages),
        exports=exports,
        query=read_of_films(request, session).to_query(),
        pasted=pasted,
        error=error,
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html, error.status if error else 200, headers=PAIRED)


@below_share.get("/with")
async def tell_visitor(request: Request, session: SessionPageOf, token: str) -> HTMLResponse:
    """How whoever has a share compares their own films with it. What is listed is theirs."""
    if session.pages is None:
        raise NotFound
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
        exports = await list_exports(db, holder.id) if holder else []
    html = templates.render(
        "pairs/visitor.html",
        exports=exports,
        token=token,
        link=make_url(request, first_page(session.home, session.pages)),
        **templates.describe_visitor(request),
    )
    return HTMLResponse(html)
