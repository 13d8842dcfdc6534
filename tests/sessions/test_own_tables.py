"""Kinograph's own tables, sent back: they tell what they tell and no more."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
import pytest
from httpx import AsyncClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kinograph.sessions.export import Export, Upload, read
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.formulas import unguard_cell
from kinograph.stats.csv_tables import UNSEEN, format_csv
from kinograph.stats.film_columns import COLUMNS
from tests.sessions.export_files import DIARY, FILM, RATING, REVIEW, table, zipped
from tests.sessions.test_api import upload

HEAD = "Name,Year,Directors,Rating,Liked,TMDB Score,Watched Date,First Watched Date,Viewings,Letterboxd URI,TMDB URI"
RAN = "Ran,1985,Akira Kurosawa,4.5,Yes,8.1,2024-05-02,2021-03-04,3,https://boxd.it/a,"
IKIRU = "Ikiru,1952,,,,,2022-02-02,2022-02-02,1,https://boxd.it/k,https://www.themoviedb.org/movie/3782"
KES = "Kes,1969,,3.0,,,,,,,"
FILMS = Upload("kinograph-films.csv", table(HEAD, RAN, IKIRU, KES))
OWN_DIARY = Upload(
    "kinograph-diary.csv",
    table(
        "Name,Year,Rating,Rewatch,Tags,Watched Date,Runtime,Genres,Letterboxd URI,TMDB URI",
        'Ran,1985,4.0,,"\'=a, b",2021-03-04,,,https://boxd.it/a,',
        "Ran,1985,,Yes,,2023-01-01,,,https://boxd.it/a,",
        "Ran,1985,,Yes,,2024-05-02,,,https://boxd.it/a,",
        "Ikiru,1952,,,,2022-02-02,,,https://boxd.it/k,",
    ),
)

# A year's worth of what titles and entries may be: quotes, line breaks, formulas, no year, no link, two of one name.
LIBRARY = zipped(
    watched=table(
        FILM,
        '2024-01-01,"Red, White and ""Blue""",1994,https://boxd.it/a',
        '2024-01-01,"Two\r\nlines",2001,https://boxd.it/k',
        "2024-01-01,=1+1,,https://boxd.it/u",
        "2024-01-01,'=1+1,1999,https://boxd.it/E",
        "2024-01-01, -  minus,1999,https://boxd.it/O",
        "2024-01-01,The Haunted Castle,1897,https://boxd.it/3y76",
        "2024-01-01,The Haunted Castle,1897,https://boxd.it/6Pki",
        "2024-01-01,Truman,2015,http://letterboxd.com/film/truman-2015/",
        "2024-01-01,Truman,2015,http://letterboxd.com/film/truman-2015-1/",
        "2024-01-01,Without Link,1960,",
    ),
    ratings=table(
        RATING, "2024-01-01,=1+1,,https://boxd.it/u,0.5", "2024-01-01,The Haunted Castle,1897,https://boxd.it/6Pki,5"
    ),
    diary=table(
        DIARY,
        '2024-01-01,=1+1,,https://boxd.it/6oDmPH,4,,"=tag, two",2020-01-01',
        "2024-01-01,=1+1,,https://boxd.it/6oDmPR,,Yes,,2021-01-01",
        "2024-01-01,=1+1,,https://boxd.it/6oDmPb,,Yes,,2022-01-01",
        '2024-01-01,"Red, White and ""Blue""",1994,https://boxd.it/6oDmPl,3,,,2022-01-01',
        "2024-01-01,Without Link,1960,https://boxd.it/6oDmPv,,,,2023-01-01",
        "2024-01-01,Removed,1960,https://boxd.it/6oDmPF,,,,2023-01-02",
    ),
    likes__films=table(FILM, "2024-01-01,Without Link,1960,", "2024-01-01,=1+1,,https://boxd.it/u"),
)
TOTALS = ("films", "viewings", "rewatches", "ratings", "rating_mean", "likes", "undated_films", "first_viewing")


