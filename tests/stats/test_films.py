import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import polars as pl
import pytest
from httpx import AsyncClient

from kinograph.stats import address, film_columns, film_table, posters
from kinograph.stats.address import Filters
from kinograph.stats.film_table import FilmRow
from kinograph.stats.page_context import PageContext
from kinograph.stats.table_options import TableOptions
from tests.sessions.test_api import uploaded

RAN = ("Ran", 1985, {
    "rating": 4.5, "liked": True, "uri": "https://boxd.it/2a", "kind": "movie", "tmdb_id": 7, "original_title": "乱",
    "original_language": "ja", "runtime_minutes": 160, "vote_average": 8.0, "popularity": 21.5,
    "genres": ["Drama", "War"], "countries": ["JP", "FR"], "directors": [1], "poster_path": "/ran.jpg",
})  # fmt: skip
CLEO = (
    "Cléo from 5 to 7",
    1962,
    {
        "rating": 3.0,
        "uri": "javascript:alert(1)",
        "vote_average": 7.6,
        "directors": [2],
        "tmdb_id": -3,
        "kind": "movie",
    },
)
LOST = ("The Lost Reel", None, {"state": "unmatched"})
OUZO = ("Øuzo", 2001, {"vote_average": 5.0, "directors": [2, 1], "kind": "tv", "tmdb_id": 12})
WISH = ("A Wish", 2020, {"watched": False, "watchlist": True})
FILMS = (RAN, CLEO, LOST, OUZO, WISH)
DIARY = (("Ran", "2021-05-01"), ("Cléo from 5 to 7", "2023-02-02"), ("Ran", "2024-03-11+"))
PEOPLE = {1: "Akira Kurosawa", 2: "Agnès Varda"}


@pytest.fixture
def view(make_view: Callable[..., PageContext]) -> PageContext:
    return make_view(FILMS, DIARY, PEOPLE)


def titles(view: PageContext, query: str = "") -> list[str]:
    choices = TableOptions.parse(parse_qsl(query))
    return [row.title for row in film_table.build_table(view, choices).rows]


def test_films_of_an_old_export_lead_to_letterboxd(make_view: Callable[..., PageContext]) -> None:
    view = make_view([("Ran", 1985, {"uri": "http://letterboxd.com/film/ran/"})])
    (row,) = film_table.build_table(view, TableOptions()).rows
    (poster,) = posters.make_posters(view.watched, view)
    assert row.letterboxd == poster.href == "https://letterboxd.com/film/ran/"


def test_a_row_tells_all_that_is_known_of_a_film(view: PageContext) -> None:
    assert film_table.build_table(view, TableOptions()).rows[0] == FilmRow(
        n=0, title="Ran", year=1985, state="matched", liked=True, letterboxd="https://boxd.it/2a",
        tmdb="https://www.themoviedb.org/movie/7", original_title="乱", directors=((1, "Akira Kurosawa"),), rating=4.5,
        score=8.0, difference=0.5, last_watched=date(2024, 3, 11), first_watched=date(2021, 5, 1), viewings=2,
        runtime_minutes=160, popularity=21.5, genres=("Drama", "War"), countries=("JP", "FR"), language="ja",
    )  # fmt: skip


def test_a_film_of_which_nothing_is_known_has_a_row_too(view: PageContext) -> None:
    (row,) = film_table.build_table(view, TableOptions(search="lost reel")).rows
    assert row == FilmRow(
        n=2, title="The Lost Reel", year=None, state="unmatched", liked=False, letterboxd=None, tmdb=None
    )


def test_only_safe_links_and_numbers_of_tmdbs_own_lead_out(view: PageContext) -> None:
    rows = {row.title: (row.letterboxd, row.tmdb) for row in film_table.build_table(view, TableOptions()).rows}
    assert rows["Cléo from 5 to 7"] == (None, None)
    assert rows["Øuzo"] == (None, "https://www.themoviedb.org/tv/12")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", "Ran, Cléo, The Lost, Øuzo"),  # last watched first; without a day as the export has them
        ("watched", "Cléo, Ran, The Lost, Øuzo"),
        ("title", "Cléo, Øuzo, Ran, The Lost"),
        ("-title", "The Lost, Ran, Øuzo, Cléo"),
        ("year", "Cléo, Ran, Øuzo, The Lost"),
        ("-rating", "Ran, Cléo, The Lost, Øuzo"),
        ("rating", "Cléo, Ran, The Lost, Øuzo"),
        ("-score", "Ran, Cléo, Øuzo, The Lost"),
        ("difference", "Cléo, Ran, The Lost, Øuzo"),
        ("first", "Ran, Cléo, The Lost, Øuzo"),
        ("-viewings", "Ran, Cléo, The Lost, Øuzo"),
        ("viewings", "Cléo, Ran, The Lost, Øuzo"),
        ("runtime", "Ran, Cléo, The Lost, Øuzo"),
        ("popularity", "Cléo, Øuzo, Ran, The Lost"),
        ("director", "Cléo, Øuzo, Ran, The Lost"),
        ("-director", "Ran, Øuzo, Cléo, The Lost"),
        ("-liked", "Ran, Cléo, The Lost, Øuzo"),
        ("genres", "Ran, Cléo, The Lost, Øuzo"),
        ("nonsense", "Ran, Cléo, The Lost, Øuzo"),
    ],
)
def test_films_are_sorted_by_anything_and_the_unknown_comes_last(view: PageContext, order: str, expected: str) -> None:
    known = {"Cléo": "Cléo from 5 to 7", "The Lost": "The Lost Reel"}
    assert titles(view, f"sort={order}") == [known.get(name, name) for name in expected.split(", ")]


