"""What a session holds beside its watched films, as the API gives it: viewings to whoever has the address, and what was
said, listed, liked and wanted to the owner alone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Named(BaseModel):
    title: str
    year: int | None
    letterboxd_uri: str


class ViewingRow(Named):
    """A diary entry; without a diary, a dated review."""

    watched_on: date
    logged_on: date | None
    rating: float | None = Field(description="Stars given at that viewing.")
    rewatch: bool
    tags: list[str] | None = Field(description="Null to all but the owner.")


class ReviewRow(Named):
    watched_on: date | None
    logged_on: date | None
    rating: float | None
    rewatch: bool
    tags: list[str]
    text: str = Field(description="HTML as it was typed: make it safe before you show it.")


class ListedRow(Named):
    position: int
    note: str = Field(description="HTML as it was typed.")


class ListRow(BaseModel):
    name: str
    slug: str
    letterboxd_uri: str
    created_on: date | None
    tags: list[str]
    description: str = Field(description="HTML as it was typed.")
    films: list[ListedRow]


class WantedRow(Named):
    wanted_on: date | None


class LikedRow(Named):
    liked_on: date | None


class OrphanedRow(BaseModel):
    title: str
    year: int | None
    rows: int = Field(description="How many entries and reviews name it.")


class Everything(BaseModel):
    """All lists are in the order of the export. What is null is the owner's alone to see."""

    viewings: list[ViewingRow]
    reviews: list[ReviewRow] | None
    lists: list[ListRow] | None
    watchlist: list[WantedRow] | None
    likes: list[LikedRow] | None = Field(description="Watched or not.")
    orphaned: list[OrphanedRow] | None = Field(description="Films that Letterboxd has dropped; they count nowhere.")


_FILM = "films.title, films.year, session_films.uri AS letterboxd_uri"
_OF = (
    " JOIN session_films ON session_films.session_id = told.session_id AND session_films.n = told.film_n"
    " JOIN films ON films.id = session_films.film_id WHERE told.session_id = :id ORDER BY told."
)
_ENTRY = f"SELECT {_FILM}, told.watched_on, told.logged_on, told.rating, told.rewatch, told.tags"
VIEWINGS = f"{_ENTRY} FROM viewings told{_OF}n"
REVIEWS = f"{_ENTRY}, told.text FROM reviews told{_OF}n"
LISTED = f"SELECT told.list_n, told.position, told.note, {_FILM} FROM list_films told{_OF}list_n, told.position"  # noqa: S608
LISTS = (
    "SELECT n, name, slug, uri AS letterboxd_uri, created_on, tags, description"
    " FROM lists WHERE session_id = :id ORDER BY n"
)
ORPHANED = "SELECT orphaned FROM sessions WHERE id = :id"
_MARKED = (
    f"SELECT {_FILM}, session_films.{{day}} FROM session_films JOIN films ON films.id = session_films.film_id"  # noqa: S608
    " WHERE session_films.session_id = :id AND session_films.{mark} ORDER BY session_films.n"
)


async def read_everything(db: AsyncConnection, session_id: UUID, *, is_owner: bool) -> Everything:
    """For strangers without what is the owner's alone."""

    async def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in (await db.execute(text(sql), {"id": session_id})).mappings()]

    viewings = await rows(VIEWINGS)
    if not is_owner:
        viewings = [viewing | {"tags": None} for viewing in viewings]
        private = ("reviews", "lists", "watchlist", "likes", "orphaned")
        return Everything.model_validate({"viewings": viewings, **dict.fromkeys(private)})
    lists = [made | {"films": []} for made in await rows(LISTS)]
    by_number = {made.pop("n"): made["films"] for made in lists}
    for film in await rows(LISTED):
        by_number[film.pop("list_n")].append(film)
    return Everything.model_validate(
        {
            "viewings": viewings,
            "reviews": await rows(REVIEWS),
            "lists": lists,
            "watchlist": await rows(_MARKED.format(day="wanted_on", mark="watchlist")),
            "likes": await rows(_MARKED.format(day="liked_on", mark="liked")),
            "orphaned": await db.scalar(text(ORPHANED), {"id": session_id}),
        }
    )
