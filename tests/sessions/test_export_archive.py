"""What may be sent, and the sentence for what may not."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from kinograph.errors import AppError
from kinograph.sessions.export import EmptyExport, Upload, read
from tests.sessions.export_files import DIARY, FILM, PLACES, RATING, REVIEW, table, zipped

WATCHED = table(FILM, "2018-03-23,Creed,2015,https://boxd.it/9P3M")


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, archive.compression)
    return buffer.getvalue()


def sentence(*uploads: Upload) -> str:
    with pytest.raises(AppError) as caught:
        read(uploads)
    return str(caught.value)


def paths(*uploads: Upload) -> list[str]:
    return [file.path for file in read(uploads).files]


def test_the_name_of_the_zip_says_when_it_was_made() -> None:
    assert read([zipped(watched=WATCHED)]).made_at == datetime(2026, 5, 3, 18, 29, tzinfo=UTC)


@pytest.mark.parametrize("name", ["archive.zip", "letterboxd-someone-2026-13-03-18-29-utc.zip"])
def test_another_name_does_not(name: str) -> None:
    assert read([Upload(name, zipped(watched=WATCHED).content)]).made_at is None


def test_one_wrapper_folder_and_the_litter_of_macos_are_passed_over() -> None:
    files = {
        "letterboxd-someone/watched.csv": WATCHED,
        "letterboxd-someone/likes/films.csv": WATCHED,
        "letterboxd-someone/deleted/diary.csv": table(DIARY),
        "letterboxd-someone/.DS_Store": b"\0\1",
        "__MACOSX/letterboxd-someone/._watched.csv": b"\0\1",
        "__MACOSX/._letterboxd-someone": b"\0\1",
    }
    assert paths(Upload("export.zip", packed(files))) == ["watched.csv", "likes/films.csv"]


def test_a_zip_of_nothing_but_likes_keeps_their_folder() -> None:
    assert [file.kind for file in read([Upload("e.zip", packed({"likes/films.csv": WATCHED}))]).files] == ["likes"]


def test_loose_files_are_read_together_in_any_order_of_columns_and_files() -> None:
    found = read(
        [
            Upload("diary.csv", table(DIARY, "2024-01-01,Creed,2015,,4,Yes,,2024-01-01")),
            Upload("watched.csv", table("Letterboxd URI,Year,Name,Note", "https://boxd.it/9P3M,2015,Creed,x")),
        ]
    )
    assert len(found.films) == 1
    assert found.watched == {0: None}
    assert found.viewings[0].watched_on == date(2024, 1, 1)
    assert [str(warning).split(" ")[1] for warning in found.warnings] == ["ratings.csv"]


def test_lf_and_a_byte_order_mark_and_utf_16_are_understood() -> None:
    rows = table(FILM, "2024-01-01,Amélie,2001,", newline="\n")
    for content in (rows, b"\xef\xbb\xbf" + rows, rows.decode().encode("utf-16")):
        assert read([Upload("watched.csv", content)]).films[0].title == "Amélie"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("watched.csv", "watched"),
        ("watched (1).csv", "watched"),
        ("my-watchlist.csv", "watchlist"),
        ("likes.csv", "likes"),
        ("films.csv", "likes"),
        ("likes/films.csv", "likes"),
        ("letterboxd-someone/likes/films.csv", "likes"),
    ],
)
def test_files_that_look_alike_are_told_apart_by_name(name: str, kind: str) -> None:
    assert [file.kind for file in read([Upload(name, WATCHED)]).files] == [kind]


def test_a_name_that_tells_nothing_is_asked_to_be_kept() -> None:
    assert "Keep the name" in sentence(Upload("data.csv", WATCHED))


def test_a_second_file_of_the_same_kind_is_left_out_and_named() -> None:
    found = read([Upload("watched.csv", WATCHED), Upload("watched (1).csv", WATCHED)])
    assert len(found.watched) == 1
    assert any("watched (1).csv" in str(warning) for warning in found.warnings)


def test_without_watched_csv_rated_and_logged_films_count_as_watched() -> None:
    found = read(
        [
            Upload("ratings.csv", table(RATING, "2024-01-01,Creed,2015,https://boxd.it/9P3M,4")),
            Upload("reviews.csv", table(REVIEW, "2024-01-01,Arrival,2016,https://boxd.it/6oDmPH,,,Hm.,,2023-12-31")),
            Upload("watchlist.csv", table(FILM, "2024-01-01,Heat 2,,https://boxd.it/DErS")),
        ]
    )
    assert {found.films[film].title for film in found.watched} == {"Creed", "Arrival"}
    assert [viewing.watched_on for viewing in found.viewings] == [date(2023, 12, 31)]
    assert "ratings.csv, reviews.csv" in str(found.warnings[0])
    assert "dated reviews" in str(found.warnings[1])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"\n<!DOCTYPE html><title>Letterboxd</title>", "a web page"),
        (b"Rar!\x1a\x07", "an archive"),
        (b'{"films": []}', "JSON"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Dear diary,\nI saw a film.\n", "begins with “Dear diary"),
        (b"Name,Price\nTea,2\n", "Name, Price"),
        (b"caf\x81,x\n", "UTF-8"),
        (bytes(100), "damaged"),
        (packed({}), "is empty"),
        (packed({"a.txt": b"a", "b/c.jpg": b"c"}), "it holds a.txt, b/c.jpg"),
        (packed({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "an Excel workbook"),
        (packed({"profile.csv": b"Username\r\n"}), "only profile.csv"),
        (packed({"a/b/c/d/e/f/g/h/i/watched.csv": WATCHED}), "without any file of a Letterboxd export"),
        (packed({"watched.csv": WATCHED})[:60], "damaged"),
        (packed({"inner.zip": packed({"watched.csv": WATCHED})}), "it holds inner.zip"),
    ],
)
def test_what_is_no_export_is_called_by_its_name(content: bytes, what: str) -> None:
    told = sentence(Upload("thing.csv", content))
    assert what in told
    assert "thing.csv" in told


def test_a_profile_alone_is_not_opened() -> None:
    assert "only profile.csv" in sentence(Upload("profile.csv", b"Date Joined,Username,Email Address\r\n"))


def test_a_missing_column_is_named() -> None:
    assert "no column “Watched Date”" in sentence(Upload("diary.csv", table(DIARY.replace(",Watched Date", ""))))


def test_a_list_cut_off_before_its_films_is_reported() -> None:
    cut = table("Letterboxd list export v7", "Date,Name,Tags,URL,Description", "2022-11-16,2022,,,")
    assert "Position" in sentence(Upload("2022.csv", cut))


def test_an_export_without_films_is_refused_as_one() -> None:
    with pytest.raises(EmptyExport):
        read([zipped(watched=table(FILM), diary=table(DIARY), lists__none=table(PLACES))])


def test_an_empty_file_beside_a_broken_one_is_not_what_is_told() -> None:
    assert "diary.csv" in sentence(zipped(watched=table(FILM), diary=bytes(100)))


def test_when_no_row_can_be_read_the_first_reason_is_given() -> None:
    assert "Line 2" in sentence(Upload("diary.csv", table(DIARY, "6/31/22,Knives Out,2019,,,,,6/31/22")))


def test_nothing_sent_is_told() -> None:
    assert "No file was sent" in sentence()


def test_one_bad_file_among_good_ones_is_a_problem_and_no_failure() -> None:
    found = read([Upload("watched.csv", WATCHED), Upload("cat.png", b"\x89PNG")])
    assert len(found.watched) == 1
    assert [(problem.file, problem.line) for problem in found.problems] == [("cat.png", None)]
    assert "a picture" in str(found.warnings[0])


def test_rows_of_the_wrong_width_are_skipped_by_line() -> None:
    rows = table(FILM, '2024-01-01,"Two\r\nlines",2001,', "2024-01-01,Red, White,2023,", "2024-01-01,The Soc")
    found = read([Upload("watched.csv", rows)])
    assert [film.title for film in found.films] == ["Two\r\nlines"]
    assert [problem.line for problem in found.problems] == [4, 5]
    assert [(file.rows, file.skipped) for file in found.files] == [(1, 2)]


def test_a_quote_that_never_closes_is_reported_where_it_opens() -> None:
    rows = table(FILM, "2024-01-01,Creed,2015,", '2024-01-01,"Arrival,2016,', "2024-01-01,Heat,1995,")
    found = read([Upload("watched.csv", rows)])
    assert [film.title for film in found.films] == ["Creed"]
    assert [problem.line for problem in found.problems] == [3]


def test_problems_beyond_a_hundred_are_a_number() -> None:
    rows = table(FILM, "2024-01-01,Creed,2015,", *("x" for _ in range(1500)))
    found = read([Upload("watched.csv", rows)])
    assert len(found.problems) == 101
    assert str(found.problems[-1].sentence) == "1,400 more lines like these."


def _outcome(upload: Upload) -> AppError | None:
    try:
        read([upload])
    except AppError as error:
        return error
    return None


def test_every_refusal_is_an_answer_of_the_400s() -> None:
    for content in (b"", b"%PDF", bytes(9), packed({}), packed({"watched.csv": WATCHED})[:60]):
        error = _outcome(Upload("x", content))
        assert error is not None
        assert 400 <= error.status < 500


def test_positions_of_a_list_follow_its_rows_whatever_they_say() -> None:
    rows = table(PLACES, "2,Creed,2015,,", "2,Arrival,2016,,", "x,Heat,1995,,", "9,Alien,1979,,", "1,Up,2009,,")
    (made,) = read([Upload("mixed.csv", rows)]).lists
    assert [place.position for place in made.films] == [2, 3, 4, 9, 10]


def test_names_of_files_are_kept_printable() -> None:
    found = read([Upload("watched\x00\ud800.csv", WATCHED)])
    assert [file.path for file in found.files] == ["watched.csv"]


def test_of_two_exports_in_zips_the_newest_is_read_and_none_of_the_other() -> None:
    old = Upload("letterboxd-me-2024-01-01-10-10-utc.zip", zipped(watched=WATCHED, likes__films=WATCHED).content)
    new = Upload("letterboxd-me-2025-01-01-10-10-utc.zip", zipped(watched=WATCHED).content)
    for sent in ([old, new], [new, old]):
        found = read(sent)
        assert str(found.made_at) == "2025-01-01 10:10:00+00:00"
        assert not found.likes
        assert f"“{old.name}” was not read, because “{new.name}” is also an export. Send one export at a time." in map(
            str, found.warnings
        )


def test_zips_of_different_files_are_parts_of_one_export() -> None:
    found = read([zipped(watched=WATCHED), Upload("likes.zip", zipped(likes__films=WATCHED).content)])
    assert (len(found.watched), len(found.likes)) == (1, 1)
