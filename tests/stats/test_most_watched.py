from collections.abc import Callable

from kinograph.charts.posters import Poster
from kinograph.stats.cards.most_watched import MostWatched, RewatchedFilm, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film as Row

FILMS: tuple[Row, ...] = (
    ("Ran", 1985, {"rating": 4.0, "genres": ["War"]}),
    ("Ikiru", 1952, {"rating": 4.5}),
    ("Later", 2007, {"rating": 4.5}),
    ("Unrated", 2008, {}),
    ("Again", 2007, {}),
    ("Once", 2007, {"genres": ["Music"]}),
)
DIARY = (
    *((title, f"20{year}-05-01") for title in ("Ran", "Ikiru", "Unrated") for year in (20, 22)),
    ("Ran", "2023-05-01"),
    ("Later", "2020-06-01"),
    ("Later", "2024-01-01"),
    ("Again", "2023-01-01+"),
    ("Once", "2023-01-01"),
)


def test_more_viewings_come_first_then_better_ratings_then_later_days(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == MostWatched(
        (
            RewatchedFilm(Poster("Ran", 1985), 3, 4.0),
            RewatchedFilm(Poster("Later", 2007), 2, 4.5),
            RewatchedFilm(Poster("Ikiru", 1952), 2, 4.5),
            RewatchedFilm(Poster("Unrated", 2008), 2, None),
            RewatchedFilm(Poster("Again", 2007), 1, None),
        ),
        total=5,
        href="/session/1/films?sort=-viewings",
    )


def test_it_leads_to_the_films_that_are_picked(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"genre": "War"}))
    assert card is not None
    assert (card.total, card.href) == (1, "/session/1/films?genre=War&sort=-viewings")


def test_where_nothing_picked_was_seen_more_than_once_the_card_says_so(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"genre": "Music"}))
    assert card is not None
    assert "No films seen more than once." in render(card, "")


def test_a_diary_of_first_viewings_has_no_such_card(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY[:1])) is None
    assert compute(make_view(FILMS)) is None
