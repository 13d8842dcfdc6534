"""The first page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph import pages
from kinograph.charts.posters import Poster
from kinograph.database import Db
from kinograph.sessions import owners, refusals
from kinograph.settings import Settings, tmdb_key

router = APIRouter(include_in_schema=False)

# Famous ones, drawn, so that the first page needs nobody's pictures.
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
    holder = await owners.find(db, owners.token_of(request))
    html = render(
        request,
        key_state=await _key_state(db, request.app.state.settings),
        sessions=await _sessions_of(db, holder.id) if holder else [],
    )
    return HTMLResponse(html, headers={"Cache-Control": "private, no-cache"})


def render(request: Request, **values: Any) -> Markup:
    posters = [Poster(title, year) for title, year in ON_SHOW]
    return pages.render(
        "layout/landing.html",
        posters=posters,
        max_upload_mb=request.app.state.settings.max_upload_mb,
        sentences=refusals.sentences(),
        natures=refusals.natures(),
        **values,
        **pages.visitor(request),
    )


async def _key_state(db: AsyncConnection, settings: Settings) -> str:
    """As the worker last found it; before its first word, whether there is a key at all."""
    row = await db.execute(text("SELECT key_state FROM tmdb_state WHERE rate_group = :g"), {"g": settings.rate_group})
    return row.scalar_one_or_none() or ("ok" if tmdb_key(settings) else "no_key")


async def _sessions_of(db: AsyncConnection, owner_id: int) -> list[Any]:
    rows = await db.execute(
        text(
            "SELECT id, created_at, (SELECT count(*) FROM session_films WHERE session_id = id AND watched) AS films"
            " FROM sessions WHERE owner_id = :owner_id AND (expires_at IS NULL OR expires_at > now())"
            " ORDER BY created_at DESC LIMIT 20"
        ),
        {"owner_id": owner_id},
    )
    return list(rows)
