"""The page of a session's settings: how it looks, whose it is, and the ways to take it along or away."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.sessions import imdb_file, owners
from kinograph.sessions.access import NotYours
from kinograph.stats import diary
from kinograph.stats.film_columns import COLUMNS
from kinograph.stats.navigation import link_pages
from kinograph.stats.pages import SETTINGS
from kinograph.stats.session_page import SessionPage, SessionPageOf, attach_csv, make_view

router = APIRouter(include_in_schema=False)
owner_router = APIRouter(include_in_schema=False)


@router.get("/settings")
async def show(request: Request, session: SessionPageOf) -> HTMLResponse:
    # Or Back would show it after the session was deleted here.
    headers = PRIVATE if session.is_sample else PRIVATE | {"Cache-Control": "private, no-store"}
    return HTMLResponse(await _page(request, session), headers=headers)


@router.get("/diary.csv")
async def download(request: Request, session: SessionPageOf) -> Response:
    return await attach_csv(request, await make_view(request, session, "diary"), "diary", diary.write_csv)


@owner_router.post("/token")
async def show_token(request: Request, session: SessionPageOf) -> HTMLResponse:
    """The owner's token, for another browser. It is asked for by itself, so that no other page ever holds it."""
    if not session.is_owner:
        raise NotYours
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    html = await _page(request, session, token=holder.token if holder else None)
    return HTMLResponse(html, headers=PRIVATE | {"Cache-Control": "no-store"})


@owner_router.get("/token")
async def lead_back(session: SessionPageOf) -> RedirectResponse:
    """Whoever reloads the page of the token is asked for it anew."""
    return RedirectResponse(f"/session/{session.id}/settings#token", status_code=303)


async def _page(request: Request, session: SessionPage, *, token: str | None = None) -> str:
    view = await make_view(request, session, SETTINGS[0])
    without_imdb, holder = 0, None
    if session.is_owner:
        async with request.app.state.engine.connect() as db:
            without_imdb = await imdb_file.count_left_out(db, session.id)
            holder = await owners.find_holder(request, db)
    return templates.render(
        "stats/settings.html",
        session=session,
        navigation=link_pages(view, session.pages),
        home=view.home,
        without_imdb=without_imdb,
        is_account=holder is not None and holder.is_account,
        has_diary=len(view.all.viewings) > 0,
        films_csv=f"{view.home}/films.csv?columns={','.join(COLUMNS)}",
        tmdb_images=request.app.state.settings.tmdb_images,
        chosen=preferences.read_preferences(request),
        token=token,
        has_token=not request.cookies.get(owners.LOGIN_COOKIE),
        **templates.describe_visitor(request) | {"back": f"{view.home}/{SETTINGS[0]}"},
    )
