from collections.abc import Callable
from typing import Any

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.ratings import Ratings, RatingStep, compute, render
from kinograph.stats.comparison import Comparison
from kinograph.stats.page_context import PageContext

about: Callable[[float], Any] = pytest.approx

FILMS = (
    ("Ran", 1985, {"rating": 4.5, "vote_average": 8.0}),
    ("Ikiru", 1952, {"rating": 4.5, "vote_average": 8.5}),
    ("Cats", 2019, {"rating": 0.5, "vote_average": 4.0}),
    ("Obscure", 1970, {"rating": 3.5}),
    ("Unrated", 1971, {"vote_average": 2.0}),
)


def test_counts_every_half_star_even_the_unused(make_view: Callable[..., PageContext]) -> None:
    films = {0.5: 1, 3.5: 1, 4.5: 2}
    assert compute(make_view(FILMS)) == Ratings(
        steps=tuple(
            RatingStep(stars, films.get(stars, 0), films.get(stars, 0), FilterLink(f"?rating={stars:g}", False))
            for stars in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
        ),
        rated=4,
        mean=3.25,
        compared=Comparison(3, about(9.5 / 3), about((4 + 4.25 + 2) / 3)),
    )


def test_you_and_everyone_else_are_means_over_the_same_films(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS))
    assert card is not None
    html = render(card, "")
    assert "you 3.17" in html
    assert "everyone else 3.42" in html
    assert "On the 3 films TMDB has a score for, you rate 0.25 stars lower than everyone else." in html
    assert "Over all 4 films you rated, your average is 3.25." in html


def test_a_picked_rating_keeps_the_other_columns_but_is_averaged_alone(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"rating": "4.5", "released": "1900-2000"}))
    assert card is not None
    assert [(step.stars, step.films, step.whole) for step in card.steps if step.whole] == [
        (0.5, 0, 1),
        (3.5, 1, 1),
        (4.5, 2, 2),
    ]
    assert [step.link for step in card.steps if step.link.picked] == [FilterLink("?released=1900-2000", True)]
    assert (card.rated, card.mean, card.compared) == (2, 4.5, Comparison(2, 4.5, 4.125))


def test_before_tmdb_was_asked_there_is_nobody_to_compare_with(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view([("Ran", 1985, {"rating": 4.0, "state": "pending"})]))
    assert card is not None
    assert (card.yours, card.compared) == (4.0, None)


def test_without_a_rating_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[4:])) is None


def test_a_column_says_its_stars_and_films(make_view: Callable[..., PageContext]) -> None:
    films = [(f"Film {n}", 1990, {"rating": 1.0}) for n in range(1048)]
    card = compute(make_view([*films, ("Ran", 1985, {"rating": 3.5})]))
    assert card is not None
    html = render(card, "")
    assert 'aria-label="1 star: 1,048 films"' in html
    assert 'aria-label="3.5 stars: 1 film"' in html
