from collections.abc import Callable
from datetime import date
from typing import Any

from kinograph.stats.cards.viewings import Period, Viewings, compute
from kinograph.stats.filters import Link
from kinograph.stats.view import View
from tests.stats.conftest import Film

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (
    ("Ran", 1985, {"liked": True}),
    ("Ikiru", 1952, {}),
    ("Undated", 1950, {}),
    ("Wished for", 1951, {"watched": False}),
)
DIARY = (("Ikiru", "2023-11-30"), ("Ran", "2024-01-01"), ("Ikiru", "2024-01-31+"))


def _period(name: str, viewings: int, whole: int) -> Period:
    return Period(name, viewings, whole, Link(f"?viewed={name}", False))


def test_every_month_from_the_first_to_the_last_is_counted(make_view: Callable[..., View]) -> None:
    assert compute(make_view(FILMS, DIARY)) == Viewings(
        periods=(_period("2023-11", 1, 1), _period("2023-12", 0, 0), _period("2024-01", 2, 2)),
        years=(_period("2023", 1, 1), _period("2024", 2, 2)),
        total=3,
        best=(date(2024, 1, 1), 2),
        at_once=0,
        undated=1,
        picked=None,
    )


def test_a_picked_month_keeps_the_others_and_filters_the_rest(make_view: Callable[..., View]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2024-01", "liked": "yes"}))
    assert card is not None
    assert [(period.name, period.viewings, period.whole) for period in card.periods] == [
        ("2023-11", 0, 1),
        ("2023-12", 0, 0),
        ("2024-01", 1, 2),
    ]
    assert card.periods[2].link == Link("?liked=yes", True)
    assert (card.total, card.best, card.undated, card.picked) == (1, (date(2024, 1, 1), 1), 0, "2024-01")


def test_a_diary_of_decades_is_drawn_by_years(make_view: Callable[..., View]) -> None:
    card = compute(make_view(FILMS, [("Ran", "1999-05-01"), ("Ran", "2024-05-01")]))
    assert card is not None
    assert card.periods == card.years
    assert len(card.years) == 26


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., View]) -> None:
    assert compute(make_view(FILMS)) is None


def test_days_that_were_logged_in_one_go_are_left_out_and_said(make_view: Callable[..., View]) -> None:
    films: list[Film] = [(f"Film {n}", 2000, {}) for n in range(21)]
    diary = [(f"Film {n}", "2024-03-01") for n in range(20)] + [("Film 20", "2024-04-01")]
    card = compute(make_view(films, diary))

    assert card is not None
    assert (card.total, card.at_once, card.undated) == (1, 20, 0)
    assert [period.name for period in card.periods] == ["2024-04"]