@pytest.mark.parametrize("column", film_columns.COLUMNS)
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_column_sorts_and_loses_nothing(view: PageContext, column: str, sign: str) -> None:
    assert sorted(titles(view, f"sort={sign}{column}")) == ["Cléo from 5 to 7", "Ran", "The Lost Reel", "Øuzo"]


@pytest.mark.parametrize("column", film_columns.COLUMNS)
@pytest.mark.parametrize("query", [{}, {"genre": "Drama"}, {"viewed": "2024"}, {"rated": "yes"}])
def test_the_page_has_the_films_of_the_file_in_their_order(
    view: PageContext, column: str, query: dict[str, str]
) -> None:
    """Of the page only what it is sorted by is looked at of all films, of the file everything."""
    view = replace(view, filters=Filters.parse(query))
    for sign in ("", "-"):
        choices = TableOptions.parse({"sort": f"{sign}{column}"})
        told = film_table.write_csv(view, choices).decode("utf-8-sig").splitlines()
        file = [row["Name"] for row in csv.DictReader(told)]
        assert [row.title for row in film_table.build_table(view, choices).rows] == file


def test_days_told_of_a_film_are_in_the_row_of_their_film(make_view: Callable[..., PageContext]) -> None:
    """They are kept in the order of the frame's films, of which some have none."""
    view = make_view(reversed(FILMS), DIARY, PEOPLE)
    rows = film_table.build_table(view, TableOptions.parse({"sort": "title"})).rows
    assert [(row.title, row.viewings, row.first_watched) for row in rows] == [
        ("Cléo from 5 to 7", 1, date(2023, 2, 2)),
        ("Øuzo", None, None),
        ("Ran", 2, date(2021, 5, 1)),
        ("The Lost Reel", None, None),
    ]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("CLEO", ["Cléo from 5 to 7"]),
        ("乱", ["Ran"]),
        ("ouzo", ["Øuzo"]),
        ("agnes", ["Cléo from 5 to 7", "Øuzo"]),
        ("varda 7", ["Cléo from 5 to 7"]),
        ("kurosawa varda", ["Øuzo"]),
        ("wish", []),
        (".*", []),
        ("  ", ["Ran", "Cléo from 5 to 7", "The Lost Reel", "Øuzo"]),
    ],
)
def test_the_search_reads_titles_and_directors_as_people_type_them(
    view: PageContext, search: str, expected: list[str]
) -> None:
    assert titles(view, f"q={search}") == expected


def test_filters_hold_for_the_table_but_its_days_are_of_the_whole_diary(make_view: Callable[..., PageContext]) -> None:
    (row,) = film_table.build_table(make_view(FILMS, DIARY, PEOPLE, query={"viewed": "2021"}), TableOptions()).rows
    assert (row.title, row.last_watched, row.viewings) == ("Ran", date(2024, 3, 11), 2)


def test_days_of_ticking_off_are_no_days_of_watching(make_view: Callable[..., PageContext]) -> None:
    many: tuple[tuple[str, int, dict[str, Any]], ...] = tuple((f"Film {n}", 2000, {}) for n in range(60))
    view = make_view(many, [*((title, "2024-01-01") for title, *_ in many), ("Film 7", "2024-02-02")])
    rows = {
        row.title: (row.first_watched, row.last_watched, row.viewings)
        for row in film_table.build_table(view, TableOptions()).rows
    }
    assert rows["Film 7"] == (date(2024, 2, 2), date(2024, 2, 2), 2)
    assert rows["Film 8"] == (None, None, 1)


def test_pages_hold_fifty_and_beyond_the_last_is_the_last(make_view: Callable[..., PageContext]) -> None:
    view = make_view(tuple((f"Film {n:03}", 2000, {}) for n in range(120)))
    second = film_table.build_table(view, TableOptions(sort="title", falls=False, page=2))
    assert (second.total, second.pages, second.first, second.last) == (120, 3, 51, 100)
    assert second.rows[0].title == "Film 050"
    beyond = film_table.build_table(view, TableOptions(sort="title", falls=False, size=100, page=9))
    assert (beyond.page, beyond.first, beyond.last) == (2, 101, 120)


