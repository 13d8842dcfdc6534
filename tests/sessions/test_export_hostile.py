"""Files made to harm: each is refused by a limit before it costs memory or time, or read for what it is."""

from __future__ import annotations

import io
import random
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kinograph.errors import AppError
from kinograph.sessions.export import BrokenFile, ExportTooLarge, Limits, NotAnExport, Upload, read
from tests.sessions.export_files import DIARY, FILM, table

WATCHED = table(FILM, "2018-03-23,Creed,2015,https://boxd.it/9P3M")
MB = 1 << 20


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def local(name: str, data: bytes, *, method: int = 8, size: int = 0) -> bytes:
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 33, 0, len(data), size, len(name), 0)
    return head + name.encode() + data


def central(
    name: str, *, at: int = 0, packed_size: int = 0, size: int = 0, method: int = 8, flags: int = 0, crc: int = 0
) -> bytes:
    fields = (20, 20, flags, method, 0, 33, crc, packed_size, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", *fields) + name.encode()


def end(*, entries: int, size: int, at: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, min(entries, 0xFFFF), min(entries, 0xFFFF), size, at, 0)


def zip64_end(*, entries: int, size: int, at: int) -> bytes:
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, size, at)
    return record + struct.pack("<4sIQI", b"PK\6\7", 0, min(at + size, 2**64 - 1), 1)


def archive(body: bytes, directory: bytes, *, entries: int = 1) -> Upload:
    return Upload("e.zip", body + directory + end(entries=entries, size=len(directory), at=len(body)))


def zeros(n_megabytes: int) -> bytes:
    """Deflated zeros. After a full flush a chunk deflates to the same bytes wherever it stands."""
    packer = zlib.compressobj(wbits=-15)
    start = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    chunk = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + chunk * (n_megabytes - 1) + packer.flush()


@contextmanager
def at_most(*, seconds: float, megabytes: float) -> Iterator[None]:
    """Bounds a block by processor time, which other programs do not lengthen, and by the memory Python asks for."""
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
    finally:
        spent = time.process_time() - started
        peak = tracemalloc.get_traced_memory()[1] / MB
        tracemalloc.stop()
    assert spent < seconds
    assert peak < megabytes


def refused(*uploads: Upload, limits: Limits | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        read(uploads, limits=limits)
    assert 400 <= caught.value.status < 500
    assert str(caught.value)
    return caught.value


def test_a_gigabyte_of_one_field_stops_at_the_limit() -> None:
    data = zeros(1024)
    upload = archive(local("watched.csv", data), central("watched.csv", packed_size=len(data), size=1 << 30))
    assert len(upload.content) < 2 * MB
    with at_most(seconds=8, megabytes=100):
        assert isinstance(refused(upload, limits=Limits(inflated_bytes=16 * MB)), ExportTooLarge)


def test_a_gigabyte_that_is_said_to_be_a_kilobyte_is_cut_there() -> None:
    data = zeros(1024)
    upload = archive(local("watched.csv", data), central("watched.csv", packed_size=len(data), size=1024))
    with at_most(seconds=8, megabytes=20):
        assert isinstance(refused(upload), BrokenFile)


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = packed(("watched.csv", bytes(20 * MB)))
    told = refused(Upload("e.zip", packed(("inner.zip", inner), ("lists/inner.zip", inner))))
    assert isinstance(told, NotAnExport)
    assert isinstance(refused(Upload("e.zip", packed(("watched.csv", inner)))), BrokenFile | NotAnExport)


def test_entries_that_share_their_data_count_each_time() -> None:
    data = zeros(8)
    names = [f"lists/{n}.csv" for n in range(100)]
    directory = b"".join(central(name, packed_size=len(data), size=8 * MB) for name in names)
    upload = archive(local(names[0], data), directory, entries=len(names))
    with at_most(seconds=8, megabytes=60):
        assert isinstance(refused(upload, limits=Limits(inflated_bytes=16 * MB)), AppError)


def test_of_entries_with_one_name_the_first_counts() -> None:
    names = ["watched.csv", "watched.csv", "Watched.CSV"]
    rows = [WATCHED, WATCHED.replace(b"Creed", b"Heat"), WATCHED.replace(b"Creed", b"Alien")]
    directory = body = b""
    for name, content in zip(names, rows, strict=True):
        directory += central(
            name, at=len(body), packed_size=len(content), size=len(content), method=0, crc=zlib.crc32(content)
        )
        body += local(name, content, method=0, size=len(content))
    found = read([archive(body, directory, entries=3)])
    assert [film.title for film in found.films] == ["Creed"]
    assert [problem.file for problem in found.problems] == names[1:]


@pytest.mark.parametrize("stated", [1, 65_535, 1_000_000])
def test_a_million_entries_are_refused_before_they_are_listed(stated: int) -> None:
    directory = central("lists/a.csv") * 1_000_000
    body = local("lists/a.csv", b"")
    big = zip64_end(entries=stated, size=len(directory), at=len(body)) if stated > 65_535 else b""
    content = body + directory + big + end(entries=stated, size=len(directory), at=len(body))
    with at_most(seconds=5, megabytes=1):
        assert isinstance(refused(Upload("e.zip", content)), ExportTooLarge)


@pytest.mark.parametrize("at", [2**63, 2**64 - 1])
def test_a_directory_beyond_all_files_is_damage(at: int) -> None:
    content = local("watched.csv", b"") + zip64_end(entries=1, size=46, at=at) + end(entries=1, size=46, at=0)
    assert isinstance(refused(Upload("e.zip", content)), BrokenFile)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("packed_size", 0),
        ("packed_size", 5),
        ("size", 0),
        ("size", 10),
        ("crc", 1),
        ("at", 7),
    ],
)
def test_wrong_numbers_in_the_directory_are_damage(field: str, value: int) -> None:
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(WATCHED) + packer.flush()
    right = {"packed_size": len(data), "size": len(WATCHED), "crc": zlib.crc32(WATCHED), "at": 0}
    body = local("watched.csv", data, size=len(WATCHED))
    assert len(read([archive(body, central("watched.csv", **right))]).films) == 1
    assert isinstance(refused(archive(body, central("watched.csv", **(right | {field: value})))), BrokenFile)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/watched.csv",
        "/etc/watched.csv",
        "..\\..\\watched.csv",
        "C:\\watched.csv",
        "lists/../../watched.csv",
        "lists/../../../etc/cron.d/x.csv",
    ],
)
def test_paths_that_climb_write_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for upload in (Upload("e.zip", packed((name, WATCHED))), Upload(name, WATCHED)):
        try:
            assert all(".." not in file.path and ":" not in file.path for file in read([upload]).files)
        except NotAnExport as error:
            assert str(error)
    assert not list(tmp_path.iterdir())


