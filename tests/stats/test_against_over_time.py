"""What cards over time draw of the period that a page sets its own against."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from kinograph.stats.cards import calendar, film_age, films_per_week, rating_trend
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film
from tests.stats.test_against import labels

LONG: list[Film] = [(f"Film {n}", 1990, {"vote_average": 7.0}) for n in range(12)]
NIGHTS = [(f"Film {n}", f"{2023 + n // 6}-{3 * (n % 3) + 1:02}-10", 2.0 + n // 6) for n in range(12)]


def draw(make_view: Callable[..., PageContext], card: ModuleType, **query: str) -> str:
    computed = card.compute(make_view(LONG, NIGHTS, query=query))
    return str(card.render(computed, "Title"))


def test_years_of_films_a_week_stand_before_the_year_they_are_set_against(
    make_view: Callable[..., PageContext],
) -> None:
    html = draw(make_view, films_per_week, viewed="2024", against="2023")
    assert labels(html) == ["2023: 0.1 films a week", "2024: 0.2 films a week, against 0.2 (±0.0)"]
    assert "2023, on the same scale" in html
    part = draw(make_view, films_per_week, viewed="2024-03", against="2023-03")
    assert "against 0" not in " ".join(labels(part)) and 'class="ghost"' not in part
    assert "of everything" in labels(draw(make_view, films_per_week, title="film 1", against="all"))[0]


def test_cells_of_a_whole_year_say_the_difference_to_the_other(make_view: Callable[..., PageContext]) -> None:
    assert labels(draw(make_view, film_age, viewed="2024", against="2023")) == [
        "1990s, watched in 2023: 6 viewings",
        "1990s, watched in 2024: 6 viewings, against 6 (±0)",
    ]
    assert "against" not in " ".join(labels(draw(make_view, film_age, viewed="2024-01", against="2023-01")))
    assert "of everything" in " ".join(labels(draw(make_view, film_age, title="film 1", against="all")))


def test_means_of_a_year_stand_before_those_of_the_other(make_view: Callable[..., PageContext]) -> None:
    viewings = [(title, day, rating) for title, day, rating in NIGHTS for _ in range(2)]
    card = rating_trend.compute(make_view(LONG, viewings, query={"viewed": "2024", "against": "2023"}))
    assert card is not None and not card.by_year
    assert card.befores == (None, None, None, 2.0, 2.0, 2.0)
    html = rating_trend.render(card, "Title")
    assert html.count('class="ghost"') == 3 and "2023, on the same scale" in html
    assert labels(html)[3] == "Q1 2024: you 3.00, everyone else 3.50, against 2.00 (+1.00)"
    assert "<td>+1.00</td>" in html


def test_nights_of_the_other_alone_are_gray(make_view: Callable[..., PageContext]) -> None:
    html = draw(make_view, calendar, viewed="2024-01-01..2024-06-30", against="year-earlier")
    assert html.count('class="ghost"') == 0
    assert labels(html)[0] == "January 10: 2 viewings, against 2 (±0)" and "±0 against" in html
    html = draw(make_view, calendar, viewed="2024-01-01..2024-01-31", against="2023-07-01..2023-07-31")
    assert html.count('class="ghost"') == 0 and "±0 against July 2023" in html
    html = draw(make_view, calendar, viewed="2024-02", against="2024-01")
    assert html.count('class="ghost"') == 1 and "a night with a film in January 2024 alone" in html


def test_nights_against_everything_say_shares_of_the_year(make_view: Callable[..., PageContext]) -> None:
    html = draw(make_view, calendar, title="film 6", against="all")
    assert labels(html) == ["January 10: 1 viewing, 100% against 33% of everything (+67 points)"]
    assert html.count('class="ghost"') == 2


def test_cells_of_the_other_alone_are_gray(make_view: Callable[..., PageContext]) -> None:
    films: list[Film] = [("Ran", 1985, {}), ("Ikiru", 1952, {})]
    nights = [("Ran", "2023-05-01"), ("Ikiru", "2024-12-31")]

    def draw_ages(**query: str) -> str:
        card = film_age.compute(make_view(films, nights, query=query))
        assert card is not None
        return str(film_age.render(card, "Title"))

    html = draw_ages(viewed="2024", against="2023")
    assert html.count('class="ghost"') == 1 and "viewings in 2023 alone" in html
    assert draw_ages(viewed="2024-05", against="2023-05").count('class="ghost"') == 0
    html = draw_ages(title="ikiru", against="all")
    assert html.count('class="ghost"') == 1 and "Gray: viewings, but none of what is picked." in html


def test_quarters_of_periods_that_are_no_whole_ones_apart_stand_at_the_same_place(
    make_view: Callable[..., PageContext],
) -> None:
    viewings = [(title, day, rating) for title, day, rating in NIGHTS for _ in range(2)]

    def befores(viewed: str, against: str) -> tuple[tuple[float | None, ...], str]:
        card = rating_trend.compute(make_view(LONG, viewings, query={"viewed": viewed, "against": against}))
        assert card is not None
        return card.befores, str(rating_trend.render(card, "Title"))

    values, html = befores("2024-02-01..2024-05-31", "2023-01-15..2023-05-14")
    assert values == (None, None, None, 2.0, 2.0, None)
    assert "The first quarter stands beside the first of the other period" in html
    values, html = befores("2024-02", "2024-01")  # both in one quarter, which cannot stand beside itself
    assert set(values) == {None} and "stands beside" not in html
