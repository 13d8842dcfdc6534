import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from random import Random

import pytest

from kinograph.stats import cards
from kinograph.stats.cards import genre_bias, rating_trend, ratings, records
from kinograph.stats.comparison import difference
from kinograph.stats.page_context import PageContext


@pytest.mark.parametrize(("yours", "theirs", "apart"), [(3.3565, 3.2946, 0.07), (3.125, 3.0, 0.13), (2.0, 2.004, 0.0)])
def test_a_difference_is_that_of_the_printed_numbers(yours: float, theirs: float, apart: float) -> None:
    assert difference(yours, theirs) == apart


@pytest.mark.parametrize("seed", range(8))
def test_whatever_stands_beside_each_other_adds_up(make_view: Callable[..., PageContext], seed: int) -> None:
    random = Random(seed)
    films = [
        (
            f"Film {n}",
            1980 + n % 30,
            {
                "rating": random.choice([None, *(half / 2 for half in range(1, 11))]),
                "vote_average": random.choice([None, round(random.uniform(2, 9), 1)]),
                "genres": ["Drama"] if n % 2 else ["War"],
            },
        )
        for n in range(200)
    ]
    view = make_view(films)
    html = unescape(cards.draw_cards(view, (ratings,))[0].html)
    you, everyone = (Decimal(re.findall(rf"{who} ([\d.]+)", html)[0]) for who in ("you", "everyone else"))
    apart = re.findall(r"you rate ([\d.]+) stars (higher|lower)", html)
    assert [(abs(you - everyone), "higher" if you > everyone else "lower")] == [(Decimal(n), how) for n, how in apart]
    # The same difference of a genre as of its films, once they are picked.
    card = genre_bias.compute(view)
    assert card is not None
    for group in card.genres:
        picked = ratings.compute(make_view(films, query={"genre": group.name}))
        assert picked is not None
        assert picked.compared is not None
        assert (picked.compared.films, picked.compared.kinder) == (group.films, group.kinder)


def test_over_time_both_means_are_over_the_same_viewings(make_view: Callable[..., PageContext]) -> None:
    films = [("Scored", 1985, {"vote_average": 8.0}), ("Unscored", 1985, {})]
    diary = [
        *((film, f"2024-0{month}-0{day}", 2.0) for month in (1, 4) for day in (1, 2, 3) for film in ("Scored",)),
        ("Unscored", "2024-01-05", 5.0),
    ]
    card = rating_trend.compute(make_view(films, diary))
    assert card is not None
    assert [(period.ratings, period.yours, period.theirs) for period in card.periods] == [(3, 2.0, 4.0)] * 2


def test_few_votes_make_no_film_the_least_known(make_view: Callable[..., PageContext]) -> None:
    films = [(f"Film {n}", 2000, {"vote_count": n, "vote_average": 9.0 if n < 20 else 6.0}) for n in range(0, 40, 2)]
    card = records.compute(make_view(films))
    assert card is not None
    assert [(film.name, film.value) for film in card.films] == [("known", 38), ("obscure", 6)]
    assert "A score needs at least 20 votes, the least known film at least 5." in unescape(records.render(card, ""))
