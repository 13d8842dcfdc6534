"""Days in every way that spreadsheets write them, all of a file read in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, read
from tests.sessions.export_files import DIARY, FILM, RATING, table

DAYS = (date(2015, 3, 13), date(2016, 7, 22), date(2024, 2, 5))
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "de_AT": "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}


def month(day: date, language: str = "en") -> str:
    return MONTHS[language].split()[day.month - 1]


CLEAR: dict[str, Callable[[date], str]] = {
    "ISO": str,
    "ISO and midnight": "{:%Y-%m-%d} 00:00".format,
    "ISO and seconds": "{:%Y-%m-%d} 00:00:00".format,
    "a moment": "{:%Y-%m-%d}T00:00:00Z".format,
    "a moment to the millisecond": "{:%Y-%m-%d}T00:00:00.000Z".format,
    "a moment of a zone": "{:%Y-%m-%d}T13:45:00+12:00".format,
    "Japanese": "{:%Y/%m/%d}".format,
    "Japanese without zeros": lambda day: f"{day.year}/{day.month}/{day.day}",
    "Japanese signs": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "Korean": lambda day: f"{day.year}. {day.month}. {day.day}.",
    "German": "{:%d.%m.%Y}".format,
    "German with a year of two digits": "{:%d.%m.%y}".format,
    "German and midnight": "{:%d.%m.%Y} 00:00".format,
    "a spreadsheet's own": "{:%d-%b-%y}".format,
    "English": lambda day: f"{day.day} {month(day)} {day.year}",
    "American": lambda day: f"{month(day)} {day.day}, {day.year}",
    "American, long": lambda day: f"{day:%A}, {month(day)} {day.day}, {day.year} 12:00:00 AM",
    "American, short": lambda day: f"{month(day)[:3]} {day.day}, {day.year}",
    "year first": lambda day: f"{day.year} {month(day)[:3]} {day.day}",
    "English, spoken": lambda day: f"{day.day}th of {month(day)} {day.year}",
    "German in words": lambda day: f"{day.day}. {month(day, 'de')} {day.year}",
    "Austrian in words": lambda day: f"{day.day}. {month(day, 'de_AT')} {day.year}",
    "French in words": lambda day: f"{day.day} {month(day, 'fr')} {day.year}",
    "Spanish in words": lambda day: f"{day.day} de {month(day, 'es')} de {day.year}",
    "Italian in words": lambda day: f"{day.day} {month(day, 'it')} {day.year}",
}
BY_FILE: dict[str, Callable[[date], str]] = {
    "US": "{:%m/%d/%Y}".format,
    "US without zeros": lambda day: f"{day.month}/{day.day}/{day.year}",
    "US and midnight": lambda day: f"{day.month}/{day.day}/{day.year} 0:00",
    "US and midnight of twelve hours": lambda day: f"{day.month}/{day.day}/{day.year} 12:00:00 AM",
    "US with a year of two digits": lambda day: f"{day.month}/{day.day}/{day:%y}",
    "US with zeros and a year of two digits": "{:%m/%d/%y}".format,
    "European": "{:%d/%m/%Y}".format,
    "European with a year of two digits": "{:%d/%m/%y}".format,
    "Dutch": "{:%d-%m-%Y}".format,
    "Dutch with a year of two digits": "{:%d-%m-%y}".format,
}


def diary(*cells: str) -> Upload:
    rows = (f'"{cell}",Creed,2015,https://boxd.it/{n}Wn9zF,,,,"{cell}"' for n, cell in enumerate(cells, 1))
    return Upload("diary.csv", table(DIARY, *rows))


def days(found: Export) -> list[date]:
    return [viewing.watched_on for viewing in found.viewings]


@pytest.mark.parametrize("write", (CLEAR | BY_FILE).values(), ids=CLEAR | BY_FILE)
def test_every_way_to_write_a_day_is_read(write: Callable[[date], str]) -> None:
    found = read([diary(*map(write, DAYS))])
    assert days(found) == [viewing.logged_on for viewing in found.viewings] == list(DAYS)
    assert found.problems == ()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(day=st.dates(date(1940, 1, 1), date(2099, 12, 31)), way=st.sampled_from(sorted(CLEAR)))
def test_a_way_that_leaves_no_choice_needs_no_other_day(day: date, way: str) -> None:
    latest = date.today().year + 1
    if "%y" in CLEAR[way](date(1999, 1, 1)) or "two digits" in way or "own" in way:
        day = day.replace(year=latest - day.year % 90, day=min(day.day, 28))
    assert days(read([diary(CLEAR[way](day))])) == [day]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    seen=st.lists(st.dates(date(2012, 1, 1), date.today() - timedelta(days=1)), min_size=1, max_size=6),
    way=st.sampled_from(sorted(BY_FILE)),
)
def test_a_day_that_its_file_tells_is_read_right_or_not_at_all(seen: list[date], way: str) -> None:
    """All of them, or a sentence that a spreadsheet changed them."""
    try:
        found = days(read([diary(*map(BY_FILE[way], sorted(seen)))]))
    except AppError as error:
        assert "either of two days" in str(error)
    else:
        assert found == sorted(seen)


def test_years_of_two_digits_lie_in_the_last_hundred() -> None:
    assert days(read([diary("1/31/98", "1/31/00", "1/31/15")])) == [date(year, 1, 31) for year in (1998, 2000, 2015)]


def test_january_is_read_as_in_germany_and_as_in_austria() -> None:
    cells = ("11. Jänner 2024", "12. Jän. 2024", "13. Januar 2024", "14. Jan. 2024", "Samstag, 15. Jänner 2022")
    assert [day.month for day in days(read([diary(*cells)]))] == [1] * len(cells)


def test_a_year_of_two_digits_stands_first_where_it_can_stand_nowhere_else() -> None:
    assert days(read([diary("15/03/13", "24/12/31")])) == [date(2015, 3, 13), date(2024, 12, 31)]


def test_one_file_is_read_in_one_way_and_the_others_follow_it() -> None:
    rated = table(RATING, "3/4/15,Creed,2015,,4")
    found = read(
        [
            diary("3/4/15", "3/13/15"),
            Upload("ratings.csv", rated),
            Upload("watched.csv", table(FILM, "3/4/15,Creed,2015,")),
        ]
    )
    assert days(found) == [date(2015, 3, 4), date(2015, 3, 13)]
    assert found.watched == {0: date(2015, 3, 4)}


@pytest.mark.parametrize("cell", ["3/4/15", "3/4/2015", "03-04-15"])
def test_days_that_nothing_decides_are_told_in_one_sentence(cell: str) -> None:
    with pytest.raises(
        AppError, match=r"^A spreadsheet has changed the dates of “diary\.csv”.*again and send that ZIP"
    ) as caught:
        read([diary(cell)])
    assert caught.value.status == 400
    watched = table(FILM, *(f"{cell},Creed {n},2015," for n in range(3)))
    found = read([Upload("watched.csv", watched)])
    assert [str(told) for told in found.warnings if "spreadsheet" in str(told)] == [
        "A spreadsheet has changed the dates of watched.csv, and 3 of them could not be read."
        " Export your data from Letterboxd again and send that ZIP unopened."
    ]
