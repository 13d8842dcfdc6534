from collections.abc import Callable

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink
from kinograph.stats.cards.rewatches import RewatchedFilm, Rewatches, compute
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"uri": "https://boxd.it/1", "poster_path": "/ran.jpg"}),
    ("Ikiru", 1952, {"uri": "javascript:alert(1)"}),
    ("Once", 2007, {}),
)
DIARY = (("Ikiru", "2020-01-01"), ("Ran", "2021-01-01"), ("Once", "2021-02-01"), ("Ran", "2022-01-01+"))


def test_the_most_often_seen_come_first(make_view: Callable[..., PageContext]) -> None:
    diary = (*DIARY, ("Ikiru", "2023-01-01+"), ("Ikiru", "2024-01-01+"))
    assert compute(make_view(FILMS, diary)) == Rewatches(
        films=(
            RewatchedFilm(Poster("Ikiru", 1952, path=None, href=None), 3),
            RewatchedFilm(Poster("Ran", 1985, path="/ran.jpg", href="https://boxd.it/1"), 2),
        ),
        returned=2,
        viewings=6,
        rewatches=3,
        link=FilterLink("?rewatched=yes", False),
    )


def test_a_rewatch_whose_first_time_is_not_in_the_diary_counts(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, [("Once", "2021-02-01+")]))
    assert card is not None
    assert (card.films, card.returned, card.rewatches) == ((RewatchedFilm(Poster("Once", 2007), 1),), 1, 1)


def test_without_a_rewatch_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY[:3])) is None