@pytest.mark.parametrize(
    ("page", "pages", "near"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 400, [1, 2, None, 400]),
        (3, 400, [1, 2, 3, 4, None, 400]),
        (4, 7, [1, 2, 3, 4, 5, 6, 7]),
        (200, 400, [1, None, 199, 200, 201, None, 400]),
        (400, 400, [1, None, 399, 400]),
    ],
)
def test_far_pages_are_one_step_away(page: int, pages: int, near: list[int | None]) -> None:
    assert film_table.FilmTable((), total=0, page=page, pages=pages, first=1).near == near


def test_every_director_keeps_the_own_name_though_one_is_unknown(make_view: Callable[..., PageContext]) -> None:
    view = make_view([("Duel", 1971, {"directors": [3, 1]})], (), {1: "Akira Kurosawa"})
    assert film_table.build_table(view, TableOptions()).rows[0].directors == ((3, "?"), (1, "Akira Kurosawa"))


def test_no_films_are_one_empty_page(make_view: Callable[..., PageContext]) -> None:
    empty = film_table.build_table(make_view(), TableOptions(search="x"))
    assert (empty.rows, empty.total, empty.pages) == ((), 0, 1)


def test_an_address_says_what_differs_and_is_read_back_whole() -> None:
    choices = TableOptions(
        "agnès & co", "rating", falls=False, columns=("title", "year", "runtime"), posters=True, size=100
    )
    query = choices.to_query()
    assert query == "q=agn%C3%A8s+%26+co&sort=rating&columns=title,year,runtime&look=posters&size=100"
    pairs = {"q": "agnès & co", "sort": "rating", "columns": "runtime,year", "look": "posters", "size": "100"}
    assert TableOptions.parse(pairs) == choices
    assert TableOptions().to_query() == ""


def test_boxes_of_a_form_come_one_by_one_and_none_leaves_the_title() -> None:
    ticked = [("columns", "title"), ("columns", "runtime"), ("columns", "year"), ("columns", "junk")]
    assert TableOptions.parse(ticked).columns == ("title", "year", "runtime")
    assert TableOptions.parse({"columns": "title"}).columns == ("title",)


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "²"}, {"size": "7"}, {"look": "x"}, {"columns": "x"}])
def test_junk_in_an_address_is_as_if_it_were_not_said(query: dict[str, str]) -> None:
    assert TableOptions.parse(query) == TableOptions()


def test_a_heading_sorts_its_own_way_first_and_then_the_other() -> None:
    by_rating = TableOptions(page=3).sorted_by("rating")
    assert (by_rating.order, by_rating.page) == ("-rating", 1)
    assert by_rating.sorted_by("rating").order == "rating"
    assert by_rating.sorted_by("title").order == "title"


def test_a_number_leads_to_its_films() -> None:
    picked = Filters.parse({"country": "JP"})
    assert address.films_href(picked, session="/sample") == "/sample/films?country=JP"
    assert address.films_href(Filters(), session="/session/1") == "/session/1/films"


async def test_a_sessions_films_are_open_to_whoever_has_its_address_and_corrected_by_its_owner(
    client: AsyncClient,
) -> None:
    session_id = (await uploaded(client))["session_id"]
    address = f"/session/{session_id}/films"

    assert "How your files were read" in (await client.get(address)).text
    client.cookies.clear()
    as_stranger = await client.get(f"{address}?q=nothing+like+it")
    assert as_stranger.status_code == 200
    assert "How your files were read" not in as_stranger.text
    assert "No title or director matches." in as_stranger.text
    taken = await client.get(f"{address}.csv?columns=title")
    assert taken.headers["content-type"] == "text/csv; charset=utf-8"
    assert taken.text.splitlines()[0] == "\ufeffName,Year,Letterboxd URI,TMDB URI"
    assert len(taken.text.splitlines()) == 1 + 4
    for ending in ("films", "films.csv"):
        assert (await client.get(f"/session/{uuid4()}/{ending}")).status_code == 404


def test_when_films_were_watched_is_looked_up_once_for_a_frame(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped: list[int] = []
    group = pl.DataFrame.group_by

    def note(table: pl.DataFrame, *by: Any, **said: Any) -> Any:
        grouped.append(len(table))
        return group(table, *by, **said)

    monkeypatch.setattr(pl.DataFrame, "group_by", note)
    view = make_view((("Ran", 1985, {}), ("Ikiru", 1952, {"liked": True})), (("Ran", "2024-01-01"),))
    for query in ({}, {"liked": "yes"}, {"released": "1985"}):
        rows = film_table.build_table(replace(view, filters=Filters.parse(query)), TableOptions.parse([])).rows
        assert {row.viewings for row in rows if row.title == "Ran"} <= {1}
    assert grouped == [1]
