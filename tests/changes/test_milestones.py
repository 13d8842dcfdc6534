from datetime import date
from typing import Any

import pytest

from kinograph.changes.milestones import find_milestones
from kinograph.changes.sides import Entry, Film, Side
from kinograph.sessions.summary import Summary

NOTHING: dict[str, Any] = dict.fromkeys(
    ("films", "viewings", "rewatches", "ratings", "reviews", "likes", "watchlist", "lists", "undated_films"), 0
) | {"rating_mean": None, "first_viewing": None, "last_viewing": None, "hours": None, "directors": 0, "countries": 0}
FILMS = {n: Film(n, f"Film {n}", 1990, n, "") for n in range(1, 121)}
SIDE = Side(FILMS, tuple(Entry(n, n, date(2024, 1, 1), None, False, frozenset()) for n in range(1, 121)))


def total(**of: float) -> Summary:
    return Summary.model_validate(NOTHING | of)


@pytest.mark.parametrize(
    ("was", "now", "passed"),
    [
        ({"films": 40}, {"films": 49}, []),
        ({"films": 49}, {"films": 50}, [("films", 50)]),
        ({"films": 95}, {"films": 1004}, [("films", 1000)]),
        ({"films": 460}, {"films": 560}, [("films", 500)]),
        ({"films": 560}, {"films": 460}, []),
        ({"hours": None}, {"hours": 120.5}, []),
        ({"hours": 99.9}, {"hours": 100.0}, [("hours", 100)]),
        ({"countries": 38}, {"countries": 41}, [("countries", 40)]),
    ],
)
def test_the_roundest_number_passed_is_told(was: Any, now: Any, passed: list[tuple[str, int]]) -> None:
    assert [(each.of, each.number) for each in find_milestones(total(**was), total(**now), SIDE)] == passed


def test_a_milestone_of_viewings_names_the_film() -> None:
    (milestone,) = find_milestones(total(viewings=90), total(viewings=120), SIDE)
    assert (milestone.number, milestone.film) == (100, FILMS[100])


def test_what_tmdb_tells_counts_only_once_everything_is_looked_up() -> None:
    assert find_milestones(total(hours=90, countries=9), total(hours=120, countries=12), SIDE, complete=False) == ()
