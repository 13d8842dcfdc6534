from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.likes_by_rating import LikedStep, LikesByRating, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 5.0, "liked": True}),
    ("Ikiru", 1952, {"rating": 5.0}),
    ("Playtime", 1967, {"rating": 4.0, "liked": True}),
    ("Cats", 2019, {"rating": 1.0}),
    ("Unrated", 2020, {"liked": True}),
)


def test_counts_the_liked_at_every_number_of_stars(make_view: Callable[..., PageContext]) -> None:
    counts = {5.0: (2, 1), 4.0: (1, 1), 1.0: (1, 0)}
    assert compute(make_view(FILMS)) == LikesByRating(
        steps=tuple(
            LikedStep(n / 2, *counts.get(n / 2, (0, 0)), FilterLink(f"?rating={n / 2:g}&liked=yes", False))
            for n in range(1, 11)
        ),
        liked=4.5,
        others=3.0,
        loved_unliked=1,
        loved_link=FilterLink("?rating=4.5-5&liked=no", False),
        unrated=1,
    )


def test_without_a_like_or_a_rating_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[1:2])) is None
    assert compute(make_view(FILMS[4:])) is None


def test_a_column_says_its_share(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS))
    assert card is not None
    assert 'aria-label="5★: 1 of 2 liked, 50%"' in render(card, "")
