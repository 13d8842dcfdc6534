"""What comes before a body is bounded in size and time, and whatever is refused there is told so with every header."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from kinograph.settings import Settings
from kinograph.web import http_server
from kinograph.web.http_server import LARGEST_HEADERS, LONGEST_URL, MOST_HEADERS

MB = 1 << 20
HEAD_SECONDS_OF_TESTS = 0.15


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tells how much it was sent."""
    if scope["type"] != "http":
        return
    n_bytes, more = 0, True
    while more:
        message = await receive()
        n_bytes += len(message.get("body", b""))
        more = message.get("more_body", False)
    told = f"{len(scope['raw_path'])} {len(scope['headers'])} {n_bytes}".encode()
    headers = [(b"content-length", str(len(told)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(http_server.configure(echo, Settings(data_dir=tmp_path)))
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    await serving
    listener.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads must be complete in a moment; connections that are made from here on."""
    monkeypatch.setattr(http_server.BoundedProtocol, "head_seconds", HEAD_SECONDS_OF_TESTS)


async def exchange(port: int, *pieces: bytes) -> tuple[bytes, int]:
    """What is answered, and how much of the pieces could be sent before the connection was closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answering = asyncio.create_task(reader.read())
    sent = 0
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)  # the server lives in the same loop
        return await answering, sent
    except ConnectionError:
        with suppress(ConnectionError):
            return await answering, sent
        return b"", sent
    finally:
        writer.close()


def request(*headers: str, url: str = "/", method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {url} HTTP/1.1", "Host: localhost", *headers, "Connection: close", "", ""]).encode()


async def status(port: int, *pieces: bytes) -> int:
    answer, _ = await exchange(port, *pieces)
    return int(answer.split(b" ", 2)[1])


async def test_what_browsers_send_passes(port: int) -> None:
    assert await status(port, request("Cookie: " + "a" * 16_000, url="/" + "a" * 8_000)) == 200
    body = b"x" * MB
    answer, _ = await exchange(port, request(f"Content-Length: {3 * MB}", method="POST"), body, body, body)
    assert answer.endswith(f" {3 * MB}".encode())


async def test_a_body_in_small_chunks_passes(port: int) -> None:
    chunks = b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n"
    answer, _ = await exchange(port, request("Transfer-Encoding: chunked", method="POST"), chunks)
    assert answer.endswith(b" 100000")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (request(url="/" + "a" * LONGEST_URL), 414),
        (request(*(f"X-{n}: 1" for n in range(MOST_HEADERS + 1))), 431),
        (request(*(f"X-{n}: {'a' * 8_000}" for n in range(LARGEST_HEADERS // 8_000 + 1))), 431),
        (request("X: " + "a" * LARGEST_HEADERS), 431),
        (request("X" * LARGEST_HEADERS + ": a"), 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
    ids=["url", "number", "sum", "value", "name", "nonsense", "header", "bytes", "smuggling"],
)
@pytest.mark.parametrize("n_pieces", [1, 50])
async def test_bytes_that_are_no_request_are_refused_with_a_sentence(
    port: int, head: bytes, expected: int, n_pieces: int
) -> None:
    size = len(head) // n_pieces + 1
    answer, _ = await exchange(port, *(head[at : at + size] for at in range(0, len(head), size)))
    told, _, body = answer.partition(b"\r\n\r\n")
    headers = told.lower()
    assert int(told.split(b" ")[1]) == expected
    for name in (b"content-security-policy", b"x-content-type-options", b"referrer-policy", b"cache-control: no-store"):
        assert b"\r\n" + name in headers
    assert body.strip().endswith(b".") and f"content-length: {len(body)}".encode() in headers


async def test_the_sentence_is_in_the_language_that_is_asked_for(port: int) -> None:
    answer, _ = await exchange(port, request("Accept-Language: de", *(f"X-{n}: 1" for n in range(MOST_HEADERS))))
    assert "Kopfzeilen" in answer.decode()


@pytest.mark.parametrize(
    "endless",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["value", "url", "name", "trailer", "chunk-extension"],
)
async def test_a_head_of_twenty_megabytes_is_cut_off_early_and_not_kept(port: int, endless: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB
    piece = b"a" * (64 << 10)
    answer, sent = await exchange(port, endless, *[piece] * 320)
    assert sent < 10 * MB
    assert answer == b"" or answer.split(b" ")[1] in (b"431", b"414")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 12 << 10


async def test_the_next_request_of_a_connection_is_bounded_as_the_first(port: int) -> None:
    first = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(200):  # together they are longer than one may be
        writer.write(first[:-2] + b"X: " + b"a" * 1_000 + b"\r\n\r\n")
        assert (await reader.readuntil(b"1 2 0"))[9:12] == b"200"
    writer.write(request("X: " + "a" * LARGEST_HEADERS))
    assert (await reader.read())[9:12] == b"431"
    writer.close()


@pytest.mark.parametrize(
    "beginning",
    [b"GET /", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"\r\n"],
    ids=["address", "line", "header", "line-ends"],
)
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"], ids=["first", "second"])
async def test_a_head_that_drips_in_is_cut_off_though_each_byte_comes_soon(
    port: int, impatient: None, before: bytes, beginning: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(before)
    if before:
        await reader.readuntil(b"1 1 0")
    answering = asyncio.create_task(reader.read())
    writer.write(beginning)
    while not answering.done():
        writer.write(b"\r\n" if beginning == b"\r\n" else b"X")
        await asyncio.wait([answering], timeout=0.02)
    writer.close()
    assert answering.result()[9:12] == b"408"


async def test_a_connection_that_says_nothing_is_closed_without_a_word(port: int, impatient: None) -> None:
    assert await exchange(port) == (b"", 0)


async def test_a_slow_body_and_a_slow_answer_are_not_timed_as_a_head_is(port: int, impatient: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("Content-Length: 5", method="POST"))
    for _ in range(5):
        await asyncio.sleep(HEAD_SECONDS_OF_TESTS / 2)
        writer.write(b"x")
    assert (await reader.read())[9:12] == b"200"
    writer.close()


ENDED_BY_A_SIGNAL = """
import signal
from multiprocessing.util import get_temp_dir
from kinograph.web.http_server import Server
from uvicorn import Config
print(get_temp_dir(), flush=True)
with Server(Config(""), None).capture_signals():
    signal.raise_signal(signal.SIGTERM)
"""


def test_a_server_that_a_signal_ends_leaves_no_folder_of_its_readers() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED_BY_A_SIGNAL], stdout=subprocess.PIPE, text=True)
    folder = Path(ended.stdout.strip())
    assert ended.returncode == -signal.SIGTERM
    assert folder.name.startswith("pymp-") and not folder.exists()


def test_what_is_there_when_it_is_made_is_never_looked_through_again() -> None:
    script = (
        "import gc; from pathlib import Path; gc.disable(); from kinograph.settings import Settings;"
        " from kinograph.web import http_server; http_server.make_server(None, Settings(data_dir=Path()));"
        " print(gc.isenabled(), gc.get_freeze_count() > 100_000, gc.get_count()[0] < 10_000)"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).split() == ["True"] * 3
