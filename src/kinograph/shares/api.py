"""Shares by program: the same as the pages do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from kinograph.database.requests import Db
from kinograph.layout.previews import make_url
from kinograph.sessions import hashing, owners
from kinograph.sessions.access import OWNER_ONLY, NotYours, ProgressOf
from kinograph.shares import passwords, store
from kinograph.shares.closing import set_closed
from kinograph.shares.resolver import first_page, make_address
from kinograph.shares.store import OwnShare
from kinograph.shares.wishes import MOST_DAYS, check_wishes
from kinograph.stats.pages import SHAREABLE
from kinograph.stats.scope import SHOWN

router = APIRouter(
    prefix="/api/session/{session_id}",
    tags=["shares"],
    dependencies=OWNER_ONLY,
    responses={
        403: {"description": "It is somebody else's session."},
        404: {"description": "There is no such session, or none of its shares has this token."},
    },
)


class Shows(BaseModel):
    """What of the owner is shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    stars: bool = True
    likes: bool = False
    watchlist: bool = False
    tags: bool = False
    lists: bool = False
    reviews: bool = False
    compare: bool = False


class ShareAsked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(default=None, description="For its owner, at most 100 characters; null: after its pages.")
    pages: list[str] | None = Field(
        default=None, description=f"The ends of their addresses, of {', '.join(SHAREABLE)}; null: all of them."
    )
    filters: str | None = Field(default=None, description="As the address of a filtered page has them after the “?”.")
    password: str | None = Field(default=None, description="1 to 1,000 characters; null: none.")
    days: int | None = Field(default=90, description=f"Until it ends, 1 to {MOST_DAYS}; null: never.")
    shows: Shows | list[str] | None = Field(default=None, description="As an object of booleans, or as their names.")
    follow: bool = Field(default=False, description="Whether it shows the owner's newest export, whichever that is.")


class Created(BaseModel):
    token: str
    url: str = Field(description="The first of its pages.")


class Visits(BaseModel):
    day: date = Field(description="In UTC.")
    visits: int


class ShareDetails(Created):
    name: str
    pages: list[str]
    filters: str
    has_password: bool
    shows: dict[str, bool]
    follow: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    open: bool
    visits: list[Visits] = Field(description="Of the days that had any, the oldest first.")


class Access(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    closed: bool = Field(description="Whether only shares lead others into the session.")


async def _owner(request: Request, progress: ProgressOf) -> int:
    """Raises NotYours unless the session's owner asks. Keeps no connection: hashing a password may have to wait."""
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    if holder is None or progress.owner_id != holder.id:
        raise NotYours
    return holder.id


OwnerOf = Annotated[int, Depends(_owner)]
"""The id of the session's owner, who asks."""


@router.post("/shares", status_code=201)
async def create(request: Request, session_id: UUID, owner_id: OwnerOf, asked: ShareAsked) -> Created:
    """A new link to part of the session, with a password or without."""
    wishes = check_wishes(**_given(asked))
    hashed = await _hash(asked.password)
    async with request.app.state.engine.begin() as db:
        token = await store.create_share(db, wishes, owner_id=owner_id, session_id=session_id, password_hash=hashed)
    return Created(token=token, url=make_share_url(request, token, wishes.pages))


@router.get("/shares")
async def list_all(request: Request, session_id: UUID, owner_id: OwnerOf, db: Db) -> list[ShareDetails]:
    """The links to the session and those that follow the newest export, with their visits; those that have ended for a
    month."""
    shares = await store.list_shares(db, owner_id=owner_id, session_id=session_id)
    return [_details(request, share) for share in shares]


@router.patch("/shares/{token}")
async def change(request: Request, session_id: UUID, token: str, owner_id: OwnerOf, asked: ShareAsked) -> ShareDetails:
    """Changes what is named, and nothing else: `days` count from now on, `password` null takes it off."""
    hashed = await _hash(asked.password)
    async with request.app.state.engine.begin() as db:
        share = await store.find_own(db, token, owner_id=owner_id, session_id=session_id)
        wishes = check_wishes(**{**describe_wishes(share), **_given(asked)})
        values = store.changed_values(wishes, session_id, ends="days" in asked.model_fields_set)
        if "password" in asked.model_fields_set:
            values["password_hash"] = hashed
        await store.change_share(db, share, values, owner_id=owner_id)
        return _details(request, await store.find_own(db, token, owner_id=owner_id, session_id=session_id))


@router.delete("/shares/{token}", status_code=204)
async def revoke(session_id: UUID, token: str, owner_id: OwnerOf, db: Db) -> None:
    """Ends a link at once, everywhere."""
    await store.revoke_share(db, await store.find_own(db, token, owner_id=owner_id, session_id=session_id))


@router.put("/access")
async def set_access(request: Request, session_id: UUID, owner_id: OwnerOf, asked: Access) -> Access:
    """Closes the session's own address to everybody but its owner, or opens it again."""
    await set_closed(request, session_id, closed=asked.closed)
    return asked


def make_share_url(request: Request, token: str, pages: tuple[str, ...]) -> str:
    """The whole address of a share's first page."""
    return make_url(request, first_page(make_address(token), pages))


def describe_wishes(share: OwnShare) -> dict[str, Any]:
    """What was wished of a share, as check_wishes takes it; when it ends is left out."""
    return {
        "name": share.name,
        "pages": share.pages,
        "filters": share.filters,
        "shows": share.shows,
        "follow": share.follow,
    }


async def _hash(password: str | None) -> str | None:
    return None if password is None else await hashing.hash_password(passwords.normalize(password))


def _given(asked: ShareAsked) -> dict[str, Any]:
    """What was said, for check_wishes; null stands for the default where it means nothing else."""
    given = {name: getattr(asked, name) for name in asked.model_fields_set - {"password"}}
    given = {name: value for name, value in given.items() if value is not None or name == "days"}
    if isinstance(shows := given.get("shows"), Shows):
        given["shows"] = [name for name in SHOWN if getattr(shows, name)]
    return given


def _details(request: Request, share: OwnShare) -> ShareDetails:
    return ShareDetails(
        token=share.token,
        url=make_share_url(request, share.token, share.pages),
        name=share.name,
        pages=list(share.pages),
        filters=share.filters,
        has_password=share.has_password,
        shows={name: name in share.shows for name in SHOWN},
        follow=share.follow,
        created_at=share.created_at,
        expires_at=share.expires_at,
        revoked_at=share.revoked_at,
        open=share.is_open,
        visits=[Visits(day=day, visits=n) for day, n in sorted(share.visits.items())],
    )
