"""The page of a session's settings: how it looks, whose it is, and the ways to take it along or away."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.sessions import owners
from kinograph.sessions.routes import NotYours
from kinograph.stats import diary
from kinograph.stats.film_columns import COLUMNS
from kinograph.stats.pages import SETTINGS, link_pages
from kinograph.stats.routes import SampleOf, Shown, ShownOf, attached, view_of

router = APIRouter(include_in_schema=False)


@router.get("/session/{session_id}/settings")
async def show(session: ShownOf, request: Request) -> HTMLResponse:
    # Or Back would show it after the session was deleted here.
    return HTMLResponse(await _page(request, session), headers=PRIVATE | {"Cache-Control": "private, no-store"})


@router.get("/sample/settings")
async def show_sample(session: SampleOf, request: Request) -> HTMLResponse:
    return HTMLResponse(await _page(request, session), headers=PRIVATE)


@router.post("/session/{session_id}/token")
async def show_token(session: ShownOf, request: Request) -> HTMLResponse:
    """The owner's token, for another browser. It is asked for by itself, so that no other page ever holds it."""
    if not session.is_owner:
        raise NotYours
    html = await _page(request, session, token=owners.token_of(request))
    return HTMLResponse(html, headers=PRIVATE | {"Cache-Control": "no-store"})


@router.get("/session/{session_id}/token")
async def lead_back(session: ShownOf) -> RedirectResponse:
    """Whoever reloads the page of the token is asked for it anew."""
    return RedirectResponse(f"/session/{session.id}/settings#token", status_code=303)


@router.get("/session/{session_id}/diary.csv")
async def download(session: ShownOf, request: Request) -> Response:
    return await _csv(request, session)


@router.get("/sample/diary.csv")
async def download_sample(session: SampleOf, request: Request) -> Response:
    return await _csv(request, session)


async def _csv(request: Request, session: Shown) -> Response:
    return await attached(request, await view_of(request, session, "diary"), "diary", diary.write_csv)


async def _page(request: Request, session: Shown, *, token: str | None = None) -> str:
    view = await view_of(request, session, SETTINGS[0])
    return templates.render(
        "stats/settings.html",
        session=session,
        nav_links=link_pages(view),
        home=view.home,
        has_diary=len(view.all.viewings) > 0,
        films_csv=f"{view.home}/films.csv?columns={','.join(COLUMNS)}",
        tmdb_images=request.app.state.settings.tmdb_images,
        chosen=preferences.of(request),
        token=token,
        **templates.visitor(request) | {"back": f"{view.home}/{SETTINGS[0]}"},
    )
