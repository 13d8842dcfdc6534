"""Numbers are rounded as people round: exact halves away from zero, on pages and within frames."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.i18n import decimal, ngettext, number, percent, rounded, speak, whole_hours
from kinograph.stats.list_pages import describe_hours
from kinograph.stats.rounding import half_up, tenths


def people_say(exact: Decimal, digits: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (3.125, 2, "3.13"),
        (2.675, 2, "2.68"),
        (-3.125, 2, "-3.13"),
        (7.25, 1, "7.3"),
        (1.75, 1, "1.8"),
        (-0.004, 2, "0.00"),
    ],
)
def test_halves_go_away_from_zero(value: float, digits: int, written: str) -> None:
    assert decimal(value, digits) == written


def test_whole_numbers_and_hours_round_the_same_way() -> None:
    assert [number(value) for value in (0.5, 1.5, 2.5, -2.5, 100 * 0.285, 9321.5)] == [
        "1",
        "2",
        "3",
        "-3",
        "29",
        "9,322",
    ]
    assert [whole_hours(minutes) for minutes in (29, 30, 150, 210)] == [0, 1, 3, 4]


def test_hours_of_lists_round_as_all_hours_do() -> None:
    assert [describe_hours(minutes) for minutes in (59, 90, 150)] == ["59 minutes", "2 hours", "3 hours"]


def test_german_rounds_like_english() -> None:
    speak("de")
    try:
        assert (decimal(3.125), number(2.5)) == ("3,13", "3")
    finally:
        speak("en")


@given(st.decimals(-(10**6), 10**6, places=5), st.integers(0, 3))
def test_what_is_written_is_what_a_person_would_write(exact: Decimal, digits: int) -> None:
    assert rounded(float(exact), digits) == people_say(exact, digits)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=400), st.integers(0, 2))
def test_means_of_half_stars_are_rounded_from_their_exact_value(halves: list[int], digits: int) -> None:
    exact = Decimal(sum(halves)) / Decimal(2 * len(halves))
    mean = pl.Series([half / 2 for half in halves]).mean()
    assert isinstance(mean, float)
    assert rounded(mean, digits) == people_say(people_say(exact, 9), digits)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_shares_are_rounded_from_their_exact_value(part: int, whole: int) -> None:
    exact = people_say(Decimal(100 * part) / Decimal(whole), 9)
    assert number(100 * part / whole) == f"{int(people_say(exact, 0)):,}"


@given(st.lists(st.decimals(-10, 10, places=3), min_size=1), st.integers(0, 2))
def test_columns_round_as_pages_do(numbers: list[Decimal], digits: int) -> None:
    column = pl.DataFrame({"score": [float(each) for each in numbers]})
    said = column.select(half_up(pl.col("score"), digits))["score"].to_list()
    assert [rounded(each, digits) for each in said] == [rounded(float(each), digits) for each in numbers]


@given(st.lists(st.decimals(0, 10, places=3), min_size=1))
def test_a_score_is_found_under_the_tenth_that_is_printed(scores: list[Decimal]) -> None:
    found = pl.DataFrame({"score": [float(score) for score in scores]}).select(tenths(pl.col("score")))["score"]
    assert [f"{each / 10:.1f}" for each in found] == [decimal(float(score), 1) for score in scores]


@pytest.mark.parametrize(
    ("share", "language", "written"),
    [
        (0.3, "en", "30%"),
        (0.3, "de", "30\N{NO-BREAK SPACE}%"),
        (0.285, "en", "29%"),
        (0.005, "en", "1%"),
        (0.0, "en", "0%"),
        (12.5, "en", "1,250%"),
    ],
)
def test_a_percentage_is_signed_as_its_language_does(share: float, language: str, written: str) -> None:
    speak(language)
    try:
        assert percent(share) == written
    finally:
        speak("en")


def test_a_number_is_written_once_for_all_that_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    from babel import numbers

    asked, write = [], numbers.format_decimal

    def note(value: float, **said: Any) -> str:
        asked.append(value)
        return write(value, **said)

    monkeypatch.setattr(numbers, "format_decimal", note)
    for language, written in (("en", "7,654,321"), ("de", "7.654.321")):
        speak(language)
        try:
            told = [number(7_654_321), number(7_654_321.0), number(7_654_320.6), number(7_654_321)]
            counted = [ngettext("%(n)s film", "%(n)s films", n) for n in (7_654_321, 1, 0, 7_654_321)]
        finally:
            speak("en")
        assert set(told) == {written}
        assert [text.partition(" ")[0] for text in counted] == [written, "1", "0", written]
    assert asked.count(7_654_321) == 4  # each language's, of both ways to come by it


@given(
    st.floats(-1e6, 1e6)
    | st.integers(-2_000, 2_000).map(lambda halves: halves / 2)
    | st.tuples(st.integers(-200, 200), st.floats(-1e-6, 1e-6)).map(lambda near: near[0] + 0.5 + near[1])
)
def test_what_is_far_from_a_half_rounds_as_what_is_looked_at_digit_by_digit(value: float) -> None:
    assert whole_hours(60 * value) == int(rounded(60 * value / 60))
    assert number(value).replace(",", "") == str(rounded(value))
