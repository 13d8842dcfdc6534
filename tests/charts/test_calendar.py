from datetime import date
from xml.etree import ElementTree

import pytest

from kinograph.charts.calendar import CELL, LEFT, PITCH, TOP, draw_calendar
from kinograph.charts.marks import Mark

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS = ["Mon", "", "Wed", "", "Fri", "", "Sun"]


def _calendar(year: int, counts: dict[date, int], dimmed: frozenset[date] = frozenset()) -> ElementTree.Element:
    drawn = draw_calendar(
        year,
        counts,
        mark=lambda day: Mark(f"?viewed={day}", f"{day}: {counts[day]}"),
        dimmed=dimmed,
        months=MONTHS,
        weekdays=WEEKDAYS,
        label="Every night",
    )
    return ElementTree.fromstring(drawn)


def test_nights_stand_in_their_week_and_grow_hotter() -> None:
    # 2024 began on a Monday.
    counts = {date(2024, 1, 1): 1, date(2024, 1, 7): 2, date(2024, 1, 8): 4, date(2024, 12, 31): 11}
    nights = [link[0] for link in _calendar(2024, counts).iter("a")]
    assert [(night.get("class"), night.get("x"), night.get("y")) for night in nights] == [
        ("r2", f"{LEFT}", f"{TOP}"),
        ("r3", f"{LEFT}", f"{TOP + 6 * PITCH}"),
        ("r5", f"{LEFT + PITCH}", f"{TOP}"),
        ("r5", f"{LEFT + 52 * PITCH}", f"{TOP + PITCH}"),
    ]


@pytest.mark.parametrize(("year", "weeks"), [(2024, 53), (2023, 53), (2028, 53), (2000, 53), (2012, 54)])
def test_the_drawing_is_as_wide_as_the_year_has_weeks(year: int, weeks: int) -> None:
    assert _calendar(year, {}).get("viewBox") == f"0 0 {LEFT + (weeks - 1) * PITCH + CELL + 1} {TOP + 7 * PITCH}"


def test_nights_outside_the_picked_days_are_dimmed() -> None:
    counts = {date(2024, 3, 11): 1, date(2024, 4, 1): 1}
    links = _calendar(2024, counts, frozenset({date(2024, 4, 1)})).iter("a")
    assert [link.get("class") for link in links] == [None, "dim"]
