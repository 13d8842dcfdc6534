"""ZIPs that cannot be opened, and files beyond what is read."""

from __future__ import annotations

import zipfile

import pytest

from kinograph.sessions.export import BrokenFile, ExportTooLarge, Limits, NotAnExport, Upload, read
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_export_archive import WATCHED, _outcome, packed, sentence


def test_an_encrypted_zip_is_refused_as_encrypted() -> None:
    content = bytearray(packed({"watched.csv": WATCHED}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in sentence(Upload("e.zip", bytes(content)))


def test_a_damaged_file_in_a_zip_leaves_the_others() -> None:
    files = {"watched.csv": WATCHED, "diary.csv": table(DIARY)}
    content = bytearray(packed(files, method=zipfile.ZIP_STORED))
    content[content.index(b"Watched Date")] ^= 1
    found = read([Upload("e.zip", bytes(content))])
    assert [problem.file for problem in found.problems] == ["diary.csv"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_unusual_compression_is_refused_and_said(method: int) -> None:
    with pytest.raises(BrokenFile, match=r"compression of .*watched\.csv.* is not supported") as caught:
        read([Upload("e.zip", packed({"watched.csv": WATCHED}, method=method))])
    assert caught.value.status == 415


@pytest.mark.parametrize("limits", [Limits(inflated_bytes=50), Limits(entries=1), Limits(rows=1)])
def test_limits_are_on_what_is_really_there(limits: Limits) -> None:
    upload = zipped(watched=WATCHED, likes__films=WATCHED)
    with pytest.raises(ExportTooLarge) as caught:
        read([upload], limits=limits)
    assert caught.value.status == 413


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    with pytest.raises(ExportTooLarge):
        read([Upload("bomb.zip", packed({"watched.csv": bytes(20 << 20)}))])


def test_a_line_without_end_is_too_large() -> None:
    with pytest.raises(ExportTooLarge):
        read([Upload("watched.csv", FILM.encode() + b"," * (2 << 20))])


def test_a_record_without_end_is_too_large() -> None:
    rows = FILM.encode() + b"\n" + (b"aa," * 10_000 + b'"\n",') * 40
    with pytest.raises(ExportTooLarge):
        read([Upload("watched.csv", rows)])


def test_tags_without_end_are_too_large() -> None:
    rows = table(DIARY, '2024-01-01,Creed,2015,,,,"a, b, c",2024-01-01')
    with pytest.raises(ExportTooLarge):
        read([Upload("diary.csv", rows)], limits=Limits(tags=2))


def test_rows_that_are_no_rows_count_towards_the_limit() -> None:
    with pytest.raises(ExportTooLarge):
        read([Upload("watched.csv", table(FILM, *("x" for _ in range(20))))], limits=Limits(rows=10))


def test_a_field_without_end_is_reported() -> None:
    rows = table(FILM, "2024-01-01,Creed,2015,", f'2024-01-01,"{"a" * 140_000}",2015,')
    assert [problem.line for problem in read([Upload("watched.csv", rows)]).problems] == [3]


@pytest.mark.parametrize("name", ["../../watched.csv", "/watched.csv", "..\\watched.csv"])
def test_paths_that_climb_are_only_names(name: str) -> None:
    assert isinstance(_outcome(Upload("e.zip", packed({name: WATCHED}))), NotAnExport | type(None))
