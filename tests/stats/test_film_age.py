from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.film_age import DecadeDot, FilmAge, ViewingYear, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {}), ("Ikiru", 1952, {}), ("Anora", 2024, {}), ("Untitled", None, {}))
DIARY = (("Ikiru", "2023-11-30"), ("Ran", "2024-01-01"), ("Anora", "2024-12-01"), ("Untitled", "2024-12-02"))


def test_counts_the_years_between_release_and_viewing(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == FilmAge(
        spots=(
            DecadeDot(1950, 2023, 1, FilterLink("?viewed=2023&released=1950-1959", False), outside=False),
            DecadeDot(1980, 2024, 1, FilterLink("?viewed=2024&released=1980-1989", False), outside=False),
            DecadeDot(2020, 2024, 1, FilterLink("?viewed=2024&released=2020-2029", False), outside=False),
        ),
        years=(
            ViewingYear(2023, 1, 71.0, 0, FilterLink("?viewed=2023", False)),
            ViewingYear(2024, 2, 19.5, 1, FilterLink("?viewed=2024", False)),
        ),
        viewings=3,
        age=39.0,
        new=1,
        yearless=1,
    )


def test_what_is_picked_leaves_the_rest_dimmed(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2024", "released": "1980-1989"}))
    assert card is not None
    assert [spot.outside for spot in card.spots] == [True, False, True]
    assert card.spots[1].link == FilterLink("/session/1", True)
    assert (card.viewings, card.age, card.new) == (1, 39.0, 0)


def test_an_era_that_is_no_decade_dims_by_its_years(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"released": "1955-1985"}))
    assert card is not None
    assert [spot.outside for spot in card.spots] == [False, False, True]


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None


def test_half_a_year_is_a_year(make_view: Callable[..., PageContext]) -> None:
    films: tuple[Film, ...] = (("Anora", 2024, {}), ("Perfect Days", 2023, {}))
    card = compute(make_view(films, (("Anora", "2024-12-01"), ("Perfect Days", "2024-01-01"))))
    assert card is not None
    assert "Half of the films were at least 1 year old" in render(card, "")