def days(found: Export) -> list[tuple[str, str]]:
    return [(found.films[viewing.film].title, str(viewing.watched_on)) for viewing in found.viewings]


def warned(found: Export) -> list[str]:
    return [str(warning) for warning in found.warnings]


async def sent_again(client: AsyncClient, *paths: str, columns: str = ",".join(COLUMNS)) -> tuple[Any, Any]:
    """The summary of the library and that of its own tables, sent by somebody else."""
    first = (await upload(client, LIBRARY)).json()["session_id"]
    taken = [(await client.get(f"/session/{first}/{path}.csv?columns={columns}")).content for path in paths]
    client.cookies.clear()
    again = await upload(
        client, *(Upload(f"kinograph-{path}.csv", content) for path, content in zip(paths, taken, strict=True))
    )
    assert again.status_code == 201, again.text
    second = again.json()["session_id"]
    before, after = [(await client.get(f"/api/session/{each}/summary")).json() for each in (first, second)]
    return before, after


async def test_both_own_tables_sent_back_make_the_same_session(client: AsyncClient) -> None:
    before, after = await sent_again(client, "films", "diary")
    assert {name: after[name] for name in TOTALS} == {name: before[name] for name in TOTALS}
    assert before["viewings"] == 6 and before["films"] == 10


async def test_the_films_alone_have_their_stars_and_likes_and_first_and_last_day(client: AsyncClient) -> None:
    before, after = await sent_again(client, "films")
    alike = ("films", "ratings", "rating_mean", "likes", "undated_films")
    assert {name: after[name] for name in alike} == {name: before[name] for name in alike}
    assert (after["viewings"], after["rewatches"]) == (4, 0)


async def test_a_filtered_table_is_just_its_films(client: AsyncClient) -> None:
    session = (await upload(client, LIBRARY)).json()["session_id"]
    taken = (await client.get(f"/session/{session}/films.csv?rating=0.5")).content
    found = read([Upload("kinograph-films.csv", taken)])
    assert [(film.title, found.ratings[n]) for n, film in enumerate(found.films)] == [("=1+1", 0.5)]


async def test_the_diary_alone_is_a_diary(client: AsyncClient) -> None:
    before, after = await sent_again(client, "diary")
    assert [after[name] for name in ("viewings", "rewatches")] == [before[name] for name in ("viewings", "rewatches")]
    assert (after["films"], after["ratings"]) == (4, 2)  # the removed film among them: only the films' table knows


async def test_the_report_names_the_table(client: AsyncClient) -> None:
    session = (await upload(client, FILMS)).json()["session_id"]
    assert "Kinograph's table of films" in (await client.get(f"/session/{session}/reading")).text.replace("&#39;", "'")


def test_the_table_names_the_first_and_the_last_viewing() -> None:
    found = read([FILMS])
    assert [found.films[film].title for film in found.watched] == ["Ran", "Ikiru", "Kes"]
    assert (found.ratings, found.likes) == ({0: 4.5, 2: 3.0}, {0: None})
    assert days(found) == [("Ran", "2021-03-04"), ("Ikiru", "2022-02-02"), ("Ran", "2024-05-02")]
    assert {(viewing.rating, viewing.rewatch) for viewing in found.viewings} == {(None, False)}
    assert found.films[0].letterboxd_id is not None
    assert not found.problems
    assert warned(found) == [
        "“kinograph-films.csv” is Kinograph's own table of films: it holds 3 of 4 viewings and no rewatches, reviews,"
        " tags, lists or watchlist; send kinograph-diary.csv, too, to have every viewing."
    ]


def test_with_its_diary_the_viewings_are_whole() -> None:
    found = read([FILMS, OWN_DIARY])
    assert len(found.viewings) == 4
    assert sum(viewing.rewatch for viewing in found.viewings) == 2
    assert found.viewings[0].tags == ("=a", "b")
    assert found.ratings == {0: 4.5, 2: 3.0}
    assert warned(found) == [
        "“kinograph-films.csv” is Kinograph's own table of films: it holds those you watched, and no reviews, lists or"
        " watchlist."
    ]


