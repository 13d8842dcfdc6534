"""The watchlist of a session as programs read it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import polars as pl
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kinograph.sessions import owners
from kinograph.stats import amounts, tonight, tonight_words
from kinograph.stats.list_routes import find_standings
from kinograph.stats.session_page import SessionPage, make_view, open_session
from kinograph.stats.wishes import PAGE, WishContext

router = APIRouter(tags=["watchlist"])


class WishedFilm(BaseModel):
    title: str = Field(description="As the export names it.")
    year: int | None
    tmdb_type: str | None = Field(description="movie or tv; null where nobody has looked it up, or it was not found.")
    tmdb_id: int | None
    runtime_minutes: int | None
    wished_on: date | None = Field(description="The day it came to the watchlist.")
    seen: bool = Field(description="Whether it was watched before, and waits to be watched again.")


class FilmTonight(BaseModel):
    title: str
    year: int | None
    tmdb_id: int | None
    points: float = Field(description="The sum over all reasons: see /how-counted.")
    reason: Literal["director", "list", "genre", "wait"] | None
    sentence: str = Field(description="The reason in words, in the language of the request.")


class Tonight(BaseModel):
    seed: int
    trios: int = Field(description="As many seeds show other films before the first come again.")
    films: list[FilmTonight]


class Watchlist(BaseModel):
    total: int = Field(description="Films that wait: on the watchlist, and not watched since.")
    minutes: int = Field(description="Of those whose runtime is known.")
    pending: int = Field(description="Of those, films that nobody has looked up yet.")
    watched_before: int
    watched_after_all: int = Field(
        description="Films watched since they came to the watchlist: those still on it with a viewing of a later day "
        "and, for the owner, those that an earlier export had on it and that were watched."
    )
    tonight: Tonight
    films: list[WishedFilm] = Field(description="The oldest wish first.")


async def _session(request: Request, session_id: UUID, opened: Annotated[None, Depends(open_session)]) -> SessionPage:
    """The session with the lists beside it."""
    page: SessionPage = request.state.session_page
    is_sample = session_id == request.app.state.sample_id
    return await page.with_lists(request.app.state.lists, is_sample=is_sample)


@router.get("/api/session/{session_id}/watchlist", openapi_extra=owners.OWNER_OR_NOBODY)
async def tell_watchlist(
    request: Request,
    session: Annotated[SessionPage, Depends(_session)],
    seed: Annotated[str, Query(description="Which three for tonight: 1 and up.")] = "1",
) -> Watchlist:
    """The films that wait, and three for tonight. Filters of the pages' addresses apply: `?genre=Drama&runtime=-90`."""
    view = cast(WishContext, await make_view(request, session, PAGE))
    return await asyncio.to_thread(_tell, session, view)


def _tell(session: SessionPage, view: WishContext) -> Watchlist:
    films = view.watched.sort("wanted_on", "n", nulls_last=True)
    seen = view.whole.films.filter("watched")["n"].implode()
    columns = films.select(
        "title",
        "year",
        "runtime_minutes",
        "tmdb_id",
        tmdb_type="kind",
        wished_on="wanted_on",
        seen=pl.col("n").is_in(seen),
    )
    rows: list[dict[str, Any]] = columns.to_dicts()
    return Watchlist(
        total=len(films),
        minutes=amounts.sum_minutes(view.picked),
        pending=int((films["state"] == "pending").sum()),
        watched_before=view.again,
        watched_after_all=len(view.met),
        tonight=_tell_tonight(session, view),
        films=[WishedFilm(**row) for row in rows],
    )


def _tell_tonight(session: SessionPage, view: WishContext) -> Tonight:
    standings = find_standings(session, view)
    films = tonight_words.narrow(view, standings, view.filters)
    trio = tonight.choose(view, standings, films, int(view.filters.get("seed") or 1))
    told = []
    for pick in trio.picks:
        film = films.filter(pl.col("n") == pick.n).row(0, named=True)
        offer = tonight_words.describe_pick(view, standings, films, pick)
        told.append(
            FilmTonight(
                title=film["title"],
                year=film["year"],
                tmdb_id=film["tmdb_id"],
                points=round(pick.points, 4),
                reason=cast(Any, pick.reason),
                sentence=offer.reason,
            )
        )
    return Tonight(seed=trio.seed, trios=trio.trios, films=told)
