"""The pages of a session, and the sample's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from kinograph import pages
from kinograph.database import Db
from kinograph.sessions import owners
from kinograph.sessions.models import Session, Status
from kinograph.sessions.progress import Progress
from kinograph.sessions.routes import ProgressOf, SessionNotFound, WatchOf
from kinograph.stats import cards
from kinograph.stats.filters import Filters
from kinograph.stats.headline import headline
from kinograph.stats.view import View
from kinograph.stats.wall import wall

router = APIRouter(include_in_schema=False)
PRIVATE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as its page speaks of it."""

    progress: Progress
    is_owner: bool
    is_sample: bool
    warnings: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.progress, name)

    @property
    def id(self) -> UUID:
        return self.progress.session_id

    @property
    def failure(self) -> str | None:
        return self.progress.failure_reason


@router.get("/session/{session_id}")
async def overview(request: Request, progress: ProgressOf, db: Db) -> HTMLResponse:
    holder = await owners.find(db, owners.token_of(request))
    is_owner = holder is not None and progress.owner_id == holder.id
    warnings: list[str] = []
    if is_owner:  # what the files said is its owner's alone
        warnings = (await db.execute(select(Session.warnings).where(Session.id == progress.session_id))).scalar_one()
    return await _page(request, Shown(progress, is_owner, is_sample=False, warnings=tuple(warnings)))


@router.get("/sample")
async def sample(request: Request, watch: WatchOf) -> HTMLResponse:
    progress = await watch.progress(request.app.state.sample_id)
    if progress is None:
        raise SessionNotFound
    return await _page(request, Shown(progress, is_owner=False, is_sample=True, warnings=()))


async def _page(request: Request, session: Shown) -> HTMLResponse:
    frame = await request.app.state.frames.frame(session.id, session.version)
    view = View(
        all=frame,
        filters=Filters.parse(request.query_params.multi_items()),
        path=request.url.path,
        images=request.app.state.settings.tmdb_images,
    )
    html = await asyncio.to_thread(_render, session, view, pages.visitor(request))
    return HTMLResponse(html, headers=PRIVATE)


def _render(session: Shown, view: View, visitor: dict[str, str]) -> str:
    said = headline(view)
    return pages.render(
        "stats/overview.html",
        session=session,
        headline=said,
        credits=said.credits,
        posters=wall(view),
        chips=view.filters.chips(view.all, view.path),
        clear_href=view.path,
        cards=cards.draw(view),
        live=session.status in (Status.UPLOADING, Status.PROCESSING, Status.ENRICHING),
        **visitor,
    )