@pytest.mark.parametrize("name", ["films.csv", "watched.csv", "diary.csv", "my films (1).csv", "lists/x.csv"])
def test_the_header_tells_the_table_whatever_it_is_called(name: str) -> None:
    (file,) = read([zipped(**{name.removesuffix(".csv").replace("/", "__"): FILMS.content})]).files
    assert file.kind == FileKind.films


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("Name,Letterboxd URI,TMDB URI", (2, 0, 0, 0)),
        ("Name,Year,Rating,Letterboxd URI,TMDB URI", (2, 1, 0, 0)),
        ("Name,Year,Liked,First Watched Date,Letterboxd URI,TMDB URI", (2, 0, 1, 2)),
        ("Name,Watched Date,Viewings,Letterboxd URI,TMDB URI", (2, 0, 0, 2)),
        ("Name,Watched Date,First Watched Date,Letterboxd URI,TMDB URI", (2, 0, 0, 3)),
    ],
)
def test_any_choice_of_its_columns_is_read(columns: str, told: tuple[int, ...]) -> None:
    rows = csv.DictReader(io.StringIO("\n".join((HEAD, RAN, IKIRU))))
    chosen = columns.split(",")
    content = table(columns, *(",".join(row[name] for name in chosen) for row in rows))
    found = read([Upload("kinograph-films.csv", b"\xef\xbb\xbf" + content)])
    assert (len(found.watched), len(found.ratings), len(found.likes), len(found.viewings)) == told
    assert not found.problems


def test_letterboxds_own_files_are_believed_before_the_table() -> None:
    watched = Upload("watched.csv", table(FILM, "2024-01-01,Ran,1985,https://boxd.it/a"))
    ratings = Upload("ratings.csv", table(RATING, "2024-01-01,Ran,1985,https://boxd.it/a,2"))
    likes = Upload("likes.csv", table(FILM, "2024-01-01,Ikiru,1952,https://boxd.it/k"))
    diary = Upload("diary.csv", table(DIARY, "2024-01-01,Ran,1985,https://boxd.it/6oDmPH,,,,2019-01-01"))
    found = read([FILMS, watched, ratings, likes, diary])
    told = [{found.films[n].title for n in marked} for marked in (found.watched, found.ratings, found.likes)]
    assert told == [{"Ran"}, {"Ran"}, {"Ikiru"}]
    assert days(found) == [("Ran", "2019-01-01")]
    assert read([FILMS, ratings]).ratings == {0: 2.0}


def test_a_dated_review_and_the_table_name_a_viewing_once() -> None:
    reviews = Upload("reviews.csv", table(REVIEW, "2024-05-03,Ran,1985,https://boxd.it/6oDmPH,4,Yes,Mud,,2024-05-02"))
    found = read([FILMS, reviews])
    assert days(found) == [("Ran", "2021-03-04"), ("Ikiru", "2022-02-02"), ("Ran", "2024-05-02")]
    assert found.viewings[-1].rewatch


def test_a_table_that_a_spreadsheet_saved_again_is_read() -> None:
    saved = FILMS.content.replace(b"2024-05-02", b"02.05.2024").replace(b"2021-03-04", b"04.03.2021")
    found = read([Upload("kinograph-films.csv", saved.replace(b",", b";").replace(b"4.5", b"4,5"))])
    assert len(found.viewings) == 3
    assert found.ratings == {0: 4.5, 2: 3.0}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'=+-@ \t＝"), max_size=8))
@example("'=x")
@example("' =x")
@example("''")
@example("\t")
def test_a_cell_that_was_guarded_against_formulas_is_restored(cell: str) -> None:
    shown = pl.Series([cell]).str.replace_all(UNSEEN, "")[0]
    cells = csv.reader(
        io.StringIO(format_csv(pl.DataFrame({"Name": [cell], "n": [1]})).decode("utf-8-sig"), newline="")
    )
    assert unguard_cell(list(cells)[1][0]) == shown
