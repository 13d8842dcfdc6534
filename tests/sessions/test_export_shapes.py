"""Tables without some of their columns or under lines of a spreadsheet's or a person's, and folders around them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from itertools import product

import pytest

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table

OPTIONAL = ("Date", "Letterboxd URI", "Rating", "Rewatch", "Tags")
CELLS = {
    "Date": "2017-12-06",
    "Name": "The Salesman",
    "Year": "2016",
    "Letterboxd URI": "https://letterboxd.com/someone/film/the-salesman-2016/",
    "Rating": "3.5",
    "Rewatch": "",
    "Tags": "cinema",
    "Watched Date": "2017-12-04",
    "Review": "Good.",
}
ABOVE = {
    "a title": "My diary of 2017",
    "a title with the delimiter": "Diary{0}2017{0}mine",
    "a title with a column's name": "Name of the film club: Alpha",
    "sep=": "sep={0}",
    "a title and sep=": "My diary\r\nsep={0}",
    "empty cells": "{0}{0}{0}{0}{0}{0}\r\n\r\nDiary",
}


def without(header: str, missing: tuple[str, ...], *, delimiter: str = ",") -> bytes:
    """One row under the header, both without the columns that are missing."""
    names = [name for name in header.split(",") if name not in missing]
    return table(delimiter.join(names), delimiter.join(CELLS[name] for name in names))


def days(found: Export) -> list[date]:
    return [viewing.watched_on for viewing in found.viewings]


@pytest.mark.parametrize("missing", [*((name,) for name in OPTIONAL), ("Letterboxd URI", "Rewatch"), OPTIONAL])
@pytest.mark.parametrize("name", ["diary.csv", "my films 2017.csv"])
def test_a_diary_may_lack_what_a_viewing_can_do_without(name: str, missing: tuple[str, ...]) -> None:
    found = read([Upload(name, without(DIARY, missing))])
    assert [(film.title, film.year) for film in found.films] == [("The Salesman", 2016)]
    assert [(seen.watched_on, seen.rewatch) for seen in found.viewings] == [(date(2017, 12, 4), False)]
    assert [seen.rating for seen in found.viewings] == [None if "Rating" in missing else 3.5]
    assert [seen.tags for seen in found.viewings] == [() if "Tags" in missing else ("cinema",)]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "header"),
    [("watched.csv", FILM), ("watchlist.csv", FILM), ("likes/films.csv", FILM), ("ratings.csv", RATING)],
)
def test_a_table_of_films_needs_neither_links_nor_dates(name: str, header: str) -> None:
    content = without(header, ("Letterboxd URI", "Date"))
    assert [film.title for film in read([Upload(name, content)]).films] == ["The Salesman"]


def test_ratings_without_links_are_known_by_their_name() -> None:
    content = without(RATING, ("Letterboxd URI",))
    assert [file.kind for file in read([Upload("my ratings (1).csv", content)]).files] == ["ratings"]


def test_a_review_without_a_column_for_its_day_stays_undated() -> None:
    found = read([Upload("reviews.csv", without(REVIEW, ("Watched Date", "Rewatch", "Letterboxd URI")))])
    assert [(review.text, review.watched_on) for review in found.reviews] == [("Good.", None)]


def test_a_list_needs_no_links() -> None:
    content = table("Position,Name,Year", "1,The Salesman,2016")
    found = read([Upload("best.csv", content)])
    assert [found.films[place.film].title for made in found.lists for place in made.films] == ["The Salesman"]


@pytest.mark.parametrize(("above", "delimiter"), list(product(ABOVE.values(), ",;\t")), ids=str)
def test_lines_above_the_header_are_passed_over(above: str, delimiter: str) -> None:
    lines = above.format(delimiter).encode() + b"\r\n"
    found = read([Upload("diary.csv", lines + without(DIARY, (), delimiter=delimiter))])
    assert days(found) == [date(2017, 12, 4)]
    assert found.problems == ()


@pytest.mark.parametrize("above", ABOVE.values(), ids=ABOVE)
def test_lines_above_a_list_leave_its_name(above: str) -> None:
    rows = (LIST, "2022-11-16,Name,Year,https://boxd.it/j8KbM,", "", PLACES, "1,The Batman,2022,https://boxd.it/eDGs,")
    found = read([Upload("best.csv", above.format(",").encode() + b"\r\n" + table(*rows))])
    assert [(made.name, made.tags, len(made.films)) for made in found.lists] == [("Name", ("Year",), 1)]


def test_a_table_too_far_below_is_none() -> None:
    with pytest.raises(AppError, match="no column “Name”"):
        read([Upload("diary.csv", b"Dear diary\r\n" * 40 + without(DIARY, ()))])


WATCHED = table(FILM, "2024-01-01,Alien,1979,https://boxd.it/28XI")
LOGGED = table(DIARY, "2024-01-01,Alien,1979,https://boxd.it/4WiDx,4,,,2024-01-01")
WHOLE = {"watched.csv": WATCHED, "diary.csv": LOGGED, "likes/films.csv": WATCHED, "deleted/diary.csv": LOGGED}
FOLDERS = ("letterboxd-someone/", "Downloads/letterboxd-someone/", "lists/mine/", "deleted/mine/", "a/b/c/d/e/f/g/h/")


def packed(files: dict[str, bytes]) -> Upload:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, archive.compression)
    return Upload("backup.zip", buffer.getvalue())


def sent(files: dict[str, bytes], *, zipped: bool) -> list[Upload]:
    return [packed(files)] if zipped else [Upload(path, content) for path, content in files.items()]


def counted(found: Export) -> tuple[int, int, int]:
    return len(found.watched), len(found.viewings), len(found.likes)


@pytest.mark.parametrize(("folder", "zipped"), list(product(FOLDERS, [True, False])))
def test_an_export_may_lie_in_folders_of_folders(folder: str, zipped: bool) -> None:
    files = {folder + path: content for path, content in WHOLE.items()}
    found = read(sent(files, zipped=zipped))
    assert counted(found) == (1, 1, 1)
    if zipped:
        assert found.problems == ()


@pytest.mark.parametrize(
    "beside", ["notes.csv", "other/notes.csv", "letterboxd-someone/more/notes.csv", "a/lists/b/c.csv"]
)
@pytest.mark.parametrize(("folder", "zipped"), list(product(["", *FOLDERS[:2]], [True, False])))
def test_a_table_beside_an_export_does_not_hide_it(beside: str, folder: str, zipped: bool) -> None:
    files = {beside: b"a,b\r\n1,2\r\n"} | {folder + path: content for path, content in WHOLE.items()}
    assert counted(read(sent(files, zipped=zipped))) == (1, 1, 1)


@pytest.mark.parametrize("zipped", [True, False])
def test_folders_with_different_files_of_an_export_are_one(zipped: bool) -> None:
    files = {"films/watched.csv": WATCHED, "log/diary.csv": LOGGED, "likes/films.csv": WATCHED}
    assert counted(read(sent(files, zipped=zipped))) == (1, 1, 1)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("folder", ["", "export-2024/"])
def test_of_two_exports_one_is_read_and_the_other_told(folder: str, zipped: bool) -> None:
    more = {"watched.csv": table(FILM, "2024-01-01,Up,2009,"), "lists/a.csv": table(PLACES, "1,Up,2009,,")}
    files = {f"old/{path}": content for path, content in more.items()}
    found = read(sent(files | {folder + path: content for path, content in WHOLE.items()}, zipped=zipped))
    assert [film.title for film in found.films] == ["Alien"]
    assert found.lists == ()
    assert f"“old/watched.csv” and the files beside it were not read, because “{folder}watched.csv”" in str(
        found.warnings[0]
    )


def test_the_newer_of_two_exports_that_are_alike_is_read() -> None:
    years = {
        f"letterboxd-someone-{year}/watched.csv": table(FILM, f"2024-01-01,Up {year},2009,") for year in (2025, 2024)
    }
    assert [film.title for film in read([packed(years)]).films] == ["Up 2025"]
