"""Text made to mislead, to run as a program or to take for ever."""

from __future__ import annotations

import time

import pytest

from kinograph.sessions.export import Upload, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, REVIEW, table, zipped
from tests.sessions.test_export_hostile import WATCHED, _read_or_refused, at_most, packed, refused


@pytest.mark.parametrize("spoilt", [b"\xff\xfe\xfd", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80"])
def test_invalid_utf_8_is_told(spoilt: bytes) -> None:
    content = table(FILM, "2018-03-23,Amélie – Été,2001,") + spoilt
    assert "UTF-8" in str(refused(Upload("watched.csv", content)))


@pytest.mark.parametrize("content", [b"\xff\xfeD", b"\xff\xfe\x00\xd8\x00\xd8", b"\xfe\xff\xd8\x00"])
def test_half_signs_of_utf_16_are_told(content: bytes) -> None:
    assert "UTF-8" in str(refused(Upload("watched.csv", content)))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "%(file)s",
        "%s%n",
        "a\u202eb",
    ],
)
def test_formulas_and_script_are_kept_as_they_are(text: str) -> None:
    found = read(
        [
            zipped(
                watched=table(FILM, f"2018-03-23,{text},2015,"),
                diary=table(DIARY, f"2018-03-23,{text},2015,,,,{text},2018-03-23"),
                reviews=table(REVIEW, f"2018-03-23,{text},2015,,,,{text},{text},2018-03-23"),
                lists__a=table(LIST, f"2018-03-23,{text},{text},,{text}", "", PLACES, f"1,{text},2015,,{text}"),
            )
        ]
    )
    assert [film.title for film in found.films] == [text]
    assert [viewing.tags for viewing in found.viewings] == [(text,)]
    assert [(review.text, review.tags) for review in found.reviews] == [(text, (text,))]
    (made,) = found.lists
    assert (made.name, made.tags, made.description, made.films[0].note) == (text, (text,), text, text)


@pytest.mark.parametrize("name", ["<script>alert(1)<b>.csv", "%(file)s.csv", "{}.csv", "a\r\nSet-Cookie: x.csv"])
def test_names_of_files_are_only_shown(name: str) -> None:
    told = str(refused(Upload(name, WATCHED)))
    assert "".join(sign for sign in name if sign.isprintable()) in told


def test_a_name_made_to_be_searched_for_ever_is_cut() -> None:
    with at_most(seconds=5, megabytes=5):
        assert read([Upload("letterboxd-" * 20_000 + ".zip", zipped(watched=WATCHED).content)]).made_at is None


def test_thousands_of_broken_files_make_no_thousands_of_warnings() -> None:
    files = [(f"lists/{n}.csv", b"x") for n in range(2000)]
    found = read([Upload("e.zip", packed(("watched.csv", WATCHED), *files))])
    assert len(found.problems) == 1001
    assert str(found.problems[-1].sentence) == "1,000 more problems are not shown."
    assert str(found.warnings[-1]) == "1,962 more warnings are not shown."


def test_thousands_of_namesakes_make_no_thousands_of_warnings() -> None:
    rows = [f"2018-03-23,Film {n // 2},2015,https://letterboxd.com/film/f-{n}/" for n in range(4000)]
    entries = [f"2018-03-23,Film {n},2015,,,,,2018-03-23" for n in range(2000)]
    assert len(read([zipped(watched=table(FILM, *rows), diary=table(DIARY, *entries))]).warnings) == 41


@pytest.mark.parametrize(
    ("head", "unit", "times"),
    [
        (b"", b'"' + b"\n" * 999, 1000),
        (b"", b'a,"b"c\n', 100_000),
        (FILM.encode(), b'\n"', 100_000),
        (b"", b"\n", 1_000_000),
        (b"", b"\r", 1_000_000),
        (b"", b"\r\n", 10_000_000),
    ],
    ids=["quotes", "broken records", "open quotes", "empty lines", "old Mac lines", "too many lines"],
)
def test_what_is_slow_to_parse_is_bounded(head: bytes, unit: bytes, times: int) -> None:
    content = head + unit * times
    started = time.process_time()
    _read_or_refused(Upload("watched.csv", content))
    assert time.process_time() - started < 10
