"""The lists of a session as programs read them."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinograph.lists.known import Kind
from kinograph.sessions import owners
from kinograph.stats.list_pages import name_list
from kinograph.stats.list_routes import find_standings, pick_standings
from kinograph.stats.session_page import SessionPage, make_view, open_session
from kinograph.stats.standings import Standing

router = APIRouter(tags=["lists"])


class ListedFilm(BaseModel):
    title: str = Field(description="As the list names it.")
    year: int | None
    tmdb_type: str | None = Field(description="movie or tv; null where nobody has looked it up, or it was not found.")
    tmdb_id: int | None
    seen: bool
    watchlist: bool


class ListProgress(BaseModel):
    name: str = Field(description="As addresses say it: own:… and imported:… are the owner's alone.")
    title: str
    kind: Kind
    total: int = Field(description="Films, each once.")
    found: int = Field(description="Films that TMDB has, as far as they were looked up.")
    seen: int
    minutes_left: int = Field(description="Of the films not seen whose runtime is known.")
    as_of: date | None = Field(description="Until when a built-in list holds.")
    films: list[ListedFilm]


async def _session(request: Request, session_id: UUID, opened: Annotated[None, Depends(open_session)]) -> SessionPage:
    """The session with the lists beside it."""
    page: SessionPage = request.state.session_page
    is_sample = session_id == request.app.state.sample_id
    return await page.with_lists(request.app.state.lists, is_sample=is_sample)


@router.get("/api/session/{session_id}/lists", openapi_extra=owners.OWNER_OR_NOBODY)
async def tell_lists(request: Request, session: Annotated[SessionPage, Depends(_session)]) -> list[ListProgress]:
    """Every list, the built-in ones first. Those of the export, and those that were brought, to the owner alone."""
    view = await make_view(request, session, "lists")
    return await asyncio.to_thread(
        lambda: [_tell(each) for each in pick_standings(view, find_standings(session, view))]
    )


def _tell(standing: Standing) -> ListProgress:
    films: list[dict[str, Any]] = standing.films.select(
        "title", "year", "kind", "tmdb_id", "seen", "watchlist"
    ).to_dicts()
    kind = standing.about.kind
    assert kind != "collection"
    return ListProgress(
        name=standing.about.name,
        title=name_list(standing),
        kind=kind,
        total=standing.total,
        found=standing.found,
        seen=standing.seen,
        minutes_left=standing.minutes_left,
        as_of=standing.about.as_of,
        films=[ListedFilm(tmdb_type=film.pop("kind"), **film) for film in films],
    )
