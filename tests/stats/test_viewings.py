import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.viewings import ViewingPeriod, Viewings, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (
    ("Ran", 1985, {"liked": True}),
    ("Ikiru", 1952, {}),
    ("Undated", 1950, {}),
    ("Wished for", 1951, {"watched": False}),
)
DIARY = (("Ikiru", "2023-11-30"), ("Ran", "2024-01-01"), ("Ikiru", "2024-01-31+"))


def _period(name: str, viewings: int, whole: int) -> ViewingPeriod:
    return ViewingPeriod(name, viewings, whole, FilterLink(f"?viewed={name}", False))


def test_every_month_from_the_first_to_the_last_is_counted(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == Viewings(
        by="month",
        periods=(_period("2023-11", 1, 1), _period("2023-12", 0, 0), _period("2024-01", 2, 2)),
        years=(_period("2023", 1, 1), _period("2024", 2, 2)),
        total=3,
        best=("2024-01", 2),
        at_once=0,
        undated=1,
        picked=None,
        choices=(("month", FilterLink("/session/1", True)), ("week", FilterLink("?by=week", False))),
    )


def test_every_week_from_the_first_to_the_last_may_be_counted(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, [*DIARY, ("Ran", "2024-02-04")], query={"by": "week", "liked": "yes"}))
    assert card is not None
    assert len(card.periods) == 10
    weeks = [card.periods[n] for n in (0, 5, 9)]
    assert [(week.name, week.viewings, week.whole) for week in weeks] == [
        ("2023-11-27..2023-12-03", 0, 1),
        ("2024-01-01..2024-01-07", 1, 1),
        ("2024-01-29..2024-02-04", 1, 2),
    ]
    assert weeks[1].link == FilterLink("?by=week&liked=yes&viewed=2024-01-01..2024-01-07", False)
    assert card.best == ("2024-01-29..2024-02-04", 1)
    assert card.choices[0] == ("month", FilterLink("?liked=yes", False))
    drawn = render(card, "")
    assert "viewings, no more than one a week." in drawn
    assert 'aria-label="Week of Jan 1, 2024: 1 viewing"' in drawn


@pytest.mark.parametrize("days", [("2020-12-31", "2021-01-01"), ("2024-12-31", "2024-12-31"), ("2021-01-01",)])
def test_a_week_across_new_year_is_drawn_under_a_year_of_the_diary(
    make_view: Callable[..., PageContext], days: tuple[str, ...]
) -> None:
    card = compute(make_view(FILMS, [("Ran", day) for day in days], query={"by": "week"}))
    assert card is not None
    assert sum(period.viewings for period in card.periods) == len(days)
    assert re.findall('<text class="tick.*?>(.*?)</text>', render(card, "")) == [days[-1][:4]]


def test_the_name_of_a_year_that_has_only_begun_ends_with_the_chart(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, [("Ran", "2022-01-01"), ("Ran", "2026-02-01")]))
    assert card is not None
    ticks = re.findall('<text class="(tick[^"]*)" x="(.*?)%".*?>(.*?)</text>', render(card, ""))
    assert ticks[0] == ("tick start", "0", "2022")
    assert ticks[-1] == ("tick end", "100", "2026")


def test_a_picked_month_keeps_the_others_and_filters_the_rest(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2024-01", "liked": "yes"}))
    assert card is not None
    assert [(period.name, period.viewings, period.whole) for period in card.periods] == [
        ("2023-11", 0, 1),
        ("2023-12", 0, 0),
        ("2024-01", 1, 2),
    ]
    assert card.periods[2].link == FilterLink("?liked=yes", True)
    assert (card.total, card.best, card.undated, card.picked) == (
        1,
        ("2024-01", 1),
        0,
        (date(2024, 1, 1), date(2024, 1, 31)),
    )


def test_a_diary_of_decades_is_drawn_by_years(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, [("Ran", "1999-05-01"), ("Ran", "2024-05-01")]))
    assert card is not None
    assert card.periods == card.years
    assert len(card.years) == 26
    assert card.choices == ()  # too long for weeks
    card = compute(make_view(FILMS, [("Ran", "2008-05-01"), ("Ran", "2024-05-01")], query={"by": "week"}))
    assert card is not None
    assert (card.by, len(card.periods), card.choices[0]) == ("week", 836, ("year", FilterLink("/session/1", False)))


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None


def test_days_that_were_logged_in_one_go_are_left_out_and_said(make_view: Callable[..., PageContext]) -> None:
    films: list[Film] = [(f"Film {n}", 2000, {}) for n in range(21)]
    diary = [(f"Film {n}", "2024-03-01") for n in range(20)] + [("Film 20", "2024-04-01")]
    card = compute(make_view(films, diary))

    assert card is not None
    assert (card.total, card.at_once, card.undated) == (1, 20, 0)
    assert [period.name for period in card.periods] == ["2024-04"]
