import re
from collections.abc import Callable
from datetime import date

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.rating_trend import RatingTrend, TrendPeriod, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film, Viewing

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"vote_average": 8.0}),
    ("Ikiru", 1952, {"vote_average": 7.0}),
    ("New", 2024, {}),
)
DIARY: tuple[Viewing, ...] = (
    ("Ran", "2023-12-01", 5.0),
    ("Ikiru", "2023-12-02", 4.0),
    ("Ran", "2023-12-03+", 3.0),
    ("New", "2024-02-01", 2.0),
    ("New", "2024-02-02+", 2.5),
    ("New", "2024-02-03+", 3.0),
    ("Ran", "2024-04-01+", 1.0),
    ("Ran", "2024-04-02+", 1.0),
    ("Ran", "2024-04-03+"),
)


def test_quarters_with_ratings_enough_are_compared(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == RatingTrend(
        periods=(
            TrendPeriod(
                date(2023, 10, 1),
                date(2023, 12, 31),
                3,
                4.0,
                (4.0 + 3.5 + 4.0) / 3,
                FilterLink("?viewed=2023-10-01..2023-12-31", False),
                outside=False,
            ),
            TrendPeriod(
                date(2024, 1, 1),
                date(2024, 3, 31),
                3,
                2.5,
                None,
                FilterLink("?viewed=2024-01-01..2024-03-31", False),
                outside=False,
            ),
        ),
        by_year=False,
    )


def test_a_picked_year_keeps_the_others_dimmed(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2024"}))
    assert card is not None
    assert [period.outside for period in card.periods] == [True, False]


def test_without_rated_viewings_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY[-1:])) is None


def test_a_year_without_ratings_keeps_its_room(make_view: Callable[..., PageContext]) -> None:
    diary = [("Ran", f"{year}-0{month}-01", 4.0) for year in (2020, 2022) for month in (1, 2, 3)]
    card = compute(make_view(FILMS, diary))
    assert card is not None
    html = render(card, "")
    assert re.findall(r'<circle class="you" cx="(.*?)%"', html) == ["5.56", "94.44"]
    assert re.findall(r'<text class="tick" x="(.*?)%" y="\d+">(\d+)<', html) == [
        ("5.56", "2020"),
        ("50", "2021"),
        ("94.44", "2022"),
    ]
