from collections.abc import Callable
from typing import Any

import pytest

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink
from kinograph.stats.cards.best_decades import BestDecades, RatedDecade, compute
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

about: Callable[[float], Any] = pytest.approx

FILMS: tuple[Film, ...] = (
    ("Ikiru", 1952, {"rating": 4.0}),
    ("Tokyo Story", 1953, {"rating": 5.0}),
    ("Rififi", 1955, {"rating": 4.0, "liked": True}),
    ("Cats", 2019, {"rating": 1.0}),
    ("Roma", 2018, {"rating": 3.0}),
    ("Joker", 2019, {"rating": 2.0}),
    ("Ran", 1985, {"rating": 5.0}),
    ("Undated", None, {"rating": 5.0}),
)
OWN_MEAN = 29 / 8


def test_each_decade_shows_its_best_films_first(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == BestDecades(
        (
            RatedDecade(
                1950,
                3,
                about(13 / 3),
                (Poster("Tokyo Story", 1953), Poster("Rififi", 1955), Poster("Ikiru", 1952)),
                FilterLink("?released=1950-1959", False),
                3,
            ),
            RatedDecade(
                2010,
                3,
                2.0,
                (Poster("Roma", 2018), Poster("Joker", 2019), Poster("Cats", 2019)),
                FilterLink("?released=2010-2019", False),
                3,
            ),
        ),
        own_mean=OWN_MEAN,
        yearless=1,
    )


def test_without_ratings_enough_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[-2:])) is None
    assert compute(make_view([("Unrated", 1985, {})])) is None
