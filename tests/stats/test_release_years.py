from collections.abc import Callable
from typing import Any

from kinograph.stats.cards.release_years import ReleaseYears, Span, compute
from kinograph.stats.filters import Link
from kinograph.stats.view import View

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (
    ("Ran", 1985, {"countries": ["JP"]}),
    ("Brazil", 1985, {"countries": ["GB"]}),
    ("Ikiru", 1952, {"countries": ["JP"]}),
    ("Tampopo", 1985, {"countries": ["JP"]}),
    ("Untitled", None, {}),
    ("Wished for", 2020, {"watched": False}),
)


def test_counts_the_watched_films_of_each_year_and_decade(make_view: Callable[..., View]) -> None:
    assert compute(make_view(FILMS)) == ReleaseYears(
        years=(Span(1952, 1, 1, Link("?released=1952", False)), Span(1985, 3, 3, Link("?released=1985", False))),
        decades=(
            Span(1950, 1, 1, Link("?released=1950-1959", False)),
            Span(1960, 0, 0, Link("?released=1960-1969", False)),
            Span(1970, 0, 0, Link("?released=1970-1979", False)),
            Span(1980, 3, 3, Link("?released=1980-1989", False)),
        ),
        films=4,
        median=1985,
        undated=1,
        gate=None,
        era_href="?released=FROM-TO",
    )


def test_a_picked_era_keeps_the_other_years_and_the_ghost_of_the_whole(make_view: Callable[..., View]) -> None:
    card = compute(make_view(FILMS, query={"country": "JP", "released": "1985-"}))
    assert card is not None
    assert [(span.year, span.films, span.whole) for span in card.years] == [(1952, 1, 1), (1985, 2, 3)]
    assert (card.films, card.median, card.undated, card.gate) == (2, 1985, 0, (1985, 1985))
    assert card.era_href == "?country=JP&released=FROM-TO"


def test_without_a_year_there_is_no_strip(make_view: Callable[..., View]) -> None:
    assert compute(make_view([("Untitled", None, {})])) is None


def test_the_address_of_an_era_keeps_whoever_is_picked(make_view: Callable[..., View]) -> None:
    card = compute(make_view(FILMS, people={1001: "Akira Kurosawa"}, query={"director": "1001"}))
    assert card is not None
    assert card.era_href == "?director=1001&released=FROM-TO"
