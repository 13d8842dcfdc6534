"""Uploads are read in processes that end, whatever is in the files."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from urllib.request import Request, urlopen

import psutil
import pytest

from kinograph.sessions import export, sandbox
from kinograph.sessions.export import Upload
from kinograph.sessions.sandbox import Readers, Spooled
from tests.browser import free_port
from tests.sessions.export_files import FILM, table, zipped
from tests.sessions.test_intake import EXPORT

ROOT = Path(__file__).parents[2]


def spooled(content: bytes, name: str = "export.zip") -> Spooled:
    file = TemporaryFile()  # noqa: SIM115 - closed as it goes
    file.write(content)
    file.flush()
    return Spooled(file, [(name, len(content))])


async def test_an_export_comes_back_as_it_was_read() -> None:
    came = await Readers().read(spooled(EXPORT.content))
    assert came == export.read([replace(EXPORT, name="export.zip")])
    rows = (*came.films, *came.viewings, *came.reviews, *came.lists[0].films)
    assert {type(row) for row in rows} == {export.ExportedFilm, export.Viewing, export.Review, export.ListFilm}


def test_a_day_crosses_once_however_many_rows_have_it() -> None:
    """Each would be made anew by both processes: it was the most of what crossing took."""
    day = "2024-01-01"
    films = [f"{day},Film {n},2020,https://boxd.it/{'bcdfghjkmn'[n]}0" for n in range(10)]
    read = export.read([zipped(watched=table(FILM, *films), watchlist=table(FILM, *films))])
    days = [*read.watched.values(), *read.watchlist.values()]
    assert len(days) == 20 and len(set(map(id, days))) == 1


async def test_errors_come_back_with_their_sentence() -> None:
    with pytest.raises(export.NotAnExport, match=r"holiday\.png"):
        await Readers().read(spooled(b"\x89PNG\r\n\x1a\n", "holiday.png"))


async def test_a_reader_that_takes_too_long_is_ended() -> None:
    with pytest.raises(sandbox.TookTooLong):
        await Readers(deadline=0.0).read(spooled(EXPORT.content))
    assert _readers() == []


async def test_a_reader_that_takes_too_much_memory_is_ended() -> None:
    with pytest.raises(sandbox.TooMuch):
        await Readers(memory=1 << 20).read(spooled(bytes(64 << 20)))
    assert _readers() == []


def run_out_of_memory(_: object) -> None:
    """As a library of Rust does."""
    os.write(2, b"memory allocation of 9 bytes failed\n")
    os.abort()


def count_parts(uploads: list[Upload]) -> int:
    return len(uploads)


def wait_a_moment(uploads: list[Upload]) -> int:
    time.sleep(0.1)
    return len(uploads)


def fail(_: object) -> None:
    raise ValueError("a bug of ours")


READING = """
import asyncio
from contextlib import suppress
from tests.sessions import test_sandbox

with suppress(test_sandbox.sandbox.TooMuch):
    asyncio.run(test_sandbox.Readers().read_by(test_sandbox.{name}, test_sandbox.spooled(b"x")))
    print("answered")
"""


def said_by(name: str) -> str:
    """Of a program that reads by this function; what it logs goes there as well."""
    ran = subprocess.run(
        [sys.executable, "-c", READING.format(name=name)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == ""
    return ran.stderr


def test_a_reader_that_aborts_leaves_one_line() -> None:
    assert said_by("run_out_of_memory") == "a process that reads an upload ended before it answered: SIGABRT\n"


def test_an_error_of_ours_in_a_reader_is_told_in_full() -> None:
    told = said_by("fail")
    assert "ValueError: a bug of ours" in told and told.endswith("ended before it answered: exit code 1\n")


def _readers() -> list[psutil.Process]:
    """Children of the fork server, which is a child of ours."""
    return [
        child
        for server in psutil.Process().children()
        if "forkserver" in " ".join(server.cmdline())
        for child in server.children()
        if child.status() != psutil.STATUS_ZOMBIE
    ]


def _helpers() -> list[str]:
    """Processes that the reading of uploads leaves beside us."""
    said = [" ".join(child.cmdline()) for child in _descendants(os.getpid())]
    return sorted(name for name in ("forkserver", "resource_tracker") if any(name in each for each in said))


async def test_at_rest_nothing_is_left_that_reads_and_the_next_upload_is_read_all_the_same() -> None:
    readers = Readers()
    readers.warm_soon()
    await readers.close()
    assert _helpers() == ["forkserver", "resource_tracker"]

    await readers.rest()

    assert _helpers() == []
    for _ in range(2):
        assert await readers.read_by(count_parts, spooled(b"x")) == 1
    assert _helpers() == ["forkserver", "resource_tracker"]


async def test_what_reads_is_not_ended_while_it_does() -> None:
    readers = Readers()
    reading = asyncio.create_task(readers.read_by(wait_a_moment, spooled(b"x")))
    await asyncio.sleep(0)
    await readers.rest()
    assert await reading == 1


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="k") as name:
        yield Path(name)


def test_nothing_of_an_upload_is_left_when_the_server_is_killed(
    database_url: str, tmp_path: Path, short_folder: Path
) -> None:
    folder = short_folder  # the socket of the server that forks readers is in it, whose path may have 107 signs
    rows = (f"2020-01-01,Film {n},2001,https://boxd.it/{n}\r\n" for n in range(100_000))
    big = zipped(watched=("Date,Name,Year,Letterboxd URI\r\n" + "".join(rows)).encode()).content
    port = free_port()
    environ = {**os.environ, "DATABASE_URL": database_url, "TMPDIR": str(folder), "KINOGRAPH_PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "kinograph", "web"], env=environ, cwd=tmp_path)
    try:
        _wait(lambda: _answers(port))
        sending = Thread(target=_send, args=(port, big), daemon=True)
        sending.start()
        _wait(
            lambda: len(_descendants(server.pid)) > 2
        )  # the reader, beside the server it is forked from and a tracker
        readers = _descendants(server.pid)
    finally:
        server.kill()
        server.wait()
    sending.join()
    psutil.wait_procs(readers, timeout=60)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def _answers(port: int) -> bool:
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz"):
        return True
    return False


def _descendants(pid: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(pid).children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]


def _send(port: int, content: bytes) -> None:
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    request = Request(f"http://127.0.0.1:{port}/api/upload", body, {"Content-Type": "multipart/form-data; boundary=b"})
    with suppress(OSError, HTTPException), urlopen(request):
        pass
