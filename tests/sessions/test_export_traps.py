"""The ways in which real Letterboxd exports mislead programs, each with the row that did it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kinograph.sessions.export import Export, ExportedFilm, Orphan, Upload, read
from kinograph.sessions.export_errors import OnlyPrivateFiles
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped

ROOT = Path(__file__).parents[2]
CREED = "2018-03-23,Creed,2015,https://boxd.it/9P3M"


def export(**files: bytes) -> Export:
    return read([zipped(**files)])


def titles(found: Export) -> list[str]:
    return [found.films[film].title for film in found.watched]


def test_01_a_diary_link_is_no_film_key() -> None:
    found = export(
        watched=table(FILM, "2024-05-03,The Social Network,2010,https://boxd.it/1RcK"),
        diary=table(
            DIARY,
            '2024-05-03,The Social Network,2010,https://boxd.it/6oDmPH,5,Yes,"lbfilmraffle, r-letterboxd",2024-05-02',
            "2023-01-01,The Social Network,2010,https://boxd.it/3ABCd1,5,,,2023-01-01",
        ),
    )
    assert len(found.films) == len(found.watched) == 1
    assert [viewing.film for viewing in found.viewings] == [0, 0]
    assert found.viewings[1].entry_id == 586081162
    assert found.viewings[1].tags == ("lbfilmraffle", "r-letterboxd")


def test_02_a_five_character_link_may_be_an_entry() -> None:
    found = export(reviews=table(REVIEW, "2016-09-10,Eraserhead,1977,https://boxd.it/bcryx,4,,Dark.,,2016-09-10"))
    assert found.films == (ExportedFilm("Eraserhead", 1977, "", None),)
    assert found.reviews[0].entry_id is not None


def test_03_links_differ_by_case_alone() -> None:
    found = export(
        watched=table(
            FILM,
            "2024-01-01,13 Assassins,2010,https://boxd.it/jqc",
            "2024-01-01,xXx: Return of Xander Cage,2017,https://boxd.it/JqC",
        )
    )
    assert len({film.letterboxd_id for film in found.films}) == 2


def test_04_line_breaks_and_commas_stay_inside_their_field() -> None:
    review = '2024-01-02,Creed,2015,https://boxd.it/1Wn9zF,,,"One.\r\n\r\nTwo, three.",,2024-01-02'
    found = export(
        watched=table(FILM, '2023-09-30,"Red, White & Royal Blue",2023,https://boxd.it/z3iG', CREED),
        reviews=table(REVIEW, review),
    )
    assert titles(found) == ["Red, White & Royal Blue", "Creed"]
    assert [review.text for review in found.reviews] == ["One.\r\n\r\nTwo, three."]


def test_05_doubled_quotes_are_one() -> None:
    found = export(
        watched=table(FILM, '2024-12-03,"Maggie Simpson in ""The Longest Daycare""",2012,https://boxd.it/3Sjc')
    )
    assert titles(found) == ['Maggie Simpson in "The Longest Daycare"']


def test_06_titles_that_look_like_values_stay_text() -> None:
    names = ["300", "9", "1917", "True", "8½", "011", "1e5", "null", "NaN"]
    found = export(watched=table(FILM, *(f"2023-12-05,{name},2004," for name in names)))
    assert titles(found) == names


def test_07_a_film_without_year_is_kept() -> None:
    found = export(watchlist=table(FILM, "2025-02-08,Heat 2,,https://boxd.it/DErS"))
    assert [(film.title, film.year) for film in found.films] == [("Heat 2", None)]


def test_07_years_that_a_program_turned_to_decimals_are_years() -> None:
    assert export(watched=table(FILM, "2023-12-05,Creed,2015.0,")).films[0].year == 2015


def test_08_extreme_years_are_kept() -> None:
    found = export(watched=table(FILM, "2024-01-01,Sallie Gardner at a Gallop,1878,", "2024-01-01,Avatar 5,2031,"))
    assert [film.year for film in found.films] == [1878, 2031]


HAUNTED = (
    "2024-01-01,The Haunted Castle,1897,https://boxd.it/3y76",
    "2024-01-01,The Haunted Castle,1897,https://boxd.it/6Pki",
)


def test_09_two_films_of_one_name_and_year_stay_two() -> None:
    found = export(watched=table(FILM, *HAUNTED), ratings=table(RATING, HAUNTED[1] + ",3"))
    assert len(found.watched) == 2
    assert found.ratings == {1: 3.0}


def test_09_an_entry_that_fits_both_goes_to_the_first_and_says_so() -> None:
    found = export(
        watched=table(FILM, *HAUNTED),
        diary=table(DIARY, "2024-01-01,The Haunted Castle,1897,https://boxd.it/6oDmPH,,,,2024-01-01"),
    )
    assert [viewing.film for viewing in found.viewings] == [0]
    assert any("The Haunted Castle" in str(warning) for warning in found.warnings)


def test_10_films_without_link_are_told_apart_by_name_and_year() -> None:
    found = export(
        watched=table(
            FILM, "2018-10-19,Apple Mac: 1984,1984,", "2020-06-04,Prada: Candy,2013,", "2020-06-04,Candy,2006,"
        )
    )
    assert len(found.watched) == 3


def test_10_a_removed_film_in_the_diary_is_a_viewing_but_no_watched_film() -> None:
    found = export(
        watched=table(FILM, CREED), diary=table(DIARY, '2020-06-04,Prada: Candy,2013,,,,"youtube, short",2020-06-03')
    )
    assert titles(found) == ["Creed"]
    assert [found.films[viewing.film].title for viewing in found.viewings] == ["Prada: Candy"]


