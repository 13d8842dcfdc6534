"""The page of a year: what its path fixes, the ways to it, and the cards that stand on it alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from httpx import AsyncClient

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards import best_films, calendar, months, records, top_cast, year_totals
from kinograph.stats.cards.best_films import BestFilm as Best
from kinograph.stats.cards.best_films import BestFilms
from kinograph.stats.cards.directors import Director, Directors
from kinograph.stats.cards.months import Month, Months
from kinograph.stats.cards.records import RecordFilm, Records
from kinograph.stats.cards.year_totals import Totals, YearTotals
from kinograph.stats.frames import Frame
from kinograph.stats.headline import compute_headline
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.pages import NavLink, link_years
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.5, "liked": True, "runtime_minutes": 162, "cast": [1, 2]}),
    ("Past Lives", 2023, {"rating": 5.0, "runtime_minutes": 106, "cast": [2]}),
    ("Anora", 2024, {"rating": 4.0, "runtime_minutes": 139}),
    ("Unseen", 2024, {"watched": False, "watchlist": True}),
)
DIARY = (
    ("Ran", "2023-02-01"),
    ("Past Lives", "2023-09-09"),
    ("Ran", "2024-02-03+"),
    ("Past Lives", "2024-02-03+"),
    ("Anora", "2024-11-05"),
)
PEOPLE = {1: "Tatsuya Nakadai", 2: "Greta Lee"}


@pytest.fixture
def of_year(make_frame: Callable[..., Frame]) -> Callable[..., PageContext]:
    def make(year: int | None = 2024, query: str = "", diary: tuple[tuple[str, str], ...] = DIARY) -> PageContext:
        fixed = (("viewed", str(year)),) if year else ()
        pairs = [tuple(part.split("=", 1)) for part in query.split("&")] if query else []
        return PageContext(
            all=make_frame(FILMS, diary, PEOPLE),
            filters=Filters.parse(pairs, page="year", fixed=fixed),  # type: ignore[arg-type]
            path=f"/session/1/year/{year}" if year else "/session/1/year",
            images=True,
            page="year",
        )

    return make


def test_the_path_filters_like_a_pick_but_no_link_repeats_or_drops_it(of_year: Callable[..., PageContext]) -> None:
    view = of_year(query="liked=yes")
    assert view.watched["title"].to_list() == ["Ran"]
    assert view.linker("genre")("War") == FilterLink("?liked=yes&genre=War", picked=False)
    assert view.filters.chips(view.all, view.path) == [("liked", "/session/1/year/2024")]


def test_the_headline_says_the_year_or_the_part_of_it_that_is_picked(of_year: Callable[..., PageContext]) -> None:
    assert compute_headline(of_year()).sentence == "3 films, 7 hours, watched in 2024."
    february = compute_headline(of_year(query="viewed=2024-02"))
    assert february.sentence == "2 films, 4 hours, watched in February 2024."


def test_the_year_goes_along_to_other_pages_as_a_filter(of_year: Callable[..., PageContext]) -> None:
    assert link_pages(of_year(query="liked=yes")).bar[0].href == "/session/1?viewed=2024&liked=yes"
    assert link_pages(of_year(query="viewed=2024-02")).bar[0].href == "/session/1?viewed=2024-02"


def test_from_other_pages_the_way_leads_to_the_newest_year_or_the_one_picked(make_frame: Callable[..., Frame]) -> None:
    def way(query: dict[str, str]) -> NavLink:
        view = PageContext(all=make_frame(FILMS, DIARY), filters=Filters.parse(query), path="/session/1", images=True)
        return next(way for way in link_pages(view).bar if way.title == "Year")

    assert way({"liked": "yes"}).href == "/session/1/year/2024?liked=yes"
    assert way({"viewed": "2023-02"}).href == "/session/1/year/2023"


def test_without_a_diary_the_way_leads_to_all_time(make_frame: Callable[..., Frame]) -> None:
    view = PageContext(all=make_frame(FILMS), filters=Filters(), path="/session/1", images=True)
    assert next(way for way in link_pages(view).bar if way.title == "Year").href == "/session/1/year"


def test_all_time_and_every_year_of_the_diary_can_be_chosen(of_year: Callable[..., PageContext]) -> None:
    assert link_years(of_year(query="liked=yes&viewed=2024-02")) == [
        NavLink("All time", "/session/1/year?liked=yes", here=False),
        NavLink("2024", "/session/1/year/2024?liked=yes", here=True),
        NavLink("2023", "/session/1/year/2023?liked=yes", here=False),
    ]


def test_figures_stand_beside_those_of_the_year_before_up_to_the_same_day(of_year: Callable[..., PageContext]) -> None:
    assert year_totals.compute(of_year()) == YearTotals(
        year=2024,
        totals=Totals(films=3, viewings=3, rewatches=2, hours=7, nights=2, liked=1, mean=4.5),
        before=Totals(films=2, viewings=2, rewatches=0, hours=4, nights=2, liked=1, mean=4.75),
        until=date(2023, 11, 5),
        new=1,
        a_week=3 / (310 / 7),
        at_once=0,
        series=0,
        to_rewatches=FilterLink("?rewatched=yes", picked=False),
        to_liked=FilterLink("?liked=yes", picked=False),
        to_new=FilterLink("?released=2024-", picked=False),
    )


def test_a_year_that_is_over_is_compared_whole(of_year: Callable[..., PageContext]) -> None:
    card = year_totals.compute(of_year(2023, diary=(("Ran", "2022-12-31"), *DIARY)))
    assert card is not None
    assert (card.until, card.before and card.before.viewings) == (None, 1)


@pytest.mark.parametrize(("made_on", "before"), [(date(2024, 11, 7), 2), (date(2025, 1, 2), 3), (None, 2)])
def test_an_export_of_a_later_year_knows_the_whole_year(
    of_year: Callable[..., PageContext], made_on: date | None, before: int
) -> None:
    diary = (*DIARY, ("Ran", "2023-12-24"))
    card = year_totals.compute(replace(of_year(diary=diary), made_on=made_on))
    assert card is not None and card.before is not None
    assert (card.before.viewings, card.until is None) == (before, before == 3)


def test_the_29th_of_february_is_compared_with_the_28th(of_year: Callable[..., PageContext]) -> None:
    card = year_totals.compute(of_year(diary=(("Ran", "2023-02-28"), ("Ran", "2024-02-29"))))
    assert card is not None
    assert (card.until, card.before and card.before.viewings) == (date(2023, 2, 28), 1)


@pytest.mark.parametrize(("year", "query"), [(2023, ""), (2024, "viewed=2024-02"), (None, "")])
def test_there_is_nothing_to_compare_with(of_year: Callable[..., PageContext], year: int | None, query: str) -> None:
    card = year_totals.compute(of_year(year, query))
    assert card is not None
    assert card.before is None


def test_figures_of_all_time_need_no_diary(of_year: Callable[..., PageContext]) -> None:
    card = year_totals.compute(of_year(None, diary=()))
    assert card is not None
    assert (card.totals.films, card.totals.hours, card.totals.nights, card.a_week) == (3, 7, 0, None)


def test_months_stand_before_those_of_the_year_before(of_year: Callable[..., PageContext]) -> None:
    counts = {2: (2, 1), 9: (0, 1), 11: (1, 0)}
    links = {n: FilterLink(f"?viewed=2024-{n:02}", picked=False) for n in range(1, 13)}
    links[2] = FilterLink("/session/1/year/2024", picked=True)
    assert months.compute(of_year(query="viewed=2024-02")) == Months(
        2024,
        tuple(Month(n, *counts.get(n, (0, 0)), links[n], n != 2) for n in range(1, 13)),
        total=2,
        busiest=(2, 2),
    )


def test_months_of_all_time_are_those_of_every_year(of_year: Callable[..., PageContext]) -> None:
    card = months.compute(of_year(None))
    assert card is not None
    assert [(month.number, month.viewings) for month in card.months if month.viewings] == [(2, 3), (9, 1), (11, 1)]
    assert card.months[1].link == FilterLink("?month=2", picked=False)
    assert (card.total, card.busiest) == (5, (2, 3))


@pytest.mark.parametrize(
    ("year", "query", "total", "busiest"),
    [(2024, "viewed=2024-03-09", 1, (3, 1)), (None, "viewed=2024-03-09", 1, (3, 1)), (None, "viewed=2024", 3, (3, 2))],
)
def test_the_sentence_of_months_counts_what_is_picked(
    of_year: Callable[..., PageContext], year: int | None, query: str, total: int, busiest: tuple[int, int]
) -> None:
    diary = tuple(("Ran", day) for day in ("2023-03-11", "2024-03-09", "2024-03-20", "2024-07-01"))
    card = months.compute(of_year(year, query, diary=diary))
    assert card is not None
    assert (card.total, card.busiest) == (total, busiest)


def test_months_need_a_diary(of_year: Callable[..., PageContext]) -> None:
    assert months.compute(of_year(None, diary=())) is None


def test_the_best_of_a_year_are_new_or_older(of_year: Callable[..., PageContext]) -> None:
    assert best_films.compute(of_year()) == BestFilms(
        new=(Best(Poster("Anora", 2024), 4.0, liked=False),),
        older=(Best(Poster("Past Lives", 2023), 5.0, liked=False), Best(Poster("Ran", 1985), 4.5, liked=True)),
    )


def test_the_best_of_all_time_are_not_told_apart(of_year: Callable[..., PageContext]) -> None:
    card = best_films.compute(of_year(None))
    assert card is not None
    assert (card.new, [film.stars for film in card.older]) == ((), [5.0, 4.5, 4.0])


def test_without_ratings_there_is_no_best(make_view: Callable[..., PageContext]) -> None:
    assert best_films.compute(make_view((("Ran", 1985, {}),))) is None


def test_extremes_are_those_that_stand_out(make_view: Callable[..., PageContext]) -> None:
    films: tuple[Film, ...] = (
        ("Short", 2001, {"runtime_minutes": 7, "vote_count": 19, "vote_average": 9.9}),
        ("Long", 1999, {"runtime_minutes": 400, "vote_count": 30, "vote_average": 8.0}),
        ("Known", 1999, {"runtime_minutes": 100, "vote_count": 900, "vote_average": 6.0}),
    )
    posters = {name: Poster(name, year) for name, year, _ in films}
    assert records.compute(make_view(films)) == Records(
        (
            RecordFilm("longest", posters["Long"], 400),
            RecordFilm("shortest", posters["Short"], 7),
            RecordFilm("oldest", posters["Known"], 1999),
            RecordFilm("known", posters["Known"], 900),
            RecordFilm("obscure", posters["Short"], 19),
            RecordFilm("loved", posters["Long"], 8),  # a score of 19 votes counts for nothing
            RecordFilm("unloved", posters["Known"], 6),
        ),
        Lookups(films=3, pending=0, missing=0),
    )


def test_of_two_films_each_would_be_an_extreme(make_view: Callable[..., PageContext]) -> None:
    assert records.compute(make_view(FILMS[:2])) is None


def test_where_all_are_alike_none_stands_out(make_view: Callable[..., PageContext]) -> None:
    assert records.compute(make_view([(f"Twin {n}", 1999, {"runtime_minutes": 90}) for n in range(3)])) is None


def test_faces_are_the_cast(of_year: Callable[..., PageContext]) -> None:
    assert top_cast.compute(of_year()) == Directors(
        top=(
            Director("Greta Lee", 2, 2, None, None, FilterLink("?cast=2", picked=False), 2),
            Director("Tatsuya Nakadai", 1, 1, None, None, FilterLink("?cast=1", picked=False), 1),
        ),
        total=2,
        unit="films",
        lookups=Lookups(films=3, pending=0, missing=0, unsaid=1),
    )


def test_the_calendar_of_a_year_offers_no_other(of_year: Callable[..., PageContext]) -> None:
    card = calendar.compute(of_year(2023))
    assert card is not None
    assert (card.year, card.years, [night.outside for night in card.nights]) == (2023, (), [False, False])


async def test_a_year_has_an_address_and_junk_has_none(client: AsyncClient, sampled: str) -> None:
    assert (await client.get("/sample/year/2024")).status_code == 200
    for outside in ("1900", "2999"):
        without = await client.get(f"/sample/year/{outside}")
        assert without.status_code == 404
        assert re.search(rf"This diary has nothing from {outside}\. It runs from 20\d\d to 20\d\d\.", without.text)
    for junk in ("19", "20245", "abcd", "2024-03"):
        assert (await client.get(f"/sample/year/{junk}")).status_code == 404


@pytest.mark.parametrize(
    ("picked", "said"), [("2024-02", "watched in February 2024"), ("2023", "watched in 2023 and watched in 2024")]
)
def test_the_year_of_a_page_is_said_unless_what_is_picked_lies_in_it(
    of_year: Callable[..., PageContext], picked: str, said: str
) -> None:
    view = of_year(2024, f"viewed={picked}")
    assert view.filters.which(view.all) == said
