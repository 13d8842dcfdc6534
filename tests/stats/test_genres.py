from collections.abc import Callable
from typing import Any

import pytest

from kinograph.stats.cards.genres import Genre, Genres, compute
from kinograph.stats.filters import Link
from kinograph.stats.view import Lookups, View

about: Callable[[float], Any] = pytest.approx

FILMS = (
    ("Ran", 1985, {"rating": 5.0, "genres": ["Drama", "War"]}),
    ("Ikiru", 1952, {"rating": 4.0, "genres": ["Drama"]}),
    ("Playtime", 1967, {"rating": 3.0, "genres": ["Comedy"]}),
    ("Trafic", 1971, {"rating": 3.0, "genres": ["Comedy"]}),
    ("Parade", 1974, {"rating": 2.5, "genres": ["Comedy"]}),
    ("Brazil", 1985, {"genres": ["Drama"]}),
    ("Dreams", 1990, {"rating": 5.0, "genres": ["Drama"]}),
    ("Nowhere", 1999, {"state": "unmatched"}),
)
OWN_MEAN = (5 + 4 + 3 + 3 + 2.5 + 5) / 6


def _genre(name: str, films: int, average: float | None) -> Genre:
    return Genre(name, films, None if average is None else about(average), Link(f"?genre={name}", False))


def test_counts_films_and_shrinks_averages_toward_the_own_mean(make_view: Callable[..., View]) -> None:
    drama = _genre("Drama", 4, (5 + 4 + 5 + 5 * OWN_MEAN) / 8)
    comedy = _genre("Comedy", 3, (3 + 3 + 2.5 + 5 * OWN_MEAN) / 8)
    assert compute(make_view(FILMS)) == Genres(
        all=(drama, comedy, _genre("War", 1, None)),
        best=(drama, comedy),
        own_mean=about(OWN_MEAN),
        lookups=Lookups(films=8, pending=0, missing=1),
    )


def test_a_picked_genre_shows_what_goes_with_it(make_view: Callable[..., View]) -> None:
    card = compute(make_view(FILMS, query={"genre": "War"}))
    assert card is not None
    assert [(genre.name, genre.films, genre.link) for genre in card.all] == [
        ("Drama", 1, Link("?genre=War&genre=Drama", False)),
        ("War", 1, Link("/session/1", True)),
    ]


def test_the_card_waits_while_films_are_looked_up(make_view: Callable[..., View]) -> None:
    card = compute(make_view([("Ran", 1985, {"state": "pending"})]))
    assert card == Genres(all=(), best=(), own_mean=None, lookups=Lookups(films=1, pending=1, missing=0))


def test_the_card_is_left_out_when_nothing_will_come(make_view: Callable[..., View]) -> None:
    assert compute(make_view(FILMS[7:])) is None
