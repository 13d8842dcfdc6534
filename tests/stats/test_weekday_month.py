from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.weekday_month import MonthDot, WeekdayMonth, WeekdayOrMonth, compute
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
# A Saturday of 2023, a Saturday and a Monday of 2024.
DIARY = (("Ran", "2023-03-11"), ("Ikiru", "2024-03-09"), ("Ran", "2024-07-01+"))


def test_all_years_are_laid_on_one(make_view: Callable[..., PageContext]) -> None:
    weekdays, months = {1: 1, 6: 2}, {3: 2, 7: 1}
    assert compute(make_view(FILMS, DIARY)) == WeekdayMonth(
        spots=(
            MonthDot(6, 3, 2, FilterLink("?weekday=6&month=3", False), outside=False),
            MonthDot(1, 7, 1, FilterLink("?weekday=1&month=7", False), outside=False),
        ),
        weekdays=tuple(WeekdayOrMonth(n, weekdays.get(n, 0), FilterLink(f"?weekday={n}", False)) for n in range(1, 8)),
        months=tuple(WeekdayOrMonth(n, months.get(n, 0), FilterLink(f"?month={n}", False)) for n in range(1, 13)),
        total=3,
        weekend=2,
    )


def test_a_picked_weekday_keeps_the_others_dimmed(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"weekday": "6", "month": "3"}))
    assert card is not None
    assert [(spot.link, spot.outside) for spot in card.spots] == [
        (FilterLink("/session/1", True), False),
        (FilterLink("?weekday=1&month=7", False), True),
    ]
    assert (card.busiest_weekday.number, card.busiest_month.number) == (6, 3)


def test_a_month_counts_the_weekday_that_is_picked_as_its_link_does(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"weekday": "1"}))
    assert card is not None
    assert [part.viewings for part in card.months if part.viewings] == [1]
    assert {part.number: part.viewings for part in card.weekdays if part.viewings} == {1: 1, 6: 2}
    assert (card.busiest_weekday.number, card.busiest_month.number) == (1, 7)
    assert (card.total, card.weekend) == (1, 0)


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None
