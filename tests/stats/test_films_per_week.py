from collections.abc import Callable
from typing import Any

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.films_per_week import FilmsPerWeek, YearOfWeeks, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

about: Callable[[float], Any] = pytest.approx

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = (
    ("Ran", "2021-12-25"),
    ("Ran", "2022-06-01"),
    ("Ran", "2023-06-01"),
    ("Ran", "2023-07-01"),
    ("Ran", "2023-12-31"),
    ("Ikiru", "2023-02-01"),
)


def test_a_year_that_the_diary_only_begins_in_is_not_called_slow(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == FilmsPerWeek(
        years=(
            YearOfWeeks(2021, 1, 1.0, FilterLink("?viewed=2021", False), outside=False),
            YearOfWeeks(2022, 1, about(7 / 365), FilterLink("?viewed=2022", False), outside=False),
            YearOfWeeks(2023, 4, about(4 * 7 / 365), FilterLink("?viewed=2023", False), outside=False),
        ),
        a_week=about(6 / (737 / 7)),
        recent=4 / 52,
        before=1 / 52,
    )


def test_a_picked_year_keeps_the_others_and_other_filters_count(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2023-06", "liked": "no"}))
    assert card is not None
    assert [(year.year, year.viewings, year.outside) for year in card.years] == [
        (2021, 0, True),
        (2022, 0, True),
        (2023, 1, False),
    ]


def test_the_trend_is_of_the_whole_diary_and_not_told_of_days_picked(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2022"}))
    assert card is not None
    assert (card.recent, card.before) == (None, None)


@pytest.mark.parametrize(
    ("recent", "before", "said"),
    [
        (3.54, 3.46, "3.5 a week in the last 52 weeks of the diary, as many as in the 52 before."),
        (3.5, 3.7, "3.5 a week in the last 52 weeks of the diary, down from 3.7 in the 52 before."),
        (3.7, 3.5, "3.7 a week in the last 52 weeks of the diary, up from 3.5 in the 52 before."),
    ],
)
def test_the_trend_compares_the_numbers_that_it_prints(recent: float, before: float, said: str) -> None:
    year = YearOfWeeks(2023, 4, 2.7, FilterLink("?viewed=2023", False), outside=False)
    assert said in render(FilmsPerWeek((year,), a_week=2.7, recent=recent, before=before), "Films a week")


def test_a_short_diary_has_no_trend(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY[2:]))
    assert card is not None
    assert (card.recent, card.before) == (None, None)


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None
