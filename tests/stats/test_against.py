"""What a page sets the picked against: another period, or everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.stats.address import Chip
from kinograph.stats.against import list_chips
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.periods import Pair, days_of, name_days, pair_periods, parse_viewed
from tests.sample_app import frame, made
from tests.stats.conftest import Film

__all__ = ["frame", "made"]

ADD_A_CARD = Path(__file__).parents[2] / "docs" / "add-a-card.md"

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.0, "genres": ["Drama", "War"], "liked": True, "directors": [1]}),
    ("Ikiru", 1952, {"rating": 4.0, "genres": ["Drama"], "directors": [1]}),
    ("Playtime", 1967, {"rating": 3.0, "genres": ["Comedy"], "directors": [2]}),
    ("Alien", 1979, {"rating": 5.0, "genres": ["Horror"], "directors": [3]}),
)
DIARY = (("Ran", "2023-03-01"), ("Ikiru", "2023-06-02"), ("Playtime", "2023-08-01"), ("Alien", "2024-03-05"))


def labels(html: str) -> list[str]:
    return [unescape(label) for label in re.findall(r'data-key="[^"]*" aria-label="([^"]*)"', html)]


@pytest.mark.parametrize(
    ("viewed", "against", "until", "pair"),
    [
        (
            "2024",
            "before",
            None,
            Pair((date(2024, 1, 1), date(2024, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31)), 12),
        ),
        (
            "2024-02",
            "before",
            None,
            Pair((date(2024, 2, 1), date(2024, 2, 29)), (date(2024, 1, 1), date(2024, 1, 31)), 1),
        ),
        ("2025-02", "year-earlier", None, Pair(days_of("2025-02"), days_of("2024-02"), 12)),
        # The diary ends within the year: as much of the year before.
        (
            "2024",
            "year-earlier",
            date(2024, 12, 22),
            Pair((date(2024, 1, 1), date(2024, 12, 22)), (date(2023, 1, 1), date(2023, 12, 22)), 12, is_cut=True),
        ),
        (
            "this-year",
            "before",
            date(2024, 2, 29),
            Pair((date(2024, 1, 1), date(2024, 2, 29)), (date(2023, 1, 1), date(2023, 2, 28)), 12, is_cut=True),
        ),
        (
            "last-30-days",
            "before",
            date(2024, 3, 1),
            Pair((date(2024, 2, 1), date(2024, 3, 1)), (date(2024, 1, 2), date(2024, 1, 31))),
        ),
        (
            "last-30-days",
            "year-earlier",
            date(2025, 2, 28),
            Pair((date(2025, 1, 30), date(2025, 2, 28)), (date(2024, 1, 30), date(2024, 2, 28)), 12),
        ),
        (
            "last-12-months",
            "before",
            date(2024, 6, 1),
            Pair((date(2023, 6, 2), date(2024, 6, 1)), (date(2022, 6, 2), date(2023, 6, 1)), 12),
        ),
        # A year beside one that is cut is cut as well.
        (
            "2024",
            "2021",
            date(2024, 5, 5),
            Pair((date(2024, 1, 1), date(2024, 5, 5)), (date(2021, 1, 1), date(2021, 5, 5)), 36, is_cut=True),
        ),
        (
            "2024-01-10..2024-01-19",
            "2023-05-01..2023-05-03",
            None,
            Pair((date(2024, 1, 10), date(2024, 1, 19)), (date(2023, 5, 1), date(2023, 5, 3))),
        ),
    ],
)
def test_periods_stand_beside_equally_long_ones(viewed: str, against: str, until: date | None, pair: Pair) -> None:
    assert pair_periods(viewed, against, until) == pair


days = st.dates(date(2000, 1, 1), date(2030, 12, 31))
lengths = st.integers(0, 800)


@given(days, lengths)
def test_the_time_before_ends_where_a_period_begins(first: date, length: int) -> None:
    pair = pair_periods(f"{first}..{first + timedelta(days=length)}", "before", None)
    assert pair.other[1] == first - timedelta(days=1)
    assert pair.months is not None or pair.lengths[0] == pair.lengths[1]


ever = st.dates(date(1000, 1, 1), date(2999, 12, 31))
periods = st.one_of(
    st.tuples(ever, ever).map(lambda pair: f"{min(pair)}..{max(pair)}"),
    ever.map(lambda day: f"{day:%Y-%m}"),
    ever.map(lambda day: f"{day:%Y}"),
    st.just("1000-01-01..2999-12-31"),
)


@given(periods, st.one_of(st.sampled_from(["before", "year-earlier"]), periods), st.none() | ever)
def test_whatever_is_compared_begins_no_earlier_than_a_filter_can_say(
    viewed: str, against: str, until: date | None
) -> None:
    first, last = pair_periods(parse_viewed(viewed), parse_viewed(against) if ".." in against else against, until).other
    assert date(1000, 1, 1) <= first <= last
    assert days_of(parse_viewed(name_days((first, last)))) == (first, last)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"viewed": "2024"}, ""),
        (
            {"viewed": "2024", "against": "before"},
            "Jan 1, 2024–Mar 5, 2024 compared with Jan 1, 2023–Mar 5, 2023. The diary ends within the period, so both "
            "are cut at the same point. The first has 65 days, the second 64 days. The diary begins on March 1, 2023.",
        ),
        (
            {"viewed": "2023-08", "against": "2023-06"},
            "August 2023 compared with June 2023.",
        ),
        (
            {"viewed": "2023", "against": "2024-03-01..2024-03-05"},
            "2023 compared with Mar 1, 2024–Mar 5, 2024. The first has 365 days, the second 5 days.",
        ),
        ({"viewed": "2023-06", "against": "all"}, "What is picked, compared with everything."),
        ({"viewed": "2023", "against": "before"}, "The diary begins in 2023: nothing to compare."),
        ({"viewed": "2023", "against": "2023"}, "Both are the same days: nothing to compare."),
        ({"viewed": "2023", "against": "2023-01-01..2023-12-31"}, "Both are the same days: nothing to compare."),
        ({"viewed": "2023", "against": "2025"}, "The diary ends on March 5, 2024: nothing to compare."),
        ({"against": "before"}, "Pick a period first: all time cannot be compared."),
        ({"against": "all"}, "Pick something first: this page shows everything."),
    ],
)
def test_a_sentence_says_what_stands_against_what_or_why_nothing_does(
    make_view: Callable[..., PageContext], query: dict[str, str], sentence: str
) -> None:
    view = make_view(FILMS, DIARY, query=query)
    assert view.against_sentence == sentence
    assert (view.other is None) == ("compared with" not in sentence or "nothing to" in sentence)


def test_without_a_diary_there_are_no_dates_to_compare(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, query={"viewed": "2024", "against": "before"})
    assert (view.other, view.against_sentence) == (None, "Your export has no diary, so there are no dates.")


def test_both_are_chips_that_go_one_by_one(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, query={"viewed": "2023-08", "against": "before"})
    assert list_chips(view) == [
        Chip("watched Aug 2023", "?against=before"),
        Chip("against July 2023", "?viewed=2023-08"),
    ]
    none = make_view(FILMS, DIARY, query={"against": "year-earlier"})
    assert list_chips(none) == [Chip("against a year earlier", "/session/1")]


def test_the_headline_says_how_many_fewer_and_each_figure_its_difference(make_view: Callable[..., PageContext]) -> None:
    headline = compute_headline(make_view(FILMS, DIARY, query={"viewed": "2024", "against": "2023"}))
    assert headline.against.split(". ")[0] == "1 film, as in Jan 1, 2023–Mar 5, 2023"
    assert [(credit.number, credit.label, credit.difference) for credit in headline.credits] == [
        ("1", "film", "±0"),
        ("1", "director", "±0"),
        ("5.00", "stars on average", "+1.00"),
        ("Mar 2024", "in the diary", ""),
    ]


def test_against_everything_the_headline_tells_shares(make_view: Callable[..., PageContext]) -> None:
    headline = compute_headline(make_view(FILMS, DIARY, query={"genre": "Drama", "against": "all"}))
    assert headline.against == "50% of all 4 films. What is picked, compared with everything."
    assert [(credit.label, credit.difference) for credit in headline.credits[:2]] == [
        ("films", "50%"),
        ("director", "33%"),
    ]
