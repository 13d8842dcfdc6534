"""The home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.accounts.ledger import Own, list_exports
from kinograph.charts.posters import Poster
from kinograph.database.requests import Db
from kinograph.layout import previews, templates
from kinograph.sessions import owners, refusals
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import find_key

router = APIRouter(include_in_schema=False)

LISTED = 20

# Famous ones, drawn, so that the home page needs nobody's pictures.
ON_SHOW = (
    ("Metropolis", 1927), ("Sunrise", 1927), ("City Lights", 1931), ("The Rules of the Game", 1939),
    ("Late Spring", 1949), ("Seven Samurai", 1954), ("Vertigo", 1958), ("The 400 Blows", 1959),
    ("Cléo from 5 to 7", 1962), ("8½", 1963), ("Persona", 1966), ("Playtime", 1967),
    ("2001: A Space Odyssey", 1968), ("Touki Bouki", 1973), ("Jeanne Dielman", 1975), ("Stalker", 1979),
    ("Paris, Texas", 1984), ("My Neighbor Totoro", 1988), ("Close-Up", 1990), ("Chungking Express", 1994),
    ("Beau travail", 1999), ("Yi Yi", 2000), ("Parasite", 2019), ("Aftersun", 2022),
)  # fmt: skip


@router.get("/")
async def show(request: Request, db: Db) -> HTMLResponse:
    request.app.state.readers.warm_soon()
    holder = await owners.find_holder(request, db)
    sessions = await list_exports(db, holder.id, most=LISTED) if holder else []
    html = render_landing(
        request,
        key_state=await _key_state(db, request.app.state.settings),
        sessions=sessions,
        story=await _story(db, sessions, request.app.state.today()),
        is_signed_in=holder is not None and holder.is_account,
    )
    return HTMLResponse(html, headers={"Cache-Control": "private, no-cache"})


def render_landing(request: Request, **values: Any) -> Markup:
    posters = [Poster(title, year) for title, year in ON_SHOW]
    return templates.render(
        "layout/landing.html",
        posters=posters,
        max_upload_mb=request.app.state.settings.max_upload_mb,
        sentences=refusals.list_sentences(),
        natures=refusals.list_natures(),
        tmdb_images=request.app.state.settings.tmdb_images,
        accounts=request.app.state.settings.accounts,
        needs_account=not request.app.state.settings.anonymous_uploads,
        preview=previews.make_neutral(request),
        **values,
        **templates.describe_visitor(request),
    )


@dataclass(frozen=True, slots=True)
class Story:
    """The way to the story of a year; `year` is None for the sample's, which belongs to nobody."""

    href: str
    year: int | None = None


SEASON = (12, 1)
"""The months in which people look back on a year."""

STORIED = text(
    "SELECT session_id FROM viewings WHERE session_id = ANY(:ids) AND watched_on >= :first AND watched_on < :after"
    " GROUP BY session_id"
)


async def _story(db: AsyncConnection, sessions: Sequence[Own], today: date) -> Story | None:
    """In December of this year, in January of the last: of the owner's newest export that has a viewing then."""
    if today.month not in SEASON:
        return None
    if not sessions:
        return Story("/sample/story")
    year = today.year if today.month == SEASON[0] else today.year - 1
    ends = {"first": date(year, 1, 1), "after": date(year + 1, 1, 1)}
    rows = await db.execute(STORIED, {"ids": [own.id for own in sessions], **ends})
    storied = {row.session_id for row in rows}
    newest = next((own for own in sessions if own.id in storied), None)
    return Story(f"/session/{newest.id}/year/{year}/story", year) if newest else None


async def _key_state(db: AsyncConnection, settings: Settings) -> str:
    """As the worker last found it; before its first word, whether there is what may be a key."""
    row = await db.execute(text("SELECT key_state FROM tmdb_state WHERE rate_group = :g"), {"g": settings.rate_group})
    if stored := row.scalar_one_or_none():
        return str(stored)
    key = find_key(settings)
    return "no_key" if key is None else "ok" if key.is_word else "bad_key"
