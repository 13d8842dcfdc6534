"""The exact totals of a session."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Summary(BaseModel):
    films: int = Field(description="Rows of watched.csv; without that file, the films rated, logged or reviewed.")
    viewings: int = Field(description="Diary entries; without a diary, dated reviews. Undated films have none.")
    rewatches: int = Field(description="Viewings flagged as rewatch.")
    ratings: int = Field(description="Rows of ratings.csv; without that file, watched films with a rated entry.")
    rating_mean: float | None = Field(description="Mean of these ratings, in stars; null without any.")
    reviews: int = Field(description="Rows of reviews.csv, dated or not.")
    likes: int = Field(description="Liked films, watched or not.")
    watchlist: int = Field(description="Films on the watchlist, watched or not.")
    lists: int = Field(description="Files of lists, empty ones among them.")
    first_viewing: date | None = Field(description="The first day of the diary, filled in at one go or not.")
    last_viewing: date | None = Field(description="The last day of the diary, filled in at one go or not.")
    undated_films: int = Field(description="Watched films without a viewing.")
    hours: float | None = Field(
        description="Runtime of every viewing, and once of a watched film without any, as far as known; of a series the"
        " average length of an episode times their number. Null before the first is known."
    )
    directors: int = Field(description="Distinct over the watched films.")
    countries: int = Field(description="Of production, distinct over the watched films.")


SUMMARY = text(
    """
    WITH seen AS MATERIALIZED (
        SELECT film_n, count(*) AS times FROM viewings WHERE session_id = :id GROUP BY film_n
    ), matched AS MATERIALIZED (
        SELECT watched, coalesce(times, 1) AS times, runtime_minutes, directors, countries FROM session_matches
        JOIN film_facts ON film_facts.id = session_matches.facts_id
        LEFT JOIN seen ON film_n = n
        WHERE session_matches.session_id = :id AND (watched OR times IS NOT NULL)
    )
    SELECT f.*, v.*, facts.*,
           (SELECT count(*) FROM reviews WHERE session_id = :id) AS reviews,
           (SELECT count(*) FROM lists WHERE session_id = :id) AS lists,
           (SELECT count(DISTINCT d) FROM matched, unnest(directors) d WHERE watched) AS directors,
           (SELECT count(DISTINCT c) FROM matched, unnest(countries) c WHERE watched) AS countries
    FROM (
        SELECT count(*) FILTER (WHERE watched) AS films,
               count(rating) AS ratings,
               avg(rating) AS rating_mean,
               count(*) FILTER (WHERE liked) AS likes,
               count(*) FILTER (WHERE watchlist) AS watchlist,
               count(*) FILTER (WHERE watched AND seen.film_n IS NULL) AS undated_films
        FROM session_films
        LEFT JOIN seen ON seen.film_n = n
        WHERE session_id = :id
    ) f, (
        SELECT count(*) AS viewings, count(*) FILTER (WHERE rewatch) AS rewatches,
               min(watched_on) AS first_viewing, max(watched_on) AS last_viewing
        FROM viewings WHERE session_id = :id
    ) v, (SELECT sum(runtime_minutes * times) / 60.0 AS hours FROM matched) facts
    """
)


async def summarize(db: AsyncConnection, session_id: UUID) -> Summary:
    row = (await db.execute(SUMMARY, {"id": session_id})).one()
    return Summary.model_validate({**row._mapping, "hours": None if row.hours is None else float(row.hours)})
