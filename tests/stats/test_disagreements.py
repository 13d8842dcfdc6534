from collections.abc import Callable

from kinograph.charts.posters import Poster
from kinograph.stats.cards.disagreements import Disagreement, Disagreements, compute
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Loved", 1985, {"rating": 5.0, "vote_average": 5.0, "vote_count": 90}),
    ("Liked", 1952, {"rating": 4.0, "vote_average": 6.5, "vote_count": 20}),
    ("Like everyone", 1999, {"rating": 3.5, "vote_average": 6.0, "vote_count": 90}),
    ("Hated", 2019, {"rating": 0.5, "vote_average": 8.0, "vote_count": 90}),
    ("Hardly seen", 2020, {"rating": 5.0, "vote_average": 1.0, "vote_count": 19}),
)


def test_the_furthest_apart_come_first_and_few_votes_are_no_opinion(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == Disagreements(
        kinder=(Disagreement(Poster("Loved", 1985), 5.0, 2.5), Disagreement(Poster("Liked", 1952), 4.0, 3.25)),
        harsher=(Disagreement(Poster("Hated", 2019), 0.5, 4.0),),
        lookups=Lookups(films=5, pending=0, missing=0),
    )


def test_without_a_difference_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[2:3])) is None
