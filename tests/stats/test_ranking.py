"""What the rankings by keyword, language, decade, runtime and studio share, and where they differ."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from kinograph.stats.address import FilterLink
from kinograph.stats.cards import decades, genres, keywords, languages, runtimes, studios
from kinograph.stats.frame_schema import COMPANIES
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import RankedGroup, Ranking
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    (
        "Ran",
        1985,
        {
            "runtime_minutes": 162,
            "original_language": "ja",
            "keywords": ["king", "war"],
            "companies": [7],
            "genres": ["War"],
        },
    ),
    ("Ikiru", 1952, {"runtime_minutes": 143, "original_language": "ja", "genres": ["Drama"], "companies": [8]}),
    ("Short", 1959, {"runtime_minutes": 12, "original_language": "fr", "genres": ["Drama"]}),
    ("Untold", None, {}),
)
DIARY = (("Ran", "2024-01-01"), ("Ran", "2024-01-02+"), ("Ran", "2024-01-03+"), ("Short", "2024-01-04"))


def ranking(*most: RankedGroup, unsaid: int) -> Ranking:
    return Ranking(most, (), len(most), "films", None, Lookups(films=4, pending=0, missing=0, unsaid=unsaid))


def test_keywords_count_once_for_each_film(make_view: Callable[..., PageContext]) -> None:
    assert keywords.compute(make_view(FILMS)) == ranking(
        RankedGroup("king", 1, 1, None, FilterLink("?keyword=king", False)),
        RankedGroup("war", 1, 1, None, FilterLink("?keyword=war", False)),
        unsaid=3,
    )


def test_languages_are_those_the_films_were_made_in(make_view: Callable[..., PageContext]) -> None:
    assert languages.compute(make_view(FILMS)) == ranking(
        RankedGroup("ja", 2, 2, None, FilterLink("?language=ja", False)),
        RankedGroup("fr", 1, 1, None, FilterLink("?language=fr", False)),
        unsaid=1,
    )


def test_decades_lead_to_their_years(make_view: Callable[..., PageContext]) -> None:
    assert decades.compute(make_view(FILMS)) == decades.Decades(
        ranking(
            RankedGroup("1950-1959", 2, 2, None, FilterLink("?released=1950-1959", False)),
            RankedGroup("1980-1989", 1, 1, None, FilterLink("?released=1980-1989", False)),
            unsaid=0,
        ),
        undated=1,
    )
    assert decades.compute(make_view(FILMS[3:])) is None


def test_runtimes_are_counted_by_the_half_hour(make_view: Callable[..., PageContext]) -> None:
    assert runtimes.compute(make_view(FILMS)) == ranking(
        RankedGroup("-59", 1, 1, None, FilterLink("?runtime=-59", False)),
        RankedGroup("120-149", 1, 1, None, FilterLink("?runtime=120-149", False)),
        RankedGroup("150-179", 1, 1, None, FilterLink("?runtime=150-179", False)),
        unsaid=1,
    )


def test_studios_are_named(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS)
    companies = pl.DataFrame([{"id": 7, "name": "Toho", "country": "JP"}], schema=COMPANIES)
    whole = Frame(view.all.films, view.all.viewings, view.all.people, companies)
    card = studios.compute(replace(view, all=whole))
    assert card == studios.Studios(
        ranking(
            RankedGroup("7", 1, 1, None, FilterLink("?studio=7", False)),
            RankedGroup("8", 1, 1, None, FilterLink("?studio=8", False)),
            unsaid=2,
        ),
        names=(("7", "Toho"),),
    )
    html = studios.render(card, "")
    assert "1 studio" not in html
    assert "2 studios. Most watched: Toho." in html


@pytest.mark.parametrize(
    ("count", "amounts"),
    [
        ("films", {"Drama": 2, "War": 1}),
        ("viewings", {"War": 3, "Drama": 1}),
        ("hours", {"War": 486, "Drama": 155}),
    ],
)
def test_what_is_counted_decides_the_order(
    make_view: Callable[..., PageContext], count: str, amounts: dict[str, int]
) -> None:
    card = genres.compute(make_view(FILMS, DIARY, query={"count": count}))
    assert card is not None
    assert [(entry.key, entry.amount) for entry in card.most] == list(amounts.items())
    assert card.unit == count


def test_hours_are_told_as_such_and_stay_in_every_link(make_view: Callable[..., PageContext]) -> None:
    card = genres.compute(make_view(FILMS, DIARY, query={"count": "hours"}))
    assert card is not None
    html = genres.render(card, "")
    assert 'href="?count=hours&amp;genre=War"' in html
    assert '<span class="row-count">8<span class="visually-hidden"> hours</span></span>' in html


def test_a_ranking_is_left_out_when_nothing_will_come(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS[3:])
    assert [card.compute(view) for card in (keywords, languages, decades, runtimes, studios)] == [None] * 5
