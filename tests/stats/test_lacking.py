"""The notes of what a card leaves out: of the very films that it does, and why."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kinograph.stats import cards
from kinograph.stats.cards import (
    Card,
    all_languages,
    best_decades,
    countries,
    country_ranking,
    directed_by_women,
    director_actor_pairs,
    directors,
    film_age,
    genre_bias,
    genres,
    hidden_gems,
    keywords,
    languages,
    people,
    popularity,
    rating_comparison,
    runtimes,
    studios,
    top_cast,
    world_map,
    year_totals,
)
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.pages import PAGES
from tests.stats.conftest import Film

# What each card is made from.
WHOLE = {
    "rating": 4.0,
    "genres": ["Drama"],
    "countries": ["JP"],
    "directors": [1],
    "cast": [2],
    "keywords": ["rain"],
    "companies": [3],
    "original_language": "ja",
    "runtime_minutes": 100,
    "vote_average": 7.0,
    "vote_count": 100,
    "kind": "movie",
}
FROM: dict[Card, tuple[str, ...]] = {
    rating_comparison: ("vote_average",),
    world_map: ("countries",),
    countries: ("countries",),
    popularity: ("vote_count",),
    directors: ("directors",),
    director_actor_pairs: ("directors", "cast"),
    top_cast: ("cast",),
    hidden_gems: ("vote_count",),
    genres: ("genres",),
    keywords: ("keywords",),
    languages: ("original_language",),
    people: ("directors",),
    country_ranking: ("countries",),
    runtimes: ("runtime_minutes",),
    studios: ("companies",),
    all_languages: ("original_language",),
    directed_by_women: ("directors",),
}
PEOPLE = {1: ("Agnès Varda", 1), 2: ("Anna Karina", 1)}


def _without(*columns: str) -> dict[str, Any]:
    return WHOLE | {column: [] if isinstance(WHOLE[column], list) else None for column in columns}


def _films(columns: tuple[str, ...]) -> list[tuple[str, int, dict[str, Any]]]:
    """Two of each that the card has, and one to three of each that it has not."""
    nothing = _without(*(column for column in WHOLE if column not in ("rating", "kind")))
    return [
        ("Whole", 1962, WHOLE),
        ("Whole too", 1965, WHOLE),
        ("Unsaid", 1985, _without(*columns)),
        ("Series", 1999, _without(*columns) | {"kind": "tv"}),
        ("Unfound", 1990, nothing | {"state": "unmatched", "kind": None}),
        *((f"Waiting {n}", 1991, nothing | {"state": "pending", "kind": None}) for n in range(3)),
        # Lacks whatever the others do not.
        ("Otherwise lacking", 1970, WHOLE | {"runtime_minutes": 100 if "runtime_minutes" in columns else None}),
    ]


@pytest.mark.parametrize("card", FROM, ids=lambda card: card.__name__.rpartition(".")[2])
def test_a_card_counts_the_films_it_lacks_and_no_other(make_view: Callable[..., PageContext], card: Card) -> None:
    lookups = _lookups(card, make_view(_films(FROM[card]), people=PEOPLE))
    assert (lookups.pending, lookups.missing, lookups.unsaid, lookups.series) == (3, 1, 2, 1)
    html = cards.draw_cards(make_view(_films(FROM[card]), people=PEOPLE), (card,))[0].html
    assert "3 films are still being looked up." in html
    assert "1 film was not found at TMDB and is missing here." in html
    assert "TMDB lacks what this card needs for 2 films, 1 of them series." in html


def _lookups(card: Card, view: PageContext) -> Lookups:
    computed = card.compute(view)
    found: Lookups = getattr(computed, "ranking", computed).lookups
    return found


def test_hours_lack_the_films_without_a_runtime(make_view: Callable[..., PageContext]) -> None:
    films = _films(("runtime_minutes",))
    view = make_view(films, people=PEOPLE, query={"count": "hours"})
    for card in (genres, directors, countries, keywords, languages, studios, director_actor_pairs):
        assert _lookups(card, view).unsaid == 2
    assert _lookups(genres, make_view(films, people=PEOPLE)).unsaid == 0


def test_what_is_picked_decides_what_is_lacking(make_view: Callable[..., PageContext]) -> None:
    films = _films(("genres",))
    picked = _lookups(genres, make_view(films, people=PEOPLE, query={"released": "1999"}))
    assert (picked.pending, picked.missing, picked.unsaid, picked.series, picked.uncertain) == (0, 0, 1, 1, False)


def test_what_nobody_found_may_not_be_what_is_picked(make_view: Callable[..., PageContext]) -> None:
    view = make_view(_films(("genres",)), people=PEOPLE, query={"country": "JP"})
    picked = _lookups(genres, view)
    assert (picked.pending, picked.missing, picked.uncertain) == (3, 1, True)
    assert "1 film was not found at TMDB and may be missing here." in cards.draw_cards(view, (genres,))[0].html


@pytest.mark.parametrize(
    ("paused", "waits", "fills"),
    [
        (None, "1 film is still being looked up.", "Fills in while your films are looked up."),
        ("no_key", "1 film is waiting for a TMDB key.", "Fills in once there is a TMDB key."),
        ("away", "1 film is waiting because TMDB does not answer.", "Fills in once TMDB answers again."),
        ("bad_key", "1 film is waiting because TMDB refuses the key.", "Fills in once TMDB accepts the key."),
    ],
)
def test_without_a_key_no_card_says_that_films_are_being_looked_up(
    make_view: Callable[..., PageContext], paused: str | None, waits: str, fills: str
) -> None:
    view = replace(make_view([("Ran", 1985, {"state": "pending", "rating": 4.0})]), paused=paused)
    said = [card.html for page in PAGES for card in cards.draw_cards(view, page.cards) if "placeholder" in card.html]
    assert len(said) > 10
    for html in said:
        assert waits in html
        assert fills in html
        assert paused is None or "looked up" not in html


def test_cards_by_decade_tell_of_the_films_without_a_year(make_view: Callable[..., PageContext]) -> None:
    score = {"rating": 4.0, "vote_average": 6.0, "genres": ["Drama"]}
    films = [*((f"Film {n}", 1994, score) for n in range(3)), ("Undated", None, score), ("Unrated", None, {})]
    view = make_view(films, [("Film 1", "2024-03-11"), ("Undated", "2024-03-12"), ("Undated", "2024-03-13")])
    told = {card.name: card.html for card in cards.draw_cards(view, (best_decades, film_age, genre_bias))}
    assert "2 films have no year." in told["best_decades"]
    assert "2 viewings are of films without a year, and not counted." in told["film_age"]
    assert "1 film has no year, and counts in no decade." in told["genre_bias"]


def test_the_hours_tell_of_the_films_without_a_runtime(make_view: Callable[..., PageContext]) -> None:
    films: tuple[Film, ...] = (
        ("Ran", 1985, {"runtime_minutes": 160}),
        ("Ikiru", 1952, {}),
        ("Lost", None, {"watched": False}),
    )
    view = make_view(films, [("Lost", "2024-03-11")])
    told = next(iter(cards.draw_cards(view, (year_totals,)))).html
    assert "The runtimes of 2 films are unknown: they add no hours." in told
    unknown = next(iter(cards.draw_cards(make_view(films[1:]), (year_totals,)))).html
    assert "unknown" not in unknown  # no hours are shown
