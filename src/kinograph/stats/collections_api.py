"""The collections of a session as programs read them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from kinograph.sessions import owners
from kinograph.stats.collections import CollectionStanding, Progress, pick_collections
from kinograph.stats.lists_api import ListedFilm
from kinograph.stats.session_page import SessionPage, make_view, open_session
from kinograph.stats.standings import sort_standings

router = APIRouter(tags=["lists"])


class CollectionProgress(BaseModel):
    id: int = Field(description="TMDB's.")
    title: str
    progress: Progress = Field(description="complete, almost (one film is left) or begun.")
    total: int = Field(description="Features that were out when the export was made.")
    seen: int
    later: int = Field(description="Films that were not out yet, which do not count.")
    minutes_left: int = Field(description="Of the films not seen whose runtime is known.")
    films: list[ListedFilm] = Field(description="Those that count, in order of release.")


async def _session(request: Request, opened: Annotated[None, Depends(open_session)]) -> SessionPage:
    page: SessionPage = request.state.session_page
    return page


@router.get("/api/session/{session_id}/collections", openapi_extra=owners.OWNER_OR_NOBODY)
async def tell_collections(
    request: Request, session: Annotated[SessionPage, Depends(_session)]
) -> list[CollectionProgress]:
    """Every collection of which two films are seen, the nearest to complete first."""
    view = await make_view(request, session, "collections")
    found = await asyncio.to_thread(pick_collections, view)
    return [_tell(each) for each in sort_standings(found.standings, None)]


def _tell(standing: CollectionStanding) -> CollectionProgress:
    films: list[dict[str, Any]] = standing.films.select(
        "title", "year", "kind", "tmdb_id", "seen", "watchlist"
    ).to_dicts()
    return CollectionProgress(
        id=standing.id,
        title=standing.about.title,
        progress=standing.progress,
        total=standing.total,
        seen=standing.seen,
        later=standing.later,
        minutes_left=standing.minutes_left,
        films=[ListedFilm(tmdb_type=film.pop("kind"), **film) for film in films],
    )
