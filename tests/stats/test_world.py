"""The cards of the page of the world: atlas, places, tongues, unseen."""

from collections.abc import Callable

import pytest

from kinograph.stats.cards import atlas, countries, places, tongues, unseen
from kinograph.stats.filters import Link
from kinograph.stats.ranking import Entry, Ranking
from kinograph.stats.view import Lookups, View
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"countries": ["JP", "FR"], "original_language": "ja", "runtime_minutes": 162}),
    ("Ikiru", 1952, {"countries": ["JP"], "original_language": "ja", "runtime_minutes": 143}),
    ("Infernal Affairs", 2002, {"countries": ["HK"], "original_language": "yue", "runtime_minutes": 101}),
    ("Wadjda", 2012, {"watched": False, "watchlist": True, "countries": ["SA", "JP"]}),
)
LOOKUPS = Lookups(films=3, pending=0, missing=0)


def test_the_atlas_lists_every_country(make_view: Callable[..., View]) -> None:
    view = make_view(FILMS)
    card = atlas.compute(view)
    assert card == countries.compute(view)
    assert card is not None
    html = atlas.render(card)
    assert html.count('<span class="row-count">') == len(card.all) == 3
    assert 'id="card-atlas"' in html
    assert 'aria-label="Japan: 2 films"' in html


def test_the_map_follows_what_is_counted(make_view: Callable[..., View]) -> None:
    card = atlas.compute(make_view(FILMS, query={"count": "hours"}))
    assert card is not None
    assert [(country.code, country.amount) for country in card.all] == [("JP", 305), ("FR", 162), ("HK", 101)]
    assert 'aria-label="Japan: 5 hours"' in atlas.render(card)


def test_places_are_ranked_by_country(make_view: Callable[..., View]) -> None:
    assert places.compute(make_view(FILMS)) == Ranking(
        most=(
            Entry("JP", 2, 2, None, Link("?country=JP", False)),
            Entry("FR", 1, 1, None, Link("?country=FR", False)),
            Entry("HK", 1, 1, None, Link("?country=HK", False)),
        ),
        best=(),
        total=3,
        unit="films",
        own_mean=None,
        lookups=LOOKUPS,
    )


def test_tongues_are_all_there_are(make_view: Callable[..., View]) -> None:
    films = [(f"Film {n}", 2000, {"original_language": f"{chr(97 + n)}x"}) for n in range(26)]
    card = tongues.compute(make_view(films))
    assert card is not None
    assert len(card.most) == card.total == 26
    assert tongues.render(card).count("<li>") == 26


@pytest.mark.parametrize("query", [{}, {"country": "JP"}])
def test_unseen_is_what_no_watched_film_comes_from(make_view: Callable[..., View], query: dict[str, str]) -> None:
    everywhere = set(unseen.COUNTRIES)
    assert unseen.compute(make_view(FILMS, query=query)) == unseen.Unseen(
        codes=tuple(sorted(everywhere - {"JP", "FR", "HK"})),
        all=197,
        wished=(("SA", 1),),
        lookups=LOOKUPS,
    )


def test_small_countries_are_to_be_seen_and_territories_are_not() -> None:
    assert {"MT", "SG"} <= set(unseen.COUNTRIES)
    assert {"TF", "FK", "GL", "NC", "PR", "AQ", "GF", "HK"}.isdisjoint(unseen.COUNTRIES)


def test_nothing_is_unseen_while_nothing_is_known(make_view: Callable[..., View]) -> None:
    view = make_view([("Nowhere", 1999, {"state": "unmatched"})])
    assert [card.compute(view) for card in (atlas, places, tongues, unseen)] == [None] * 4
