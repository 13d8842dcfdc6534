"""Two people side by side, as JSON."""

from __future__ import annotations

import orjson
import polars as pl
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kinograph.layout.headers import PAIRED
from kinograph.layout.methods import answer_head, is_head
from kinograph.pairs.agreement import FEWEST
from kinograph.pairs.others import find_other, set_beside
from kinograph.pairs.pair import APART, LOVED, TOLD, Pair
from kinograph.sessions import owners
from kinograph.sessions.access import OWNER_ONLY, NotYours, ProgressOf
from kinograph.sessions.progress import Progress

router = APIRouter(tags=["sessions"])
JSON = "application/json"


class SharedFilm(BaseModel):
    """A film with what each of the two tells of it."""

    title: str
    year: int | None
    letterboxd_uri: str
    tmdb_kind: str | None = Field(description="movie or tv; null where it was not found.")
    tmdb_id: int | None
    runtime_minutes: int | None
    my_rating: float | None = Field(description="Stars.")
    their_rating: float | None
    my_like: bool
    their_like: bool


class StarsAgreement(BaseModel):
    films: int = Field(description="Rated by both.")
    share: float | None = Field(description=f"0 to 1; null below {FEWEST} films.")
    distance: float | None = Field(description="Stars apart on average, each one's mean taken away.")


class SideBySide(BaseModel):
    mine: int = Field(description="Films I have seen.")
    theirs: int
    both: int
    agreement: StarsAgreement | None = Field(description="null where a link hides the stars.")
    seen_by_both: list[SharedFilm]
    loved_by_both: list[SharedFilm] = Field(description=f"With {LOVED:g} stars or more, or a like.")
    apart: list[SharedFilm] = Field(description=f"{APART:g} star apart or more, the farthest first.")
    loved_by_them: list[SharedFilm] = Field(description="And not seen by me.")
    loved_by_me: list[SharedFilm] = Field(description="And not seen by them.")
    on_both_watchlists: list[SharedFilm] = Field(description="And seen by neither, the shortest first.")
    hidden: list[str] = Field(description="What the link does not tell: stars, likes, watchlist.")


async def _owned(request: Request, progress: Progress) -> int:
    """Raises NotYours unless the session's owner asks. Keeps no connection: a frame may have to be read."""
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    if holder is None or progress.owner_id != holder.id:
        raise NotYours
    return holder.id


@router.get(
    "/api/session/{session_id}/with/{other}",
    response_model=SideBySide,
    dependencies=OWNER_ONLY,
    responses={
        403: {"description": "It is somebody else's session, or a link that cannot be compared with."},
        404: {"description": "There is no such session, or nobody to compare it with."},
        409: {"description": "It is the session itself."},
    },
)
async def show_pair(request: Request, progress: ProgressOf, other: str) -> Response:
    """Side by side with `other`: another session of the owner, or the token of a share that allows comparing."""
    owner_id = await _owned(request, progress)
    found = await find_other(request, other, session_id=progress.session_id, owner_id=owner_id)
    if is_head(request):
        return answer_head(PAIRED, media_type=JSON)
    frame = await request.app.state.frames.frame(progress.session_id, progress.version)
    body = await request.app.state.drawing.run(_describe, await set_beside(request, frame, found))
    return Response(body, media_type=JSON, headers=PAIRED)


def _describe(pair: Pair) -> bytes:
    """As SideBySide says; without a model a row, of which there may be ten thousand."""
    agreement = pair.agreement if "stars" in pair.told else None
    return orjson.dumps(
        {
            "mine": pair.mine,
            "theirs": pair.theirs,
            "both": len(pair.both),
            "agreement": agreement,
            "seen_by_both": _list(pair.both),
            "loved_by_both": _list(pair.loved),
            "apart": _list(pair.apart),
            "loved_by_them": _list(pair.for_me),
            "loved_by_me": _list(pair.for_them),
            "on_both_watchlists": _list(pair.wishes),
            "hidden": sorted(TOLD - pair.told),
        }
    )


def _list(films: pl.DataFrame) -> orjson.Fragment:
    return orjson.Fragment(
        films.select(
            *("title", "year", "tmdb_id", "runtime_minutes", "my_rating", "their_rating"),
            letterboxd_uri="uri",
            tmdb_kind="kind",
            my_like="my_liked",
            their_like="their_liked",
        ).write_json()
    )
