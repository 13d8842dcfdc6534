"""The cards of the page World: the map, the countries, the languages, those unseen."""

from collections.abc import Callable

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards import all_languages, countries, country_ranking, unseen_countries, world_map
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import RankedGroup, Ranking
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"countries": ["JP", "FR"], "original_language": "ja", "runtime_minutes": 162}),
    ("Ikiru", 1952, {"countries": ["JP"], "original_language": "ja", "runtime_minutes": 143}),
    ("Infernal Affairs", 2002, {"countries": ["HK"], "original_language": "yue", "runtime_minutes": 101}),
    ("Wadjda", 2012, {"watched": False, "watchlist": True, "countries": ["SA", "JP"]}),
)
LOOKUPS = Lookups(films=3, pending=0, missing=0)


def test_the_map_lists_every_country(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS)
    card = world_map.compute(view)
    assert card == countries.compute(view)
    assert card is not None
    html = world_map.render(card, "")
    assert html.count('<span class="row-count">') == len(card.all) == 3
    assert 'id="card-world_map"' in html
    assert 'aria-label="Japan: 2 films"' in html


def test_the_map_follows_what_is_counted(make_view: Callable[..., PageContext]) -> None:
    card = world_map.compute(make_view(FILMS, query={"count": "hours"}))
    assert card is not None
    assert [(country.code, country.amount) for country in card.all] == [("JP", 305), ("FR", 162), ("HK", 101)]
    assert 'aria-label="Japan: 5 hours"' in world_map.render(card, "")


def test_places_are_ranked_by_country(make_view: Callable[..., PageContext]) -> None:
    assert country_ranking.compute(make_view(FILMS)) == Ranking(
        most=(
            RankedGroup("JP", 2, 2, None, FilterLink("?country=JP", False)),
            RankedGroup("FR", 1, 1, None, FilterLink("?country=FR", False)),
            RankedGroup("HK", 1, 1, None, FilterLink("?country=HK", False)),
        ),
        best=(),
        total=3,
        unit="films",
        own_mean=None,
        lookups=LOOKUPS,
    )


def test_tongues_are_all_there_are(make_view: Callable[..., PageContext]) -> None:
    films = [(f"Film {n}", 2000, {"original_language": f"{chr(97 + n)}a"}) for n in range(26)]
    card = all_languages.compute(make_view(films))
    assert card is not None
    assert len(card.most) == card.total == 26
    assert all_languages.render(card, "").count("<li>") == 26


@pytest.mark.parametrize("query", [{}, {"country": "JP"}])
def test_unseen_is_what_no_watched_film_comes_from(
    make_view: Callable[..., PageContext], query: dict[str, str]
) -> None:
    everywhere = set(unseen_countries.COUNTRIES)
    assert unseen_countries.compute(make_view(FILMS, query=query)) == unseen_countries.UnseenCountries(
        codes=tuple(sorted(everywhere - {"JP", "FR", "HK"})),
        all=197,
        wished=(("SA", 1),),
        lookups=LOOKUPS,
    )


def test_small_countries_are_to_be_seen_and_territories_are_not() -> None:
    assert {"MT", "SG"} <= set(unseen_countries.COUNTRIES)
    assert {"TF", "FK", "GL", "NC", "PR", "AQ", "GF", "HK"}.isdisjoint(unseen_countries.COUNTRIES)


def test_nothing_is_unseen_while_nothing_is_known(make_view: Callable[..., PageContext]) -> None:
    view = make_view([("Nowhere", 1999, {"state": "unmatched"})])
    assert [card.compute(view) for card in (world_map, country_ranking, all_languages, unseen_countries)] == [None] * 4
