"""Saved views by program: the same as the pages do."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from kinograph.database.requests import Db
from kinograph.sessions import owners
from kinograph.sessions.access import OWNER_ONLY, NotYours, ProgressOf
from kinograph.stats.saved_views import MOST, link_view
from kinograph.views import store
from kinograph.views.store import LONGEST_NAME, PAGES, OwnView

router = APIRouter(
    prefix="/api/session/{session_id}",
    tags=["views"],
    dependencies=OWNER_ONLY,
    responses={
        403: {"description": "It is somebody else's session."},
        404: {"description": "There is no such session, or its owner has no view with this id."},
    },
)

NAME = f"1 to {LONGEST_NAME} characters."
PAGE = f"The end of the address of the page it opens on, of {', '.join(PAGES)}."
FILTERS = "As the address of a filtered page has them after the “?”; at least one."


class ViewAsked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(description=NAME)
    page: str = Field(default="", description=PAGE)
    filters: str = Field(description=FILTERS)


class ViewChange(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(default=None, description=NAME)
    page: str | None = Field(default=None, description=PAGE)
    filters: str | None = Field(default=None, description=FILTERS)
    position: int | None = Field(default=None, ge=1, le=MOST, description="Its place among the others.")


class ViewDetails(BaseModel):
    id: int
    name: str
    page: str
    filters: str
    position: int
    path: str = Field(description="The address of its page in this session.")


async def _owner(request: Request, progress: ProgressOf) -> int:
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    if holder is None or progress.owner_id != holder.id:
        raise NotYours
    return holder.id


OwnerOf = Annotated[int, Depends(_owner)]
ViewId = Annotated[int, Path(alias="n", ge=0, le=2**63 - 1)]


@router.get("/views")
async def list_all(session_id: UUID, owner_id: OwnerOf, db: Db) -> list[ViewDetails]:
    """The owner's saved views, in their order; they are the same for all of their sessions."""
    return [_details(session_id, view) for view in await store.list_views(db, owner_id)]


@router.post("/views", status_code=201)
async def create(session_id: UUID, owner_id: OwnerOf, asked: ViewAsked, db: Db) -> ViewDetails:
    """A new view, the last of all."""
    values = store.check_values(name=asked.name, page=asked.page, filters=asked.filters)
    view_id = await store.create_view(db, owner_id, values)
    return _details(session_id, await store.find_view(db, view_id, owner_id))


@router.patch("/views/{n}")
async def change(session_id: UUID, view_id: ViewId, owner_id: OwnerOf, asked: ViewChange, db: Db) -> ViewDetails:
    """Changes what is named, and nothing else."""
    given = asked.model_dump(exclude_none=True, exclude={"position"})
    view = await store.change_view(db, view_id, owner_id, store.check_values(**given), position=asked.position)
    return _details(session_id, view)


@router.delete("/views/{n}", status_code=204)
async def remove(session_id: UUID, view_id: ViewId, owner_id: OwnerOf, db: Db) -> None:
    """Deletes a view; films and links stay as they are."""
    await store.delete_view(db, view_id, owner_id)


def _details(session_id: UUID, view: OwnView) -> ViewDetails:
    return ViewDetails(
        id=view.id,
        name=view.name,
        page=view.page,
        filters=view.filters,
        position=view.position,
        path=link_view(f"/session/{session_id}", view.page, view.filters),
    )
