from collections.abc import Callable

from kinograph.charts.posters import Poster
from kinograph.stats.cards.popularity import PopularFilm, Popularity, compute, render
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Few", 1985, {"vote_count": 12}),
    ("Many", 1952, {"vote_count": 20_000}),
    ("More", 1953, {"vote_count": 30_000, "genres": ["War"]}),
    ("None", 1954, {"vote_count": 0, "genres": ["War"]}),
    ("Some", 1955, {"vote_count": 500}),
    ("Missing", 1957, {"state": "unmatched", "genres": ["Music"]}),
    ("Unseen", 1957, {"vote_count": 90_000, "watched": False}),
)


def test_films_stand_by_their_votes_and_none_on_both_sides(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == Popularity(
        most=(PopularFilm(Poster("More", 1953), 30_000), PopularFilm(Poster("Many", 1952), 20_000)),
        fewest=(PopularFilm(Poster("Few", 1985), 12), PopularFilm(Poster("Some", 1955), 500)),
        median=20_000,
        lookups=Lookups(films=6, pending=0, missing=1, unsaid=1),
    )


def test_of_many_films_six_are_on_each_side(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view([(f"Film {n}", 2000, {"vote_count": n}) for n in range(20)]))
    assert card is not None
    assert "Films with at least 5 TMDB votes. Half of them have 12 or more." in render(card, "")
    assert [film.votes for film in card.most] == [19, 18, 17, 16, 15, 14]
    assert [film.votes for film in card.fewest] == [5, 6, 7, 8, 9, 10]


def test_a_single_film_is_on_one_side(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS[:1]))
    assert card is not None
    assert ([film.votes for film in card.most], card.fewest) == ([12], ())
    assert "Most obscure" not in render(card, "")


def test_films_without_votes_are_said_to_be(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"genre": "Music"}))
    assert card is not None
    assert "No votes at TMDB for these films." in render(card, "")
    assert compute(make_view(FILMS[5:6])) is None