def test_a_symlink_is_a_file_that_holds_a_path() -> None:
    link = zipfile.ZipInfo("watched.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "no column “Name”" in str(refused(Upload("e.zip", packed((link, b"/etc/hostname")))))


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2001])
def test_encrypted_entries_are_refused_as_encrypted(flags: int) -> None:
    upload = archive(local("watched.csv", bytes(30)), central("watched.csv", packed_size=30, size=18, flags=flags))
    assert "password" in str(refused(upload))


@pytest.mark.parametrize("damage", range(40))
def test_a_zip_cut_anywhere_is_damaged(damage: int) -> None:
    content = packed(("watched.csv", WATCHED), ("diary.csv", table(DIARY)))
    refused(Upload("e.zip", content[: len(content) * damage // 40]))


def test_random_bytes_are_no_export() -> None:
    chance = random.Random(7)
    for start in (b"", b"PK\3\4", b"PK\5\6", b"\xff\xfe", FILM.encode() + b"\n"):
        for size in (1, 30, 400, 5000):
            content = start + chance.randbytes(size)
            if start.startswith(b"Date"):
                _read_or_refused(Upload("watched.csv", content))
            else:
                refused(Upload("watched.csv", content))


def _read_or_refused(upload: Upload) -> None:
    try:
        read([upload])
    except AppError as error:
        assert str(error)


def test_megabytes_of_nul_are_damage() -> None:
    with at_most(seconds=5, megabytes=40):
        assert isinstance(refused(Upload("watched.csv", bytes(30 * MB))), BrokenFile)


def test_a_hundred_megabytes_of_csv_are_too_large() -> None:
    content = WATCHED + b"2018-03-23,Creed,2015,\r\n" * (100 * MB // 24)
    with at_most(seconds=5, megabytes=1):
        assert isinstance(refused(Upload("watched.csv", content)), ExportTooLarge)


def test_rows_stop_being_read_at_the_limit() -> None:
    content = WATCHED + b"2018-03-23,Creed,2015,\r\n" * 400_000
    with at_most(seconds=15, megabytes=30):
        assert isinstance(refused(Upload("watched.csv", content), limits=Limits(rows=20_000)), ExportTooLarge)


@pytest.mark.parametrize("unit", [b",", b"a;", b"\t", b'"",'])
@pytest.mark.parametrize("head", [b"", FILM.encode() + b"\r\n", FILM.encode() + b'\r\n"'])
def test_ten_million_columns_are_never_made(unit: bytes, head: bytes) -> None:
    line = unit * 10_000_000
    with at_most(seconds=8, megabytes=70):
        assert isinstance(refused(Upload("watched.csv", head + line)), ExportTooLarge | NotAnExport)


def test_a_field_of_megabytes_stops_the_file() -> None:
    with at_most(seconds=8, megabytes=70):
        found = read([Upload("watched.csv", WATCHED + b'2018-03-23,"' + (b"a" * 999 + b"\n") * 10_000)])
    assert [problem.line for problem in found.problems] == [3]
