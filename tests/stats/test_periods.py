"""Periods as addresses write them, and the days they stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kinograph.stats.address import Chip, Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.periods import days_of, name_days, parse_viewed
from kinograph.stats.scope import Scope
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {}), ("Ikiru", 1952, {}), ("Playtime", 1967, {}))
DIARY = (("Ran", "2023-06-01"), ("Ikiru", "2023-06-02"), ("Playtime", "2024-05-01"), ("Ran", "2024-06-01+"))


@pytest.mark.parametrize(
    ("viewed", "until", "first", "last"),
    [
        ("2024", None, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", None, date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-03-11", None, date(2024, 3, 11), date(2024, 3, 11)),
        ("2024-03-11..2024-04-02", None, date(2024, 3, 11), date(2024, 4, 2)),
        ("this-year", date(2024, 6, 1), date(2024, 1, 1), date(2024, 6, 1)),
        ("last-30-days", date(2024, 3, 1), date(2024, 2, 1), date(2024, 3, 1)),
        ("last-12-months", date(2024, 6, 1), date(2023, 6, 2), date(2024, 6, 1)),
        ("last-12-months", date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
        ("last-12-months", date(2025, 2, 28), date(2024, 2, 29), date(2025, 2, 28)),
        ("this-year", None, date.min, date.min),
    ],
)
def test_a_period_stands_for_its_days(viewed: str, until: date | None, first: date, last: date) -> None:
    assert days_of(parse_viewed(viewed), until) == (first, last)


@pytest.mark.parametrize("junk", ["last-30-day", "last-31-days", "2024-13", "2024-02-30", "24", "2024-01..2024-02", ""])
def test_what_is_no_period_is_refused(junk: str) -> None:
    with pytest.raises(ValueError):
        parse_viewed(junk)


@pytest.mark.parametrize("name", ["2024", "2024-02", "2024-02-29", "2024-02-28..2024-03-01"])
def test_days_are_named_as_the_address_writes_them(name: str) -> None:
    assert name_days(days_of(name)) == name


@pytest.mark.parametrize(
    ("viewed", "titles", "chip", "which"),
    [
        ("this-year", ["Ran", "Playtime"], "2024 up to Jun 1", "watched in 2024 up to June 1, 2024"),
        ("last-30-days", ["Ran"], "last 30 days up to Jun 1, 2024", "watched in the 30 days up to June 1, 2024"),
        (
            "last-12-months",
            ["Ran", "Ikiru", "Playtime"],
            "last 12 months up to Jun 1, 2024",
            "watched in the 12 months up to June 1, 2024",
        ),
    ],
)
def test_without_the_day_of_the_export_a_period_ends_with_the_newest_viewing(
    make_view: Callable[..., PageContext], viewed: str, titles: list[str], chip: str, which: str
) -> None:
    view = make_view(FILMS, DIARY, query={"viewed": viewed})
    assert view.watched["title"].to_list() == titles
    assert view.filters.chips(view.all, "/") == [Chip(chip, "/")]
    assert view.filters.which(view.all) == which
    assert view.filters.to_query() == f"viewed={viewed}"


def test_it_ends_with_the_day_of_the_export_where_that_is_known(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, query={"viewed": "last-30-days"})
    later = replace(view, all=replace(view.all, told_until=date(2024, 7, 10)))
    assert (len(later.watched), later.days) == (0, (date(2024, 6, 11), date(2024, 7, 10)))


def test_days_filled_in_at_one_go_are_no_end(make_frame: Callable[..., Frame]) -> None:
    films = [*FILMS, *((f"Film {n}", 2000, {}) for n in range(20))]
    frame = make_frame(films, [*DIARY, *((f"Film {n}", "2024-12-24") for n in range(20))])
    assert frame.until == date(2024, 6, 1)


def test_a_share_of_the_last_days_ends_with_the_export_and_no_other_tells_its_day(
    make_frame: Callable[..., Frame],
) -> None:
    frame = replace(make_frame(FILMS, DIARY), told_until=date(2024, 6, 20))
    of_days = Scope(Filters.parse({"viewed": "last-30-days"}), frozenset()).mask(frame)
    of_year = Scope(Filters.parse({"viewed": "2023"}), frozenset()).mask(frame)
    assert of_days.films["title"].to_list() == ["Ran"]
    assert (of_days.until, of_year.until) == (date(2024, 6, 20), date(2023, 6, 2))
