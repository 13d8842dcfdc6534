"""The traps of docs/export-traps.md from the fourteenth on."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from kinograph.sessions.export import BrokenFile, NotAnExport, Upload, read
from tests.sessions.export_files import DIARY, FILM, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.test_export_traps import CREED, export, titles


def test_14_spreadsheet_dates_are_told_by_a_number_above_12() -> None:
    found = export(
        watched=table(
            FILM,
            "5/6/2022,Creed,2015,https://boxd.it/9P3M",
            "6/30/2022,Knives Out,2019,https://boxd.it/jWEA",
        )
    )
    assert list(found.watched.values()) == [date(2022, 5, 6), date(2022, 6, 30)]


def test_14_a_date_that_may_be_two_days_costs_the_day_and_not_the_film() -> None:
    found = export(watched=table(FILM, "5/6/2022,Knives Out,2019,https://boxd.it/jWEA"))
    assert found.watched == {0: None}
    assert "1 date is not written as 2024-12-31" in str(found.problems[0].sentence)


def test_14_a_viewing_without_readable_day_is_skipped_by_line() -> None:
    found = export(
        watched=table(FILM, CREED),
        diary=table(
            DIARY,
            "2024-01-01,Creed,2015,,,,,2024-01-01",
            '2024-01-02,Creed,2015,,,,"a\r\nb",2024-01-02',
            "2024-01-02,Creed,2015,,,,,6/31/22",
        ),
    )
    assert len(found.viewings) == 2
    (problem,) = found.problems
    assert (problem.file, problem.line) == ("diary.csv", 5)
    assert "2024-12-31" in str(problem.sentence)


def test_15_semicolons_are_understood() -> None:
    found = export(diary=table(DIARY.replace(",", ";"), "2025-03-14;Arrival;2016;https://boxd.it/97aTDd;;;;2023-07-14"))
    assert [(found.films[0].title, viewing.watched_on) for viewing in found.viewings] == [
        ("Arrival", date(2023, 7, 14))
    ]


def test_16_a_renamed_file_is_known_by_its_header() -> None:
    found = read([Upload("letterboxd-diary.csv", table(DIARY, "2024-01-01,Creed,2015,,,,,2024-01-01"))])
    assert [file.kind for file in found.files] == ["diary"]


def test_16_a_list_may_begin_at_its_films() -> None:
    found = read([Upload("film_collection.csv", table(PLACES, "1,The Batman,2022,https://boxd.it/eDGs,"))])
    assert [(made.name, len(made.films)) for made in found.lists] == [("film_collection", 1)]


def test_17_a_file_of_nul_bytes_is_reported_and_the_others_read() -> None:
    found = export(watched=table(FILM, CREED), diary=bytes(2048))
    assert [file.path for file in found.files] == ["watched.csv"]
    assert [(problem.file, problem.line) for problem in found.problems] == [("diary.csv", None)]
    assert any("diary.csv" in str(warning) for warning in found.warnings)


def test_17_nothing_but_nul_bytes_is_an_error() -> None:
    with pytest.raises(BrokenFile, match=r"watched\.csv"):
        export(watched=bytes(2048))


def test_18_spaces_and_dashes_of_a_title_are_left_as_they_are() -> None:
    title = "Star Wars: Episode III –\u00a0Revenge of the Sith"
    assert titles(export(watched=table(FILM, f"2024-01-01,{title},2005,"))) == [title]


def test_19_rewatch_is_yes_or_nothing() -> None:
    found = export(
        diary=table(
            DIARY,
            "2024-01-01,Creed,2015,,,Yes,,2024-01-01",
            "2024-01-02,Creed,2015,,,,,2024-01-02",
            "2024-01-03,Creed,2015,,,again,,2024-01-03",
        )
    )
    assert [viewing.rewatch for viewing in found.viewings] == [True, False, False]
    assert [problem.line for problem in found.problems] == [4]


def test_20_films_are_counted_by_watched_and_not_by_diary() -> None:
    found = export(
        watched=table(FILM, CREED, "2024-01-01,Arrival,2016,https://boxd.it/adOs"),
        diary=table(DIARY, *(f"2024-01-0{n},Creed,2015,,,,,2024-01-0{n}" for n in range(1, 5))),
    )
    assert (len(found.watched), len(found.viewings)) == (2, 4)


def test_21_the_viewing_day_is_watched_date() -> None:
    (viewing,) = export(diary=table(DIARY, "2018-03-23,Creed,2015,,,,,2015-12-29")).viewings
    assert (viewing.watched_on, viewing.logged_on) == (date(2015, 12, 29), date(2018, 3, 23))


def test_22_a_viewing_may_lie_after_the_day_it_was_logged() -> None:
    (viewing,) = export(diary=table(DIARY, "2018-03-23,Creed,2015,,,,,2018-03-24")).viewings
    assert viewing.watched_on == date(2018, 3, 24)


def test_23_two_viewings_of_one_day_stay_two_and_in_order() -> None:
    found = export(
        diary=table(
            DIARY,
            "2025-11-15,GoodFellas,1990,https://boxd.it/bIb2DP,,,,2025-11-15",
            "2025-11-15,GoodFellas,1990,https://boxd.it/bIb0NN,5,,,2025-11-15",
        )
    )
    assert [viewing.rating for viewing in found.viewings] == [5.0, None]


def test_24_a_zip_whose_local_headers_give_no_sizes_is_read() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("watched.csv"), table(FILM, CREED), archive.compression)
    content = buffer.getvalue()
    assert content[18:26] == bytes(8)
    assert titles(read([Upload("archive.zip", content)])) == ["Creed"]


@pytest.mark.parametrize("stated", [0, 10, 2**32 - 2])
def test_24_no_stated_size_is_believed(stated: int) -> None:
    content = bytearray(zipped(watched=table(FILM, CREED)).content)
    content[22:26] = content[(at := content.index(b"PK\x01\x02") + 24) : at + 4] = stated.to_bytes(4, "little")
    try:
        assert titles(read([Upload("archive.zip", bytes(content))])) == ["Creed"]
    except BrokenFile as error:
        assert "watched.csv" in str(error)


def test_25_ratings_are_half_stars_from_half_to_five() -> None:
    cells = ["0.5", "1", "3.5", "5", "4.0", "10", "0", "3.7", "good"]
    found = export(ratings=table(RATING, *(f"2024-01-01,Film {n},2000,,{cell}" for n, cell in enumerate(cells))))
    assert found.ratings == {0: 0.5, 1: 1.0, 2: 3.5, 3: 5.0, 4: 4.0}
    assert [problem.line for problem in found.problems] == [7, 8, 9, 10]
    assert len(found.watched) == len(cells)


def test_26_the_profile_is_not_even_inflated() -> None:
    upload = zipped(profile=b"Date Joined,Username\r\n", watched=table(FILM, CREED))
    with zipfile.ZipFile(io.BytesIO(upload.content)) as archive:
        entry = archive.getinfo("profile.csv")
    start = entry.header_offset + 30 + len("profile.csv")
    spoilt = bytearray(upload.content)
    spoilt[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    found = read([Upload(upload.name, bytes(spoilt))])
    assert [file.path for file in found.files] == ["watched.csv"]
    assert not found.problems


def test_26_nothing_of_a_profile_sent_alone_is_told() -> None:
    with pytest.raises(NotAnExport) as caught:
        read([Upload("me.csv", table("Date Joined,Username,Email Address", "2018-03-01,someone,someone@example.org"))])
    assert "someone" not in str(caught.value)


def test_27_review_html_is_kept_as_typed() -> None:
    text = "<i>So</i> good & <a href=x onclick=y>better</a><script>"
    (review,) = export(reviews=table(REVIEW, f"2016-09-10,Creed,2015,,,,{text},,")).reviews
    assert review.text == text


def test_28_old_links_of_entries_find_their_film() -> None:
    found = export(
        watched=table(
            FILM,
            "2019-01-01,Creed,2015,https://letterboxd.com/film/creed/",
            "2019-01-01,Truman,2015,https://letterboxd.com/film/truman-2015/",
            "2019-01-01,Truman,2015,https://letterboxd.com/film/truman-2015-1/",
        ),
        diary=table(
            DIARY,
            "2019-01-01,Creed,2015,https://letterboxd.com/someone/film/creed/1/,,,,2019-01-01",
            "2019-01-01,Truman,2015,https://letterboxd.com/someone/film/truman-2015-1/,,,,2019-01-02",
        ),
    )
    assert [viewing.film for viewing in found.viewings] == [0, 2]
    assert [film.letterboxd_id for film in found.films] == [None] * 3
