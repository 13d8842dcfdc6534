from collections.abc import Callable
from datetime import date
from typing import Any

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.calendar import Calendar, Night, compute, render
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


def test_the_table_says_of_each_month_its_nights_and_their_viewings(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY))
    assert card is not None
    table = str(render(card, "%(year)s")).partition("<tbody>")[2]
    assert '<th scope="row">Mar</th><td>2</td><td>11\N{NO-BREAK SPACE}(2)</td>' in table
    assert '<th scope="row">Apr</th><td>0</td><td></td>' in table
    assert table.count("<tr>") == 12
