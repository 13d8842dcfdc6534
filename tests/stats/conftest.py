from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from kinograph.stats.address import Filters
from kinograph.stats.frame_schema import COMPANIES, FILMS, LISTS, PEOPLE, VIEWINGS
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
    {(title, day): tags}; lists are {slug: (name, films, watched)}.
    """

    def make(
        films: Iterable[Film] = (),
        viewings: Iterable[Viewing] = (),
        people: Mapping[int, Person] | None = None,
        *,
        tags: Mapping[tuple[str, str], list[str]] | None = None,
        lists: Mapping[str, tuple[str, int, int]] | None = None,
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


def _film(n: int, title: str, year: int | None, facts: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] if isinstance(kind, pl.List) else None for name, kind in FILMS.items()}
    known = {"watched": True, "liked": False, "watchlist": False, "state": "matched", "uri": ""}
    return empty | known | {"n": n, "film_id": n, "title": title, "year": year} | facts


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
