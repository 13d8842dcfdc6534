"""What is left of a person as programs read it, and ask for it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from kinograph.films.filmographies import Listed
from kinograph.sessions import owners
from kinograph.sessions.access import OWNER_ONLY
from kinograph.stats import rest
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PERSON
from kinograph.stats.rest import Feature, InRole, Why
from kinograph.stats.rest_routes import ask_for, need_owner
from kinograph.stats.routes import check_place
from kinograph.stats.session_page import SessionPage, make_view, open_session

router = APIRouter(tags=["people"])

PersonId = Annotated[int, Path(ge=-(10**12), le=10**12, description="As TMDB numbers people.")]
States = Literal["unasked", "waiting", "unavailable", "not_found", "known"]


class FeatureFilm(BaseModel):
    title: str
    year: int | None
    tmdb_id: int
    runtime_minutes: int | None = Field(description="Null where nobody has looked it up here.")
    score: float | None = Field(description="Of everyone at TMDB, 0 to 10.")
    votes: int
    seen: bool
    watchlist: bool


class RoleLeft(BaseModel):
    role: str
    total: int = Field(description="Released features.")
    seen: int
    left_out: dict[Why, int] = Field(description="Credits in this role that are none, by why.")
    films: list[FeatureFilm] = Field(description="Those not seen, best rated first, then those seen.")


class PersonLeft(BaseModel):
    state: States = Field(description="POST asks where it is unasked or unavailable.")
    as_of: date | None = Field(description="When TMDB said so; it is kept for a month.")
    roles: list[RoleLeft]


Opened = Annotated[None, Depends(open_session)]


@router.get("/api/session/{session_id}/person/{person}/left", openapi_extra=owners.OWNER_OR_NOBODY)
async def tell_left(request: Request, session_id: UUID, person: PersonId, opened: Opened) -> PersonLeft:
    """The released features of somebody who worked on the session's films, seen or not, by role. Never asks TMDB."""
    session, view = await _find(request, person)
    return await _tell(request, session, view, person)


@router.post("/api/session/{session_id}/person/{person}/left", status_code=202, dependencies=OWNER_ONLY)
async def ask_left(
    request: Request, response: Response, session_id: UUID, person: PersonId, opened: Opened
) -> PersonLeft:
    """Has TMDB asked, in one request, unless its answer is kept already: then 200, else 202 while it is waited for."""
    need_owner(request.state.session_page)
    session, view = await _find(request, person)
    await ask_for(request, session, person)
    told = await _tell(request, session, view, person)
    response.status_code = 202 if told.state == "waiting" else 200
    return told


async def _find(request: Request, person: int) -> tuple[SessionPage, PageContext]:
    session: SessionPage = request.state.session_page
    view = await make_view(request, session, PERSON.name, ("person", str(person)))
    check_place(view)
    return session, view


async def _tell(request: Request, session: SessionPage, view: PageContext, person: int) -> PersonLeft:
    engine = request.app.state.engine
    found = await rest.find(engine, f"/person/{person}")
    listed = await rest.read(engine, found)
    if found is None or listed is None or found.status.fetched_at is None:
        return PersonLeft(state=_name_state(found), as_of=None, roles=[])
    as_of = found.status.fetched_at.date()
    return await asyncio.to_thread(_describe, view, listed, as_of)


def _name_state(found: rest.Rest | None) -> States:
    if found is None or not (found.status.is_waiting or found.status.reason):
        return "unasked"
    return (
        "waiting" if found.status.is_waiting else "not_found" if found.status.reason == "not_found" else "unavailable"
    )


def _describe(view: PageContext, listed: Listed, as_of: date) -> PersonLeft:
    roles = [_describe_role(each) for each in rest.count_in_roles(view, listed, as_of)]
    return PersonLeft(state="known", as_of=as_of, roles=roles)


def _describe_role(each: InRole) -> RoleLeft:
    return RoleLeft(
        role=each.role,
        total=len(each.features),
        seen=len(each.seen),
        left_out=each.left_out,
        films=[_describe_film(feature) for feature in (*each.left, *each.seen)],
    )


def _describe_film(feature: Feature) -> FeatureFilm:
    credit = feature.credit
    return FeatureFilm(
        title=credit.title,
        year=credit.released.year if credit.released else None,
        tmdb_id=credit.tmdb_id,
        runtime_minutes=feature.runtime_minutes,
        score=credit.score,
        votes=credit.votes,
        seen=feature.is_seen,
        watchlist=feature.is_wanted,
    )
