"""The page of an owner's saved views, where one is made, renamed, moved and deleted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kinograph.errors import AppError
from kinograph.i18n import gettext
from kinograph.layout import notices, templates
from kinograph.shares.drafts import from_page
from kinograph.shares.owned import OwnedOf
from kinograph.stats.address import with_query
from kinograph.stats.navigation import link_pages
from kinograph.stats.saved_views import MOST, link_view
from kinograph.stats.session_page import SessionPage, make_view
from kinograph.views import store
from kinograph.views.store import LONGEST_NAME, PAGES, OwnView

router = APIRouter(include_in_schema=False)

UNKEPT = {"Cache-Control": "private, no-store"}


@router.get("/views")
async def show(request: Request, session: OwnedOf) -> HTMLResponse:
    """All of them, and above them the form for what the page one comes from has picked."""
    of = request.query_params.get("of", "")
    draft = from_page(of, request.query_params.multi_items())
    page = next(iter(draft.pages), "")
    return await _answer(request, session, page=page if page in PAGES else "", filters=draft.filters)


@router.post("/views")
async def create(
    request: Request,
    session: OwnedOf,
    name: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "",
    filters: Annotated[str, Form()] = "",
) -> Response:
    """To the page that the new view opens on; the form again, with what is wrong, where there can be none."""
    try:
        values = store.check_values(name=name, page=page, filters=filters)
        async with request.app.state.engine.begin() as db:
            await store.create_view(db, _owner_id(session), values)
    except AppError as error:
        return await _answer(request, session, name=name, page=page, filters=filters, error=error)
    return _lead_on(request, link_view(session.home, values["page"], values["filters"]), "view-saved")


@router.post("/views/{n}")
async def change(
    request: Request,
    session: OwnedOf,
    n: str,
    name: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "",
    do: Annotated[Literal["save", "up", "down", "delete"], Form()] = "save",
) -> Response:
    number, owner_id = _read_id(n), _owner_id(session)
    try:
        values = store.check_values(name=name, page=page) if do == "save" else {}
        async with request.app.state.engine.begin() as db:
            if do == "delete":
                await store.delete_view(db, number, owner_id)
            else:
                places = [view.id for view in await store.list_views(db, owner_id)]
                place = places.index(number) + 1 if number in places else 1
                position = {"up": max(1, place - 1), "down": place + 1}.get(do)
                await store.change_view(db, number, owner_id, values, position=position)
    except store.ViewNotFound:
        raise
    except AppError as error:
        return await _answer(request, session, error=error)
    return _lead_on(request, f"{session.home}/views", "view-deleted" if do == "delete" else "saved-here")


def _read_id(text: str) -> int:
    """Raises ViewNotFound for what is no number."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise store.ViewNotFound
    return int(text)


def _lead_on(request: Request, address: str, notice: str) -> RedirectResponse:
    return notices.lead_on(address, notice, secure=request.app.state.settings.secure_cookies)


def _owner_id(session: SessionPage) -> int:
    assert session.progress.owner_id is not None
    return session.progress.owner_id


async def _answer(
    request: Request, session: SessionPage, *, error: AppError | None = None, **draft: str
) -> HTMLResponse:
    async with request.app.state.engine.connect() as db:
        views = await store.list_views(db, _owner_id(session))
    page = await make_view(request, session, "views")

    def describe(view: OwnView) -> dict[str, Any]:
        shared = with_query(f"{session.home}/shares", f"of={view.page}" if view.page else "")
        return {
            "view": view,
            "href": link_view(session.home, view.page, view.filters),
            "share_href": with_query(shared, view.filters),
            "chips": store.read_filters(view.filters).chips(page.all, ""),
        }

    html = templates.render(
        "views/views.html",
        session=session,
        navigation=link_pages(page, session.pages),
        home=session.home,
        views=[describe(view) for view in views],
        pages=[(name, gettext(title)) for name, title in PAGES.items()],
        draft={"name": "", "page": "", "filters": ""} | draft,
        chips=store.read_filters(draft.get("filters", "")).chips(page.all, ""),
        error=error,
        most=MOST,
        longest_name=LONGEST_NAME,
        **templates.describe_visitor(request) | {"back": f"{session.home}/views"},
    )
    return HTMLResponse(html, error.status if error else 200, headers=UNKEPT)
