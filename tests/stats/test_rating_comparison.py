from collections.abc import Callable

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.rating_comparison import Bin, RatingComparison, compute
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.5, "vote_average": 8.04}),
    ("Ikiru", 1952, {"rating": 4.5, "vote_average": 7.8}),
    ("Cats", 2019, {"rating": 0.5, "vote_average": 4.0}),
    ("Perfect", 2020, {"rating": 5.0, "vote_average": 10.0}),
    ("Unseen by others", 1970, {"rating": 3.5}),
    ("Unrated", 1971, {"vote_average": 2.0}),
)


def test_films_with_the_same_stars_and_nearly_the_same_score_are_one_dot(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == RatingComparison(
        bins=(
            Bin(0.5, 39, 41, 1, FilterLink("?rating=0.5&score=3.9-4.1", False), outside=False),
            Bin(4.5, 78, 80, 2, FilterLink("?rating=4.5&score=7.8-8", False), outside=False),
            Bin(5.0, 99, 100, 1, FilterLink("?rating=5&score=9.9-10", False), outside=False),
        ),
        compared=4,
        kinder=1,
        harsher=1,
        lookups=Lookups(films=6, pending=0, missing=0, unsaid=1),
    )


@pytest.mark.parametrize("number", range(3))
def test_a_dot_leads_to_just_its_films(make_view: Callable[..., PageContext], number: int) -> None:
    card = compute(make_view(FILMS))
    assert card is not None
    query = [tuple(part.split("=")) for part in card.bins[number].link.href[1:].split("&")]
    assert len(make_view(FILMS, query=query).watched) == card.bins[number].films


def test_a_picked_dot_keeps_the_others_dimmed(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"rating": "4.5", "score": "7.8-8"}))
    assert card is not None
    assert [(each.films, each.outside, each.link.picked) for each in card.bins] == [
        (1, True, False),
        (2, False, True),
        (1, True, False),
    ]
    assert (card.compared, card.kinder, card.harsher) == (2, 1, 0)


def test_without_a_film_rated_by_both_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[4:])) is None
