"""The films of a session as the API gives them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection


class CastMember(BaseModel):
    name: str
    character: str


class Movie(BaseModel):
    """A watched film. What TMDB tells is null or empty until it is looked up."""

    title: str
    year: int | None = Field(description="Of release, as the export says.")
    letterboxd_uri: str
    rating: float | None = Field(description="Stars, 0.5 to 5.")
    rated_on: date | None = Field(description="The day it was last rated.")
    liked: bool
    liked_on: date | None
    marked_on: date | None = Field(description="The day it was marked as watched, which is not when it was seen.")
    watched_dates: list[date]
    tmdb_type: str | None = Field(description="movie or tv")
    tmdb_id: int | None = Field(description="Of the film or series at TMDB; films and series count apart.")
    imdb_id: str | None
    match_state: str = Field(description="pending, matched, unmatched or failed")
    original_title: str | None
    release_date: date | None
    genres: list[str]
    directors: list[str]
    cast: list[CastMember]
    runtime: int | None = Field(description="Minutes; of a series the average length of an episode times their number.")
    countries: list[str] = Field(description="Of production, ISO 3166-1.")
    original_language: str | None = Field(description="ISO 639-1.")
    keywords: list[str]
    vote_average: float | None = Field(description="0 to 10.")
    vote_count: int | None = Field(description="At TMDB.")
    popularity: float | None = Field(description="TMDB's own number.")
    budget: int | None = Field(description="US dollars.")
    revenue: int | None = Field(description="US dollars.")
    poster_path: str | None


MOVIES = text(
    """
    WITH film AS MATERIALIZED (
        SELECT * FROM session_matches WHERE session_id = :id AND watched ORDER BY n LIMIT :limit OFFSET :skip
    ), seen AS MATERIALIZED (
        SELECT film_n, array_agg(watched_on ORDER BY watched_on) AS days FROM viewings
        WHERE session_id = :id AND film_n IN (SELECT n FROM film) GROUP BY film_n
    )
    SELECT film.title, film.year, film.uri AS letterboxd_uri, film.rating, film.rated_on,
           film.liked, film.liked_on, film.marked_on,
           coalesce(seen.days, '{}') AS watched_dates,
           facts.kind AS tmdb_type, facts.tmdb_id, facts.imdb_id, film.state AS match_state,
           facts.original_title, facts.release_date,
           coalesce(facts.genres, '{}') AS genres,
           ARRAY(SELECT name FROM unnest(facts.directors) WITH ORDINALITY d(id, n) JOIN people USING (id) ORDER BY d.n)
               AS directors,
           ARRAY(SELECT name FROM unnest(facts.cast_ids) WITH ORDINALITY c(id, n) JOIN people USING (id) ORDER BY c.n)
               AS cast_names,
           coalesce(facts.cast_characters, '{}') AS cast_characters,
           facts.runtime_minutes AS runtime, coalesce(facts.countries, '{}') AS countries, facts.original_language,
           coalesce(facts.keywords, '{}') AS keywords, facts.vote_average, facts.vote_count, facts.popularity,
           facts.budget, facts.revenue, facts.poster_path
    FROM film
    LEFT JOIN film_facts facts ON facts.id = film.facts_id
    LEFT JOIN seen ON seen.film_n = film.n
    ORDER BY film.n
    """
)


async def read_movies(db: AsyncConnection, session_id: UUID, *, skip: int = 0, limit: int | None = None) -> list[Movie]:
    """The watched films in the order of the export; all of them without a limit."""
    rows = (await db.execute(MOVIES, {"id": session_id, "skip": skip, "limit": limit})).mappings().all()
    return await asyncio.to_thread(_movies, rows)


def _movies(rows: Sequence[RowMapping]) -> list[Movie]:
    return [
        Movie(cast=[CastMember(name=n, character=c) for n, c in zip(names, characters, strict=True)], **film)
        for film in map(dict, rows)
        for names, characters in [(film.pop("cast_names"), film.pop("cast_characters"))]
    ]
