from collections.abc import Callable
from typing import Any

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.countries import Countries, Country, compute
from kinograph.stats.page_context import Lookups, PageContext

about: Callable[[float], Any] = pytest.approx

FILMS = (
    ("Ran", 1985, {"rating": 4.0, "countries": ["JP", "FR"]}),
    ("Ikiru", 1952, {"rating": 5.0, "countries": ["JP"]}),
    ("Dreams", 1990, {"rating": 3.0, "countries": ["JP"], "liked": True}),
    ("Stalker", 1979, {"countries": ["SU"], "liked": True}),
)


def _country(code: str, films: int, average: float | None = None, rated: int = 0) -> Country:
    return Country(code, films, films, average, FilterLink(f"?country={code}", False), rated)


def test_a_film_of_two_countries_counts_for_both(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == Countries(
        all=(_country("JP", 3, about(4.0), 3), _country("FR", 1, rated=1), _country("SU", 1)),
        picked=None,
        unit="films",
        lookups=Lookups(films=4, pending=0, missing=0),
    )


def test_a_picked_country_keeps_the_others_in_sight(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"country": "JP", "liked": "yes"}))
    assert card is not None
    assert [(country.code, country.films, country.link) for country in card.all] == [
        ("JP", 1, FilterLink("?liked=yes", True)),
        ("SU", 1, FilterLink("?liked=yes&country=SU", False)),
    ]
    assert card.chosen == card.all[0]


def test_the_list_carries_what_the_map_lacks() -> None:
    large = [
        _country(code, 9) for code in ("US", "GB", "FR", "JP", "DE", "IT", "CA", "KR", "ES", "SE", "IN", "MX", "BR")
    ]
    card = Countries((*large, _country("HK", 2), _country("SU", 1)), None, "films", Lookups(20, 0, 0))
    assert [country.code for country in card.listed] == [*(country.code for country in large[:10]), "HK", "SU"]


def test_the_card_is_left_out_when_nothing_will_come(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view([("Nowhere", 1999, {"state": "unmatched"})])) is None