def test_11_deleted_orphaned_and_other_peoples_files_are_not_the_ones_of_that_name() -> None:
    entry = "2024-01-01,Creed,2015,https://boxd.it/6oDmPH,,,,2024-01-01"
    found = export(
        watched=table(FILM, CREED),
        diary=table(DIARY),
        deleted__diary=table(DIARY, entry),
        deleted__reviews=table(REVIEW),
        deleted__lists__gone=table("Letterboxd list export v7", LIST, "2022-11-16,Gone,,,", "", PLACES),
        orphaned__diary=table(DIARY, entry),
        likes__reviews=table("Date,Content", "2024-01-01,https://boxd.it/6oDmPH"),
        likes__lists=table("Date,Content"),
    )
    assert not (found.viewings or found.reviews or found.lists)
    assert [file.path for file in found.files] == ["watched.csv", "diary.csv", "orphaned/diary.csv"]


ORPHANED = ("2020-01-01,Chernobyl,2019,,5,,,2020-01-01", '2021-01-01,"Prada: Candy",2013,,,Yes,"a, b",2021-01-01')


def test_11_orphaned_entries_name_dropped_films_and_count_nowhere() -> None:
    files = {"watched": table(FILM, CREED), "diary": table(DIARY), "reviews": table(REVIEW), "ratings": table(RATING)}
    dropped = export(
        **files,
        orphaned__diary=table(DIARY, *ORPHANED, ORPHANED[0]),
        orphaned__reviews=table(
            REVIEW, "2020-01-01,Chernobyl,2019,,5,,Grim.,,2020-01-01", "2020-01-01,,,,5,,No name,,"
        ),
        orphaned__comments=table("Date,Content,Comment", "2020-01-01,,Chernobyl"),
    )
    assert dropped.orphaned == (Orphan("Chernobyl", 2019, 3), Orphan("Prada: Candy", 2013, 1))
    plain = export(**files)
    assert replace(dropped, orphaned=(), files=plain.files, problems=(), unread=()) == plain
    assert [(each.path, each.rows, each.skipped) for each in dropped.files if each not in plain.files] == [
        ("orphaned/diary.csv", 3, 0),
        ("orphaned/reviews.csv", 1, 1),
    ]
    assert dropped.unread == ("orphaned/comments.csv",)


def test_11_the_columns_of_an_orphaned_file_make_no_list_or_table_of_films_of_it() -> None:
    found = export(
        watched=table(FILM, CREED),
        orphaned__diary=table(f"{PLACES},Position", "1,Ran,1985,https://boxd.it/2a9q,,1"),
        orphaned__reviews=table("Name,Year,Letterboxd URI,TMDB URI", "Ikiru,1952,https://boxd.it/2aHM,"),
    )
    assert (titles(found), found.lists) == (["Creed"], ())
    assert [film.title for film in found.orphaned] == ["Ran", "Ikiru"]


def test_11_orphaned_entries_alone_are_no_export() -> None:
    with pytest.raises(OnlyPrivateFiles) as told:
        export(orphaned__diary=table(DIARY, *ORPHANED), profile=b"Username\r\n")
    assert "only profile.csv, orphaned/diary.csv" in str(told.value)
    with pytest.raises(OnlyPrivateFiles):
        read([Upload("orphaned/reviews.csv", table(REVIEW, "2020-01-01,Chernobyl,2019,,5,,Grim.,,2020-01-01"))])


@pytest.mark.parametrize("first_lines", [("Letterboxd list export v7",), ("",), ()])
def test_12_a_list_begins_with_a_banner_or_an_empty_line(first_lines: tuple[str, ...]) -> None:
    found = export(
        watched=table(FILM, "2024-01-01,The Batman,2022,https://boxd.it/eDGs"),
        lists__2022=table(
            *first_lines,
            LIST,
            '2022-11-16,"Best of 2022, so far","top, 2022",https://boxd.it/j8KbM,"Two\r\nlines"',
            "",
            PLACES,
            "1,The Batman,2022,https://boxd.it/eDGs,",
            "2,Position,2020,https://boxd.it/eDGC,-->",
        ),
    )
    (made,) = found.lists
    assert (made.name, made.slug, made.created_on) == ("Best of 2022, so far", "2022", date(2022, 11, 16))
    assert (made.tags, made.uri, made.description) == (("top", "2022"), "https://boxd.it/j8KbM", "Two\r\nlines")
    assert [(place.position, place.film, place.note) for place in made.films] == [(1, 0, ""), (2, 1, "-->")]


def test_13_a_review_without_watched_date_is_no_viewing() -> None:
    found = export(reviews=table(REVIEW, "2016-09-10,Eraserhead,1977,https://boxd.it/bcryx,4,,In heaven.,david lynch,"))
    assert len(found.reviews) == 1
    assert found.viewings == ()


def test_the_table_of_traps_names_tests_that_exist_and_every_test_here() -> None:
    tests = ROOT / "tests"
    there = {
        name for path in tests.rglob("test_*.py") for name in re.findall(r"^def (test_\w+)", path.read_text(), re.M)
    }
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", (ROOT / "docs" / "export-traps.md").read_text(), re.MULTILINE)
    named = {int(number): set(re.findall(r"`(test_\w+)`", cell)) for number, cell in rows}
    assert list(named) == list(range(1, len(rows) + 1))
    assert named
    assert all(named.values())
    assert set().union(*named.values()) - there == set()
    numbered = {name for name in there if re.match(r"test_\d\d_", name)}
    assert {name for name in numbered if name not in named[int(name[5:7])]} == set()
