from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.genre_bias import BiasGroup, GenreBias, compute
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    *((f"War {n}", 1985, {"rating": 5.0, "vote_average": 8.0, "genres": ["War", "Drama"]}) for n in range(3)),
    *((f"Drama {n}", 1992, {"rating": 2.0, "vote_average": 7.0, "genres": ["Drama"]}) for n in range(3)),
    ("Rare", 2001, {"rating": 2.0, "vote_average": 8.0, "genres": ["Western"]}),
)


def test_groups_print_their_own_difference_and_the_small_are_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == GenreBias(
        genres=(
            BiasGroup("War", 3, 1.0, FilterLink("?genre=War", False)),
            BiasGroup("Drama", 6, -0.25, FilterLink("?genre=Drama", False)),
        ),
        decades=(
            BiasGroup("1980", 3, 1.0, FilterLink("?released=1980-1989", False)),
            BiasGroup("1990", 3, -1.5, FilterLink("?released=1990-1999", False)),
        ),
        overall=-0.5,  # 3.29 less 3.79
        lookups=Lookups(films=7, pending=0, missing=0),
    )


def test_too_few_films_rated_by_both_say_nothing(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[-2:])) is None


def test_films_of_nothing_but_small_groups_say_nothing(make_view: Callable[..., PageContext]) -> None:
    apart: tuple[Film, ...] = tuple(
        (f"Film {n}", 1950 + 10 * n, {"rating": 4.0, "vote_average": 7.0, "genres": [f"Genre {n}"]}) for n in range(4)
    )
    assert compute(make_view(apart)) is None
