from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from kinograph.films.roles import CAST_BILLED
from kinograph.films.tmdb_answers import read_movie
from kinograph.stats.address import Filters
from kinograph.stats.frame_schema import COLLECTIONS, COMPANIES, FILMS, LISTS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame, add_times
from kinograph.stats.page_context import PageContext

Film = tuple[str, int | None, dict[str, Any]]
Person = str | tuple[str, int]
Viewing = tuple[str, str] | tuple[str, str, float | None] | tuple[str, str, float | None, str]


@pytest.fixture
def make_frame() -> Callable[..., Frame]:
    """From ("Ran", 1985, {"rating": 4.5}) and ("Ran", "2024-03-11"), a "+" after the day marking a rewatch and
    a third entry being the stars given then, and a fourth the day it was logged.

    Films are watched and matched unless they say otherwise; people are {id: name}, or {id: (name, gender)}; tags are
    {(title, day): tags}; lists are {slug: (name, films, watched)}; collections are rows of COLLECTIONS.
    """

    def make(
        films: Iterable[Film] = (),
        viewings: Iterable[Viewing] = (),
        people: Mapping[int, Person] | None = None,
        *,
        tags: Mapping[tuple[str, str], list[str]] | None = None,
        lists: Mapping[str, tuple[str, int, int]] | None = None,
        collections: Iterable[Mapping[str, Any]] = (),
    ) -> Frame:
        rows = [_film(n, *film) for n, film in enumerate(films)]
        numbers = {row["title"]: row["n"] for row in rows}
        return Frame(
            films=pl.DataFrame(rows, schema=FILMS),
            viewings=add_times(
                pl.DataFrame(
                    [
                        _viewing(numbers[title], day, *rest) | {"tags": (tags or {}).get((title, day), [])}
                        for title, day, *rest in viewings
                    ],
                    schema=VIEWINGS,
                )
            ),
            people=pl.DataFrame(
                [_person(id, person) for id, person in (people or {}).items()],
                schema=PEOPLE,
            ),
            companies=pl.DataFrame(schema=COMPANIES),
            lists=pl.DataFrame([(slug, *rest) for slug, rest in (lists or {}).items()], schema=LISTS, orient="row"),
            collections=pl.DataFrame(
                [{**dict.fromkeys(COLLECTIONS), **row} for row in collections], schema=COLLECTIONS
            ),
        )

    return make


@pytest.fixture
def make_view(make_frame: Callable[..., Frame]) -> Callable[..., PageContext]:
    """As make_frame, with `query` for what is picked, as the owner sees it unless `owner` says otherwise."""

    def make(
        *args: Any, query: Mapping[str, str] | Iterable[tuple[str, str]] = (), owner: bool = True, **kwargs: Any
    ) -> PageContext:
        filters = Filters.parse(query, owner=owner)
        return PageContext(
            all=make_frame(*args, **kwargs), filters=filters, path="/session/1", images=True, owner=owner
        )

    return make


NO_PART: dict[str, Any] = dict.fromkeys(COLLECTIONS)

JOBS = {
    "directors": "Director",
    "writers": "Screenplay",
    "composers": "Original Music Composer",
    "photography": "Director of Photography",
    "editors": "Editor",
    "producers": "Producer",
}


def _film(n: int, title: str, year: int | None, given: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] if isinstance(kind, pl.List) else None for name, kind in FILMS.items()}
    own = {"watched": True, "liked": False, "watchlist": False, "reviewed": False, "state": "matched", "uri": ""} | {
        name: value for name, value in given.items() if name in OWN
    }
    facts = _facts(n, title, given) if own["state"] == "matched" else {}
    return empty | facts | own | {"n": n, "film_id": n, "title": title, "year": year}


SAMPLE = 10**6
"""Ids of the sample's people are negative, which TMDB's never are: they pass as greater ones."""

OWN = {
    "n",
    "film_id",
    "title",
    "year",
    "uri",
    "watched",
    "rating",
    "liked",
    "watchlist",
    "reviewed",
    "state",
    "lists",
} | {
    "wanted_on",
    "marked_on",
}
"""The columns that an export tells; the others are facts."""


def _facts(n: int, title: str, given: dict[str, Any]) -> dict[str, Any]:
    """Those given, by way of an answer of TMDB, so that no film has what none can have."""

    def ids(column: str) -> list[dict[str, Any]]:
        return [{"id": id if id > 0 else SAMPLE - id, "name": f"Name {id}"} for id in given.get(column, ())]

    def own_ids(ids: Iterable[int]) -> list[int]:
        return [id if id < SAMPLE else SAMPLE - id for id in ids]

    cast = [member | {"order": n} for n, member in enumerate(ids("cast"))]
    answer = {name: given[name] for name in given.keys() - OWN} | {
        "id": abs(given.get("tmdb_id") or n + 1),
        "title": title,
        "runtime": given.get("runtime_minutes"),
        "vote_count": given.get("vote_count", 100 if given.get("vote_average") else 0),
        "genres": [{"name": name} for name in given.get("genres", ())],
        "keywords": {"keywords": [{"name": name} for name in given.get("keywords", ())]},
        "production_countries": [{"iso_3166_1": code} for code in given.get("countries", ())],
        "spoken_languages": [{"iso_639_1": code} for code in given.get("languages", ())],
        "production_companies": ids("companies"),
        "release_date": str(given.get("release_date") or ""),
        "belongs_to_collection": {"id": given.get("collection_id"), "name": "Collection"},
        "credits": {
            "cast": cast,
            "crew": [person | {"job": job} for column, job in JOBS.items() for person in ids(column)],
        },
    }
    read = read_movie(answer).facts
    people = {column: own_ids(person.id for person in read.crew.get(column, ())) for column in JOBS}
    return (
        {name: getattr(read, name) for name in FILMS.keys() - OWN - people.keys()}
        | people
        | {
            "cast": own_ids(member.person.id for member in read.cast)[:CAST_BILLED],
            "companies": own_ids(company.id for company in read.companies),
            "kind": given.get("kind", read.kind),
            "tmdb_id": given.get("tmdb_id", read.tmdb_id),  # the sample's own are negative
        }
    )


def _person(id: int, person: Person) -> dict[str, Any]:
    name, gender = (person, 0) if isinstance(person, str) else person
    return {"id": id, "name": name, "gender": gender, "portrait": None}


def _viewing(n: int, day: str, rating: float | None = None, logged: str | None = None) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(VIEWINGS)
    return empty | {
        "n": n,
        "watched_on": date.fromisoformat(day.removesuffix("+")),
        "logged_on": date.fromisoformat(logged) if logged else None,
        "rating": rating,
        "rewatch": day.endswith("+"),
        "tags": [],
    }
