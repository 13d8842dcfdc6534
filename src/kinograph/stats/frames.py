"""A session's rows as columns, ready for the cards."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

FILMS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "film_id": pl.Int64(),
        "title": pl.String(),
        "year": pl.Int32(),  # as the export names it; may be null
        "uri": pl.String(),  # the Letterboxd page; "" when unknown
        "watched": pl.Boolean(),
        "rating": pl.Float32(),  # stars, 0.5 to 5, null when unrated
        "liked": pl.Boolean(),
        "watchlist": pl.Boolean(),
        "state": pl.String(),  # pending, matched, unmatched, failed
        # From here on null (lists: empty) until the film is looked up.
        "kind": pl.String(),  # movie or tv
        "tmdb_id": pl.Int64(),
        "imdb_id": pl.String(),
        "original_title": pl.String(),
        "original_language": pl.String(),  # ISO 639-1
        "release_date": pl.Date(),
        "runtime_minutes": pl.Int32(),  # null when unknown, never 0
        "vote_average": pl.Float32(),  # 0 to 10; null without votes
        "vote_count": pl.Int32(),
        "popularity": pl.Float32(),
        "budget": pl.Int64(),  # US dollars, null when unknown
        "revenue": pl.Int64(),
        "poster_path": pl.String(),
        "genres": pl.List(pl.String()),  # English names as TMDB gives them
        "countries": pl.List(pl.String()),  # of production, ISO 3166-1 alpha-2
        "languages": pl.List(pl.String()),  # spoken, ISO 639-1
        "keywords": pl.List(pl.String()),
        "companies": pl.List(pl.Int64()),  # ids into Frame.companies
        "directors": pl.List(pl.Int64()),  # ids into Frame.people, as are those below
        "writers": pl.List(pl.Int64()),
        "cast": pl.List(pl.Int64()),  # in billing order
        "composers": pl.List(pl.Int64()),
        "photography": pl.List(pl.Int64()),
        "editors": pl.List(pl.Int64()),
        "producers": pl.List(pl.Int64()),
    }
)

VIEWINGS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "watched_on": pl.Date(),
        "rating": pl.Float32(),  # as given at that viewing
        "rewatch": pl.Boolean(),
        "tags": pl.List(pl.String()),
    }
)

PEOPLE = pl.Schema({"id": pl.Int64(), "name": pl.String(), "gender": pl.Int8(), "portrait": pl.String()})
"""Gender as at TMDB: 0 not set, 1 female, 2 male, 3 non-binary. Portrait is a TMDB profile path or null."""

COMPANIES = pl.Schema({"id": pl.Int64(), "name": pl.String(), "country": pl.String()})


@dataclass(frozen=True, slots=True)
class Frame:
    """films: one row for each film of the session, watched or not; viewings: one for each diary entry, oldest first."""

    films: pl.DataFrame
    viewings: pl.DataFrame
    people: pl.DataFrame
    companies: pl.DataFrame
