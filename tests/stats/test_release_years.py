from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from kinograph.stats import groups
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.amounts import Counted
from kinograph.stats.cards.release_years import Amount, ReleaseSpan, ReleaseYears, compute, render
from kinograph.stats.groups import Groups
from kinograph.stats.page_context import PageContext

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (
    ("Ran", 1985, {"countries": ["JP"]}),
    ("Brazil", 1985, {"countries": ["GB"]}),
    ("Ikiru", 1952, {"countries": ["JP"]}),
    ("Tampopo", 1985, {"countries": ["JP"]}),
    ("Untitled", None, {}),
    ("Wished for", 2020, {"watched": False}),
)


def link(**picks: str) -> FilterLink:
    return FilterLink("?" + "&".join(f"{name}={value}" for name, value in picks.items()), picked=False)


def test_counts_the_watched_films_of_each_year_and_decade(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) == ReleaseYears(
        told="films",
        years=(
            ReleaseSpan(1952, Amount(1), Amount(1), link(released="1952")),
            ReleaseSpan(1985, Amount(3), Amount(3), link(released="1985")),
        ),
        decades=(
            ReleaseSpan(1950, Amount(1), Amount(1), link(released="1950-1959")),
            ReleaseSpan(1960, Amount(0), Amount(0), link(released="1960-1969")),
            ReleaseSpan(1970, Amount(0), Amount(0), link(released="1970-1979")),
            ReleaseSpan(1980, Amount(3), Amount(3), link(released="1980-1989")),
        ),
        total=4,
        median=1985,
        best=None,
        own_mean=None,
        undated=1,
        unlogged=0,
        gate=None,
        era_href="?released=FROM-TO",
        choices=(
            ("films", FilterLink("/session/1", picked=True)),
            ("average", link(strip="average")),
            ("viewings", link(strip="viewings")),
        ),
    )


def test_a_picked_era_keeps_the_other_years_and_the_ghost_of_the_whole(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"country": "JP", "released": "1985-"}))
    assert card is not None
    assert [(span.year, span.picked, span.whole) for span in card.years] == [
        (1952, Amount(1), Amount(1)),
        (1985, Amount(2), Amount(3)),
    ]
    assert (card.total, card.median, card.undated, card.gate) == (2, 1985, 0, (1985, 1985))
    assert card.era_href == "?country=JP&released=FROM-TO"


def test_the_strip_may_tell_viewings_and_films_without_any_stand_beside(make_view: Callable[..., PageContext]) -> None:
    diary = [("Ikiru", f"2024-01-0{day}") for day in range(1, 6)]
    card = compute(make_view(FILMS, diary, query={"strip": "viewings", "country": "JP"}))
    assert card is not None
    assert [(span.year, span.picked, span.whole) for span in card.years] == [
        (1952, Amount(5), Amount(5)),
        (1985, Amount(0), Amount(0)),
    ]
    assert (card.total, card.median, card.unlogged) == (5, 1952, 2)
    assert card.years[1].link == link(strip="viewings", country="JP", released="1985")
    assert "Half of these 5 viewings are of films from 1952 or later." in render(card, "")
    assert "2 films are in no diary entry, and not counted." in render(card, "")


def test_the_strip_may_tell_averages_of_years_with_ratings_enough(make_view: Callable[..., PageContext]) -> None:
    films = [(f"Film {n}", 1985 + n // 3, {"rating": 5.0 - n}) for n in range(5)]
    card = compute(make_view(films, query={"strip": "average"}))
    assert card is not None
    assert card.own_mean == 3.0
    assert [(span.year, span.picked) for span in card.years] == [
        (1985, Amount(4.0, 3)),
        (1986, Amount(None, 2)),
    ]
    assert card.decades[0].picked == Amount(3.0, 5)
    assert card.best == (1985, 4.0, 3)
    drawn = render(card, "")
    assert "You rate 1985 best: 4.00★ over 3 ratings, against your average of 3.00." in drawn
    assert 'aria-label="1985: 4.00★ over 3 ratings"' in drawn
    assert 'href="?strip=average&amp;released=1986"' not in drawn


def test_too_few_ratings_for_any_year_are_said_to_be(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, query={"strip": "average"}))
    assert card is not None
    assert "No year has 3 ratings among these films." in render(card, "")


def test_without_a_year_there_is_no_strip(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view([("Untitled", None, {})])) is None


def test_the_address_of_an_era_keeps_whoever_is_picked(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, people={1001: "Akira Kurosawa"}, query={"director": "1001"}))
    assert card is not None
    assert card.era_href == "?director=1001&released=FROM-TO"


def test_what_stands_behind_is_counted_once_for_a_frame(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[bool] = []
    count = groups._count_by

    def note(counted: Counted, key: str | pl.Expr, own_mean: float | None) -> Groups:
        whole.append(counted.is_whole)
        return count(counted, key, own_mean)

    monkeypatch.setattr(groups, "_count_by", note)
    view = make_view(FILMS)
    for query in ({}, {"genre": "Drama"}, {"liked": "yes"}):
        assert compute(replace(view, filters=Filters.parse(query)))
    assert whole.count(True) == 2  # years and decades
    assert whole.count(False) > 2
