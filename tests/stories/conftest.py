"""A year of a dozen films, and what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film, make_frame

__all__ = ["make_frame"]

FILMS: tuple[Film, ...] = (
    (
        "Cléo from 5 to 7",
        1962,
        {
            "rating": 5.0,
            "liked": True,
            "runtime_minutes": 90,
            "directors": [1],
            "cast": [3],
            "genres": ["Drama"],
            "countries": ["FR"],
        },
    ),
    (
        "Vagabond",
        1985,
        {
            "rating": 4.0,
            "runtime_minutes": 106,
            "directors": [1],
            "cast": [4],
            "genres": ["Drama"],
            "countries": ["FR"],
            "vote_average": 7.6,
        },
    ),
    (
        "Ran",
        1985,
        {
            "rating": 4.5,
            "runtime_minutes": 162,
            "directors": [2],
            "cast": [3],
            "genres": ["Drama", "War"],
            "countries": ["JP"],
            "vote_average": 8.1,
        },
    ),
    *((f"Short {n}", 2020 + n, {"rating": 2.0, "runtime_minutes": 10, "vote_average": 6.0 + n / 10}) for n in range(9)),
)
DIARY = (
    ("Ran", "2023-10-01"),
    ("Short 0", "2023-12-31"),
    ("Cléo from 5 to 7", "2024-01-03"),
    ("Vagabond", "2024-01-04"),
    *((f"Short {n}", f"2024-03-{n + 1:02}") for n in range(9)),
    ("Vagabond", "2024-03-09+"),
    ("Ran", "2024-12-31+"),
)
PEOPLE = {1: "Agnès Varda", 2: "Akira Kurosawa", 3: "Corinne Marchand", 4: "Sandrine Bonnaire"}


@pytest.fixture
def of(make_frame: Callable[..., Frame]) -> Callable[..., PageContext]:
    """The year 2024, or another; None: all time. `query` is what is picked."""

    def make(
        year: int | None = 2024,
        films: Iterable[Film] = FILMS,
        diary: Iterable[tuple[Any, ...]] = DIARY,
        query: dict[str, str] | None = None,
    ) -> PageContext:
        fixed = (("viewed", str(year)),) if year else ()
        return PageContext(
            all=make_frame(films, diary, PEOPLE),
            filters=Filters.parse(query or {}, page="story", fixed=fixed),
            path=f"/session/1/year/{year}/story" if year else "/session/1/story",
            images=True,
            page="story",
        )

    return make
