"""The columns of a session's rows, as cards find them."""

from __future__ import annotations

import polars as pl

from kinograph.films import roles

FILMS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "film_id": pl.Int64(),
        "title": pl.String(),
        "year": pl.Int32(),  # as the export names it; may be null
        "uri": pl.String(),  # the Letterboxd page; "" when unknown
        "watched": pl.Boolean(),
        "rating": pl.Float64(),  # stars, 0.5 to 5, null when unrated
        "liked": pl.Boolean(),
        "watchlist": pl.Boolean(),
        # Of films on the watchlist alone: the days they came there, and were marked as watched; null when unknown.
        "wanted_on": pl.Date(),
        "marked_on": pl.Date(),
        "reviewed": pl.Boolean(),
        "state": pl.String(),  # pending, matched, unmatched, failed
        # From here on null (lists: empty) until the film is looked up.
        "kind": pl.String(),  # movie or tv
        "tmdb_id": pl.Int64(),
        "imdb_id": pl.String(),
        "original_title": pl.String(),
        "original_language": pl.String(),  # ISO 639: two letters, or three as of Cantonese
        "release_date": pl.Date(),
        "runtime_minutes": pl.Int32(),  # null when unknown, never 0
        "vote_average": pl.Float64(),  # 0 to 10; null without votes
        "vote_count": pl.Int32(),
        "popularity": pl.Float64(),
        "budget": pl.Int64(),  # US dollars, null when unknown
        "revenue": pl.Int64(),
        "poster_path": pl.String(),
        "collection_id": pl.Int64(),  # into Frame.collections; 0: in none; null: nobody has asked, or a series
        "genres": pl.List(pl.String()),  # English names as TMDB gives them
        "countries": pl.List(pl.String()),  # of production, ISO 3166-1 alpha-2
        "languages": pl.List(pl.String()),  # spoken, ISO 639
        "keywords": pl.List(pl.String()),
        "companies": pl.List(pl.Int64()),  # ids into Frame.companies
        # Ids into Frame.people: "directors", "writers" and so on; "cast" in billing order, as far as CAST_BILLED.
        **dict.fromkeys(roles.COLUMNS, pl.List(pl.Int64())),
        "lists": pl.List(pl.String()),  # slugs of the lists it stands on, see LISTS; the owner's alone to see
    }
)

VIEWINGS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "watched_on": pl.Date(),
        "logged_on": pl.Date(),  # null when unknown
        "rating": pl.Float64(),  # as given at that viewing
        "rewatch": pl.Boolean(),
        "tags": pl.List(pl.String()),
        # Counted by frames.add_times.
        "at_once": pl.Boolean(),  # whether its day was filled in at one go: it is a viewing, but one without a day
        # Null for those.
        "pause": pl.Int32(),  # days since the viewing before it; null for the first
        "delay": pl.Int32(),  # days until it was logged, below zero when beforehand; null when unknown
    }
)

PEOPLE = pl.Schema({"id": pl.Int64(), "name": pl.String(), "gender": pl.Int8(), "portrait": pl.String()})
"""Gender as at TMDB: 0 not set, 1 female, 2 male, 3 non-binary. Portrait is a TMDB profile path or null."""

LISTS = pl.Schema({"slug": pl.String(), "name": pl.String(), "films": pl.Int64(), "watched": pl.Int64()})
"""The lists of the export by their files' names, with how many films they hold, and how many of them are watched."""

LISTED = pl.Schema({"slug": pl.String(), "n": pl.Int32()})
"""The films of the lists of the export, in their order."""

COLLECTIONS = pl.Schema(
    {
        "collection_id": pl.Int64(),
        "name": pl.String(),
        "fetched_on": pl.Date(),  # when TMDB was asked for its parts; null: not yet
        # Of a part; null where there is none.
        "tmdb_id": pl.Int64(),
        "title": pl.String(),
        "release_date": pl.Date(),
        "poster_path": pl.String(),
        "vote_average": pl.Float64(),
        "runtime_minutes": pl.Int32(),
    }
)
"""One row for each part of a collection of which two films are watched; a row of its own for one without parts."""

COMPANIES = pl.Schema({"id": pl.Int64(), "name": pl.String(), "country": pl.String()})

STAMPS = pl.Schema(
    {
        "n": pl.Int32(),
        "state": pl.String(),
        "facts_id": pl.Int64(),
        "settled_at": pl.Datetime("us", "UTC"),
        "read_at": pl.Datetime("us", "UTC"),
    }
)
"""Of each film, what changes when anything that is told of it does: what a session's version is made of, too."""
