from collections.abc import Callable
from datetime import date
from typing import Any

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.calendar import Calendar, Night, compute
from kinograph.stats.page_context import PageContext

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = (("Ikiru", "2022-11-30"), ("Ran", "2024-03-11"), ("Ikiru", "2024-03-11+"), ("Ikiru", "2024-12-31"))


def test_shows_the_newest_year_and_leads_to_the_others(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == Calendar(
        year=2024,
        nights=(
            Night(date(2024, 3, 11), 2, FilterLink("?viewed=2024-03-11", False), outside=False),
            Night(date(2024, 12, 31), 1, FilterLink("?viewed=2024-12-31", False), outside=False),
        ),
        years=((2024, FilterLink("?calendar=2024", True)), (2022, FilterLink("?calendar=2022", False))),
    )


def test_shows_the_year_that_is_chosen(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"calendar": "2022"}))
    assert card is not None
    assert (card.year, [night.day for night in card.nights]) == (2022, [date(2022, 11, 30)])
    assert card.nights[0].link.href == "?calendar=2022&viewed=2022-11-30"


def test_follows_the_viewing_day_that_is_picked(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"calendar": "2022", "viewed": "2024-03", "liked": "no"}))
    assert card is not None
    assert card.year == 2024
    assert [(night.day, night.viewings, night.outside) for night in card.nights] == [
        (date(2024, 3, 11), 1, False),
        (date(2024, 12, 31), 1, True),
    ]
    assert card.years[1] == (2022, FilterLink("?calendar=2022&liked=no", False))


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None
