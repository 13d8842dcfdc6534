"""Files that a spreadsheet opened and saved again: other delimiters, encodings, dates and names."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table

DAYS = (date(2023, 12, 31), date(2024, 2, 1), date(2024, 5, 4))
FORMS = {"%Y-%m-%d": "", "%m/%d/%Y": "", "%d/%m/%Y": "", "%d.%m.%Y": "", "%d-%m-%Y": "", "%Y/%m/%d": " 0:00:00"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


def resaved(
    content: bytes, *, form: str = "%Y-%m-%d", delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n"
) -> bytes:
    """A table of cells without commas and quotes, whose days are ISO, as a spreadsheet might write it."""
    lines = []
    for line in content.decode().splitlines():
        cells = [_written(cell, form) for cell in line.split(",")]
        lines.append(delimiter.join(cells) + newline)
    return "".join(lines).encode(encoding)


def _written(cell: str, form: str) -> str:
    try:
        return date.fromisoformat(cell).strftime(form) + FORMS.get(form, "")
    except ValueError:
        return cell


def diary(*days: date | str, title: str = "Creed") -> bytes:
    rows = (f"{day},{title},2015,https://boxd.it/{n}Wn9zF,,,,{day}" for n, day in enumerate(days, 1))
    return table(DIARY, *rows)


def seen_on(found: Export) -> list[date]:
    return [viewing.watched_on for viewing in found.viewings]


@pytest.mark.parametrize(("form", "delimiter"), list(product(FORMS, ",;\t")))
@pytest.mark.parametrize(("encoding", "newline"), list(product(ENCODINGS, ["\r\n", "\n"])))
def test_dates_delimiters_encodings_and_line_ends_combine(
    form: str, delimiter: str, encoding: str, newline: str
) -> None:
    files = {
        "diary.csv": diary(*DAYS, title="Amélie – “Été”"),
        "watched.csv": table(FILM, f"{DAYS[0]},Amélie – “Été”,2015,https://boxd.it/9P3M"),
    }
    found = read(
        [
            Upload(name, resaved(content, form=form, delimiter=delimiter, encoding=encoding, newline=newline))
            for name, content in files.items()
        ]
    )
    assert [film.title for film in found.films] == ["Amélie – “Été”"]
    assert seen_on(found) == list(DAYS)
    assert found.watched == {0: DAYS[0]}
    assert not found.problems
    assert len(found.warnings) == (3 if encoding == "cp1252" else 1)  # there is no ratings.csv


def test_windows_1252_is_read_and_said() -> None:
    found = read([Upload("watched.csv", table(FILM, "2024-01-01,Amélie,2001,").decode().encode("cp1252"))])
    assert [film.title for film in found.films] == ["Amélie"]
    assert any("watched.csv" in said and "Windows-1252" in said for said in map(str, found.warnings))


@pytest.mark.parametrize(
    "row",
    [
        "2024-01-01,Солярис,1972,".encode("cp1251"),
        "2024-01-01,Małgorzata,2001,".encode("cp1250"),
        "2024-01-01,Amélie,2001,".encode("mac-roman"),
        "2024-01-01,千と千尋,2001,".encode("shift-jis"),
        "2024-01-01,Amélie Été Čapek ñ,2001,".encode() + b"\xff",
        "2024-01-01,Amélie,2001,".encode("latin-1") + b"\x01",
    ],
    ids=["Cyrillic", "Central European", "old Mac", "Japanese", "damaged UTF-8", "control sign"],
)
def test_other_encodings_are_refused_rather_than_misread(row: bytes) -> None:
    with pytest.raises(AppError, match=r"watched\.csv.*UTF-8"):
        read([Upload("watched.csv", table(FILM) + row)])


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y"])
def test_one_number_above_12_tells_for_the_whole_file(form: str) -> None:
    days = [date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 31)]
    assert seen_on(read([Upload("diary.csv", resaved(diary(*days), form=form))])) == days


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_order_of_the_rows_tells_the_order_of_the_date(form: str, newest_first: bool) -> None:
    days = sorted([date(2024, 1, 9), date(2024, 2, 1), date(2024, 3, 7)], reverse=newest_first)
    assert seen_on(read([Upload("diary.csv", resaved(diary(*days), form=form))])) == sorted(days)


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
def test_the_same_entry_in_another_file_tells_the_order_of_the_date(form: str) -> None:
    review = table(REVIEW, "2024-03-07,Creed,2015,https://boxd.it/1Wn9zF,,,Good.,,2024-03-07")
    found = read(
        [
            Upload("diary.csv", resaved(diary("2024-03-07", "2024-03-09"), form=form)),
            Upload("reviews.csv", review),
        ]
    )
    assert seen_on(found) == [date(2024, 3, 7), date(2024, 3, 9)]


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
def test_a_file_saved_by_the_same_person_tells_the_order_of_the_date(form: str) -> None:
    rated = table(RATING, "2024-01-01,Creed,2015,https://boxd.it/9P3M,4", "2024-01-31,Heat,1995,,4")
    found = read(
        [Upload(n, resaved(c, form=form)) for n, c in {"diary.csv": diary("2024-03-07"), "r.csv": rated}.items()]
    )
    assert seen_on(found) == [date(2024, 3, 7)]


def test_a_day_that_reads_the_same_both_ways_needs_no_evidence() -> None:
    assert seen_on(read([Upload("diary.csv", diary("5/5/2024"))])) == [date(2024, 5, 5)]


@pytest.mark.parametrize(
    "days", [["3/7/2024"], ["1/31/2024", "31/1/2024", "3/7/2024"], ["13/1/2024", "5-6-2024", "1/13/2024"]]
)
def test_a_diary_whose_days_may_be_two_is_refused(days: list[str]) -> None:
    with pytest.raises(AppError, match=r"“diary\.csv”.*either of two days.*Letterboxd again") as caught:
        read([Upload("diary.csv", diary(*days))])
    assert caught.value.status == 400


def test_an_unclear_diary_leaves_the_other_files() -> None:
    found = read([Upload("diary.csv", diary("3/7/2024")), Upload("watched.csv", table(FILM, "3/7/2024,Creed,2015,"))])
    assert found.watched == {0: None}
    assert found.viewings == ()
    assert [problem.file for problem in found.problems] == ["diary.csv", "watched.csv"]
    assert "either of two days" in str(found.warnings[0])


def test_a_review_whose_day_may_be_two_stays_without_one() -> None:
    found = read([Upload("reviews.csv", table(REVIEW, "3/7/2024,Creed,2015,,,,Good.,,3/7/2024"))])
    assert [(review.watched_on, review.logged_on, review.text) for review in found.reviews] == [(None, None, "Good.")]
    assert [problem.line for problem in found.problems] == [2, None]


@pytest.mark.parametrize(
    "cell",
    [
        "3/7/24",
        "31/2/2024",
        "13/13/2024",
        "2024-13-01",
        "7 Smarch 2024",
        "45358",
        "3/7/0024",
        "13/13/13",
        "31 Feb 2024",
        "March 2024",
        "7 March",
        "7 March 2024 Creed",
        "2024年13月1日",
        "2024-12-31 25",
        "2024-12-31 x 00:00",
        "1" * 5000,
    ],
)
def test_what_is_no_day_stays_none(cell: str) -> None:
    assert read([Upload("watched.csv", table(FILM, f"{cell},Creed,2015,"))]).watched == {0: None}


def test_rows_and_columns_that_a_spreadsheet_added_are_nothing() -> None:
    rows = [line + ",," for line in (FILM, "2024-01-01,Creed,2015,", ",,,", ",,,", "2024-01-02,Heat,1995,", ",,,")]
    found = read([Upload("watched.csv", table(*rows))])
    assert [film.title for film in found.films] == ["Creed", "Heat"]
    assert [(file.rows, file.skipped) for file in found.files] == [(2, 0)]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("letterboxd-diary.csv", diary("2024-01-01"), "diary"),
        ("my reviews of 2024.csv", table(REVIEW, "2024-01-01,Creed,2015,,,,Good.,,"), "reviews"),
        ("stars.csv", table(RATING, "2024-01-01,Creed,2015,,4"), "ratings"),
        ("film_collection.csv", table(PLACES, "1,Creed,2015,,"), "list"),
        ("watched.csv", table(PLACES, "1,Creed,2015,,"), "list"),
    ],
)
def test_renamed_files_are_known_by_their_columns(name: str, content: bytes, kind: str) -> None:
    assert [file.kind for file in read([Upload(name, content)]).files] == [kind]
    assert [file.kind for file in read([Upload(name, resaved(content, delimiter=";"))]).files] == [kind]


@pytest.mark.parametrize("banner", ["Letterboxd list export v7", ""])
@pytest.mark.parametrize(("delimiter", "encoding"), list(product(",;\t", ENCODINGS)))
def test_a_single_list_that_a_spreadsheet_filled_up_is_read(banner: str, delimiter: str, encoding: str) -> None:
    rows = [
        banner + ",,,,",
        LIST,
        "2022-11-30,Été,top,https://boxd.it/j8KbM,",
        ",,,,",
        PLACES,
        "1,Amélie,2001,,-",
    ]
    found = read([Upload("best.csv", resaved(table(*rows), form="%d/%m/%Y", delimiter=delimiter, encoding=encoding))])
    (made,) = found.lists
    assert (made.name, made.created_on, made.tags) == ("Été", date(2022, 11, 30), ("top",))
    assert [found.films[place.film].title for place in made.films] == ["Amélie"]
    assert not found.problems


@pytest.mark.parametrize(
    ("cell", "is_rewatch"), [("Yes", True), ("YES", True), ("true", True), ("No", False), ("FALSE", False)]
)
def test_rewatches_are_known_as_imports_and_spreadsheets_write_them(cell: str, *, is_rewatch: bool) -> None:
    found = read([Upload("diary.csv", table(DIARY, f"2024-01-01,Ran,1985,,4,{cell},,2024-01-01"))])
    assert [viewing.rewatch for viewing in found.viewings] == [is_rewatch]
    assert not found.problems


def test_ratings_that_became_days_are_told() -> None:
    """A German spreadsheet takes 3.5 for the third of May."""
    found = read([Upload("ratings.csv", table(RATING, "2024-01-01,Ran,1985,,03. Mai", "2024-01-01,Kes,1969,,4"))])
    assert found.ratings == {1: 4.0}
    assert str(found.warnings[0]).startswith(
        "1 rating of ratings.csv could not be read, and its film counts without it."
    )
