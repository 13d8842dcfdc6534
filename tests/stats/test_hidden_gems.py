from collections.abc import Callable

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink
from kinograph.stats.cards.hidden_gems import Gem, HiddenGems, compute, render
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Known", 1985, {"rating": 5.0, "vote_count": 1000}),
    ("Less known", 1952, {"rating": 4.0, "vote_count": 999}),
    ("Hardly known", 1953, {"rating": 4.0, "vote_count": 0, "genres": ["War"]}),
    ("Best", 1954, {"rating": 4.5, "vote_count": 20}),
    ("Not loved", 1955, {"rating": 3.5, "vote_count": 20, "genres": ["Music"]}),
    ("Unrated", 1956, {"vote_count": 20}),
    ("Missing", 1957, {"rating": 5.0, "state": "unmatched"}),
)


def test_gems_have_four_stars_and_less_than_a_thousand_votes(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == HiddenGems(
        (
            Gem(Poster("Best", 1954), 4.5, 20),
            Gem(Poster("Less known", 1952), 4.0, 999),
        ),
        total=2,
        loved=FilterLink("?rating=4-5", False),
        lookups=Lookups(films=7, pending=0, missing=1, unsaid=1),
    )


def test_only_the_first_are_shown_and_all_are_counted(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view([(f"Film {n}", 2000, {"rating": 4.0, "vote_count": n}) for n in range(14)]))
    assert card is not None
    assert (len(card.gems), card.total) == (6, 9)
    assert "You gave 4★ or more to 9 films with fewer than 1,000 votes at TMDB, but at least 5." in render(card, "")


def test_no_gem_among_those_picked_is_said(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"genre": "Music"}))
    assert card is not None
    assert "None of these films has 4★ or more from you and fewer than 1,000 votes at TMDB." in render(card, "")


def test_before_anything_is_looked_up_the_card_keeps_its_place(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view([("Ran", 1985, {"rating": 4.0, "state": "pending"})]))
    assert card is not None
    assert "Fills in while your films are looked up." in render(card, "")


def test_without_ratings_or_votes_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[5:6])) is None
    assert compute(make_view(FILMS[6:])) is None
