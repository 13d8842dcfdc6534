from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.genres import compute
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import RankedGroup, Ranking
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.5, "genres": ["Drama", "War"]}),
    ("Ikiru", 1952, {"rating": 5.0, "genres": ["Drama"]}),
    ("Roma", 2018, {"rating": 4.0, "genres": ["Drama"]}),
    ("Cats", 2019, {"rating": 0.5, "genres": ["Comedy"]}),
    ("Unrated", 2020, {"genres": ["Comedy"]}),
    ("Wished for", 2021, {"watched": False, "genres": ["Comedy"]}),
    ("Lost", 2022, {"state": "unmatched"}),
)
OWN_MEAN = (4.5 + 5 + 4 + 0.5) / 4


def test_an_average_is_the_mean_of_ratings_enough(make_view: Callable[..., PageContext]) -> None:
    drama = RankedGroup("Drama", 3, 3, 4.5, FilterLink("?genre=Drama", False), 3)
    assert compute(make_view(FILMS)) == Ranking(
        most=(
            drama,
            RankedGroup("Comedy", 2, 2, None, FilterLink("?genre=Comedy", False), 1),
            RankedGroup("War", 1, 1, None, FilterLink("?genre=War", False), 1),
        ),
        best=(drama,),
        total=3,
        unit="films",
        own_mean=OWN_MEAN,
        lookups=Lookups(films=6, pending=0, missing=1),
    )


def test_a_second_genre_is_added_to_the_first(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"genre": "Drama"}))
    assert card is not None
    assert [(entry.key, entry.films, entry.link) for entry in card.most] == [
        ("Drama", 3, FilterLink("/session/1", True)),
        ("War", 1, FilterLink("?genre=Drama&genre=War", False)),
    ]


def test_the_card_is_left_out_when_nothing_will_come(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[6:])) is None
