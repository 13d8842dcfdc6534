"""Libraries that Hypothesis makes up. What TMDB says goes through `facts`, so no frame holds what none can."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import chain
from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from kinograph.films import tmdb_answers
from kinograph.films.facts import Facts
from kinograph.films.roles import CAST_BILLED
from kinograph.stats.frame_schema import COLLECTIONS, COMPANIES, FILMS, LISTS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame, add_times
from tests.invented_films import film, series

_PROFILE = settings.get_current_profile_name()
QUICK = settings(
    max_examples=settings.get_profile(_PROFILE).max_examples if _PROFILE == "thorough" else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""A page with all its cards takes a tenth of a second. For more: pytest tests --hypothesis-profile=thorough"""

PARTS = ("credits", "aggregate_credits", "keywords", "release_dates", "external_ids", "alternative_titles")
NAMES = ("Ida Penn", "Nadia Ferrow", "Bela Horn", "Otto Finke")
FIRST_DAY = date(2019, 11, 3)
BULK_DAY = date(2021, 2, 1)


def _some(*values: str, most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


def _movie(year: int | None, votes: int, *, is_collected: bool, **told: Any) -> Facts:
    answer = film("Reel", year, votes=votes, **told).answer(PARTS)
    collection = {"id": 7, "name": "Reels"} if is_collected else None
    return tmdb_answers.read_movie(answer | {"belongs_to_collection": collection}).facts


MOVIES = st.builds(
    _movie,
    is_collected=st.booleans(),
    year=st.sampled_from([None, 1927, 1954, 1958, 2019, 2020, 2021]),
    votes=st.sampled_from([0, 1, 19, 20, 5000]),
    directors=_some(*NAMES),
    writers=_some(*NAMES),
    cast=_some(*NAMES, most=3).map(lambda names: [(name, "") for name in names]),
    genres=_some("Drama", "Action & Adventure", "War"),
    countries=_some("FR", "HK", "SU"),
    language=st.sampled_from(["fr", "cn", "xx", "mo"]),
    keywords=_some("rain", "based on novel or book", "“quoted” & <b>"),
    companies=_some("Toho", "Ninepin").map(lambda names: [(name, "JP") for name in names]),
    minutes=st.sampled_from([0, 30, 61, 90, 105]),
    score=st.sampled_from([6.25, 7.35, 7.049, 10.0]),
)
# Looking through a new strategy takes longer than drawing from it: none is made for each example.
FLAG = st.booleans()
WATCHED = st.sampled_from([True, True, True, True, False])
STARS = st.one_of(st.none(), st.integers(1, 10).map(lambda half: half / 2))
YEAR = st.sampled_from([None, 2021])
NOT_FOUND = st.sampled_from(["pending", "unmatched"])
ON_LISTS = st.sampled_from([(), ("odd",)])
LOGGED_AFTER = st.sampled_from([None, 0, 5, 400])  # days
RATING = st.sampled_from([None, 3.0, 4.5])
TAGS = st.sampled_from([(), ("cinema",), ("深夜\u3000映画館", "👨\u200d👩")])
SERIES = st.builds(
    lambda episodes: tmdb_answers.read_series(series("Weir", 2020, episodes=episodes).answer(PARTS)).facts,
    episodes=st.integers(1, 9),
)


TOLD = st.lists(st.one_of(MOVIES, SERIES, st.none()), min_size=1, max_size=10)


@cache
def _days(n_films: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(st.tuples(st.integers(0, n_films - 1), st.integers(0, 800)), max_size=20)


@st.composite
def libraries(draw: st.DrawFn) -> Frame:
    """Up to ten films and twice as many viewings, a day filled in at one go among them or not."""
    told = draw(TOLD)
    rows = [_film(draw, n, known) for n, known in enumerate(told)]
    days = draw(_days(len(rows)))
    viewings = [_viewing(draw, n, FIRST_DAY + timedelta(days=day)) for n, day in days]
    if draw(FLAG):
        viewings += [_viewing(draw, n % len(rows), BULK_DAY) for n in range(20)]
    known = [facts for facts in told if facts]
    numbers = [each.collection_id for each in known if each.collection]
    slug_films = sum("odd" in row["lists"] for row in rows)
    return Frame(
        films=pl.DataFrame(rows, schema=FILMS),
        viewings=add_times(pl.DataFrame(viewings, schema=VIEWINGS).sort("watched_on", maintain_order=True)),
        people=pl.DataFrame(_people(known), schema=PEOPLE),
        companies=pl.DataFrame(_companies(known), schema=COMPANIES),
        lists=pl.DataFrame(
            [("odd", "Odd ones", slug_films, sum("odd" in row["lists"] and row["watched"] for row in rows))],
            schema=LISTS,
            orient="row",
        ),
        collections=pl.DataFrame(_parts(draw, known) if len(numbers) > 1 else [], schema=COLLECTIONS),
    )


def _film(draw: st.DrawFn, n: int, known: Facts | None) -> dict[str, Any]:
    watched = draw(WATCHED)
    row: dict[str, Any] = {
        "n": n,
        "film_id": n,
        "title": f"Reel {n}",
        "year": known.release_date.year if known and known.release_date else draw(YEAR),
        "uri": "",
        "watched": watched,
        "rating": draw(STARS) if watched else None,
        "liked": draw(FLAG),
        "watchlist": not watched,
        "reviewed": watched and draw(FLAG),
        "state": "matched" if known else draw(NOT_FOUND),
        "lists": [*draw(ON_LISTS)],
    }
    empty: dict[str, Any] = {name: [] if isinstance(kind, pl.List) else None for name, kind in FILMS.items()}
    return empty | (_told(known) if known else {}) | row


def _told(known: Facts) -> dict[str, Any]:
    same = (
        "kind",
        "tmdb_id",
        "collection_id",
        "original_language",
        "release_date",
        "runtime_minutes",
        "vote_average",
        "vote_count",
    )
    return (
        {name: getattr(known, name) for name in same}
        | {name: list(getattr(known, name)) for name in ("genres", "countries", "languages", "keywords")}
        | {column: [person.id for person in people] for column, people in known.crew.items()}
        | {
            "original_title": known.original_title,
            "popularity": known.popularity,
            "companies": [company.id for company in known.companies],
            "cast": [member.person.id for member in known.cast][:CAST_BILLED],
        }
    )


def _people(known: list[Facts]) -> list[dict[str, Any]]:
    people = {
        person.id: person
        for each in known
        for person in (*chain(*each.crew.values()), *(member.person for member in each.cast))
    }
    return [{"id": each.id, "name": each.name, "gender": each.gender, "portrait": None} for each in people.values()]


def _companies(known: list[Facts]) -> list[dict[str, Any]]:
    companies = {company.id: company for each in known for company in each.companies}
    return [{"id": each.id, "name": each.name, "country": each.country} for each in companies.values()]


def _parts(draw: st.DrawFn, known: list[Facts]) -> list[dict[str, Any]]:
    """Of the collection there is: its films that are known, one that nobody has seen, and one that is not out yet."""
    ids = {each.tmdb_id: each.release_date for each in known if each.collection}
    ids |= {1: date(1999, 1, 1), 2: date(2100, 1, 1)}
    is_fetched = draw(FLAG)
    empty = dict.fromkeys(COLLECTIONS) | {"collection_id": 7, "name": "Reels"}
    if not is_fetched:
        return [empty]
    return [
        empty | {"fetched_on": BULK_DAY, "tmdb_id": id, "title": f"Part {id}", "release_date": day}
        for id, day in ids.items()
    ]


def _viewing(draw: st.DrawFn, n: int, day: date) -> dict[str, Any]:
    after = draw(LOGGED_AFTER)
    return {
        "n": n,
        "watched_on": day,
        "logged_on": None if after is None else day + timedelta(days=after),
        "rating": draw(RATING),
        "rewatch": draw(FLAG),
        "tags": [*draw(TAGS)],
    }
