"""Correcting matches by program: the same as the pages do."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kinograph.corrections import explanations, links, queries
from kinograph.corrections.owner_context import LONGEST_QUERY, OwnerContextOf
from kinograph.corrections.queries import FilmWithMatch, Show, TmdbEntry
from kinograph.errors import AppError
from kinograph.films import questions
from kinograph.films.candidates import MediaType
from kinograph.i18n import gettext_noop
from kinograph.layout.methods import answer_head, is_head
from kinograph.sessions.access import OWNER_ONLY

router = APIRouter(
    prefix="/api/session/{session_id}",
    tags=["repairs"],
    dependencies=OWNER_ONLY,
    responses={
        401: {"description": "Nobody said whose request this is."},
        403: {"description": "It is somebody else's session."},
        404: {"description": "There is no such session, or no such film in it."},
    },
)
PAGE = 200


class Candidate(BaseModel):
    kind: MediaType
    tmdb_id: int
    title: str
    original_title: str
    year: int | None
    poster_path: str | None
    directors: list[str] = Field(description="Empty until known.")
    runtime: int | None = Field(description="Minutes; null until known. Of a series, of all its episodes together.")


class RepairableFilm(BaseModel):
    n: int = Field(description="Its number within the session.")
    title: str
    year: int | None
    letterboxd_uri: str
    watched: bool
    viewings: int
    rating: float | None = Field(description="Stars, 0.5 to 5.")
    match_state: str = Field(description="pending, matched, unmatched or failed")
    confidence: float | None = Field(description="Of the automatic match, 0 to 1.")
    why: str = Field(description="How the match came about, in words.")
    repair: Literal["entry", "nothing"] | None = Field(description="What the owner said it is.")
    waiting: bool = Field(description="Whether TMDB is still asked for the entry the owner chose.")
    match: Candidate | None
    candidates: list[Candidate]


class RepairsPage(BaseModel):
    total: int
    skip: int
    limit: int
    films: list[RepairableFilm]


class Candidates(BaseModel):
    waiting: bool = Field(description="Whether TMDB has yet to tell some of it; ask again in a second.")
    candidates: list[Candidate]


class NoMatch(AppError):
    status = 422
    sentence = gettext_noop(
        "Say what the film is in one of three ways: “kind” (movie or tv) with “tmdb_id”, a “link”, or “nothing” as"
        " true."
    )


def _describe_ways(schema: dict[str, Any]) -> None:
    """Says that exactly one of the ways is taken, and that a field that is null counts as left out."""
    null = {"type": "null"}
    ways: list[dict[str, Any]] = [
        {"kind": {"enum": ["movie", "tv"]}, "tmdb_id": {"type": "integer"}},
        {"link": {"type": "string", "pattern": links.PATTERN}},
        {"nothing": {"const": True}},
    ]
    schema["oneOf"] = [
        {"required": list(way), "properties": dict.fromkeys(schema["properties"], null) | way} for way in ways
    ]


class Match(BaseModel):
    """One of: kind and tmdb_id; link; nothing."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_describe_ways)

    kind: MediaType | None = None
    tmdb_id: Annotated[int, Field(ge=1, lt=10**10)] | None = None
    link: Annotated[str, Field(max_length=2_000)] | None = Field(
        default=None, description="Of TMDB or IMDb; an IMDb number will do."
    )
    nothing: Literal[True] | None = Field(default=None, description="It is no film on TMDB.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        entry = self.kind is not None and self.tmdb_id is not None
        if (self.kind is None) != (self.tmdb_id is None) or entry + (self.link is not None) + bool(self.nothing) != 1:
            raise NoMatch
        return self


@router.get("/repairs")
async def list_repairs(
    owner: OwnerContextOf,
    show: Annotated[Show, Query(description="open: to be looked at; mine: answered by the owner; all.")] = "open",
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
) -> RepairsPage:
    """The films whose match is missing or unsure: watched ones first, then those seen most often."""
    async with owner.engine.connect() as db:
        counts = await queries.count_films(db, owner.session_id, owner.owner_id)
        films = await queries.list_films(db, owner.session_id, owner.owner_id, show=show, limit=limit, skip=skip)
    return RepairsPage(total=getattr(counts, show), skip=skip, limit=limit, films=[_film(film) for film in films])


@router.put("/films/{n}/match", responses={202: {"model": RepairableFilm, "description": "TMDB is still asked."}})
async def choose_match(owner: OwnerContextOf, n: int, match: Match, response: Response) -> RepairableFilm:
    """Says what a film is, in all sessions of the owner, those to come included."""
    if match.nothing:
        film = await owner.choose_nothing(n)
    elif match.link is not None:
        film = await owner.choose_entry(n, links.need_question(match.link))
    else:
        assert match.kind and match.tmdb_id
        film = await owner.choose_entry(n, questions.entry_question(match.kind, match.tmdb_id))
    response.status_code = 202 if film.is_waiting else 200
    return _film(film)


@router.delete("/films/{n}/match")
async def undo_match(owner: OwnerContextOf, n: int) -> RepairableFilm:
    """Takes the owner's answer back: the automatic match holds again."""
    return _film(await owner.undo_correction(n))


@router.get("/films/{n}/candidates", response_model=Candidates)
async def list_candidates(
    request: Request, owner: OwnerContextOf, n: int, query: Annotated[str, Query(max_length=LONGEST_QUERY)] = ""
) -> Candidates | Response:
    """What a film may be: what the look-up found besides or, with a query, what TMDB finds in those words."""
    if is_head(request):  # asks TMDB nothing
        await owner.find_film(n)
        return answer_head({}, media_type="application/json")
    offered = await (owner.search_tmdb(n, query) if query.strip() else owner.offer_candidates(n))
    return Candidates(waiting=offered.is_waiting, candidates=[_candidate(entry) for entry in offered.candidates])


def _film(film: FilmWithMatch) -> RepairableFilm:
    return RepairableFilm(
        n=film.n,
        title=film.title,
        year=film.year,
        letterboxd_uri=film.uri,
        watched=film.watched,
        viewings=film.viewings,
        rating=film.rating,
        match_state=film.state,
        confidence=film.confidence,
        why=explanations.explain_match(film),
        repair="entry" if film.answer == "entry" else "nothing" if film.answer == "nothing" else None,
        waiting=film.is_waiting,
        match=_candidate(film.match) if film.match else None,
        candidates=[_candidate(entry) for entry in film.candidates],
    )


def _candidate(entry: TmdbEntry) -> Candidate:
    return Candidate(
        kind=entry.kind,
        tmdb_id=entry.tmdb_id,
        title=entry.title,
        original_title=entry.original_title,
        year=entry.year,
        poster_path=entry.poster_path,
        directors=list(entry.directors),
        runtime=entry.runtime_minutes,
    )
