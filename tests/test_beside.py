"""What goes on in a thread beside the web server: neither takes the other down."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.running import delays, loops, processes
from kinograph.running.beside import Beside
from kinograph.settings import Settings
from kinograph.web import http_server
from tests import browser as browsers
from tests.test_http_server import echo, exchange


class Work:
    """Notes how often it was begun; does what it is told each time, the last for good."""

    def __init__(self, *lives: Callable[[asyncio.Event], object]) -> None:
        self.begun: list[float] = []
        self.threads: set[str] = set()
        self._lives = lives

    async def __call__(self, stop: asyncio.Event) -> None:
        self.begun.append(time.monotonic())
        self.threads.add(threading.current_thread().name)
        said = self._lives[min(len(self.begun), len(self._lives)) - 1](stop)
        if asyncio.iscoroutine(said):
            await said


def fail(stop: asyncio.Event) -> None:
    raise ValueError("of a bug")


def wait(stop: asyncio.Event) -> object:
    return stop.wait()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delays, "FIRST_DELAY", 0.001)


async def stopped(running: Beside) -> None:
    running.stop()
    await running.ended()
    assert running.has_ended


@pytest.mark.usefixtures("hasty")
async def test_what_fails_is_begun_again_later_each_time_and_said_in_a_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work(fail, fail, fail, wait)
    running = Beside("worker", work)
    with caplog.at_level(logging.ERROR):
        running.start()
        until(lambda: len(work.begun) == 4)
        await stopped(running)

    assert [record.getMessage() for record in caplog.records] == [
        f"worker: ended by ValueError; beginning again in {wait} s" for wait in ("0.0", "0.0", "0.0")
    ]
    # Where it went wrong is said once.
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, False]
    assert work.threads == {"worker"}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("error", [asyncio.CancelledError, SystemExit])
async def test_what_is_no_error_ends_it_no_more_than_one(error: type[BaseException]) -> None:
    def give_up(stop: asyncio.Event) -> None:
        raise error

    work = Work(give_up, wait)
    running = Beside("worker", work)
    running.start()
    until(lambda: len(work.begun) == 2)
    await stopped(running)


def test_the_wait_grows_up_to_a_limit_and_is_short_again_after_a_steady_while(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = delays.Delays()
    waits.note_begin()
    assert [waits.next() for _ in range(8)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    monkeypatch.setattr(delays, "STEADY_SECONDS", -1.0)
    assert waits.next() == 0.2


async def test_one_that_is_told_to_end_while_it_waits_to_begin_again_ends_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delays, "FIRST_DELAY", 3600.0)
    monkeypatch.setattr(delays, "LONGEST_DELAY", 3600.0)
    work = Work(fail)
    running = Beside("worker", work)
    running.start()
    until(lambda: len(work.begun) == 1)
    await stopped(running)


async def test_one_that_does_not_end_is_not_waited_for_longer_than_may_be() -> None:
    released = threading.Event()
    work = Work(lambda stop: released.wait(60))
    running = Beside("worker", work)
    running.start()
    until(lambda: len(work.begun) == 1)
    running.stop()
    await running.ended(0.02)
    assert not running.has_ended
    released.set()
    await stopped(running)


@pytest.mark.usefixtures("hasty")
async def test_the_server_answers_on_while_what_is_beside_it_fails_or_hangs_and_both_end_together(
    tmp_path: Path,
) -> None:
    released = threading.Event()
    work = Work(fail, lambda stop: released.wait(60), wait)  # the second holds up its own loop
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings(data_dir=tmp_path)
    running = Beside("worker", work)
    server = http_server.Server(http_server.configure(echo, settings), running)
    assert running.has_ended
    serving = asyncio.create_task(server.serve([listener]))
    while len(work.begun) < 2:
        await asyncio.sleep(0.01)
    answer, _ = await exchange(listener.getsockname()[1], b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")

    released.set()
    while len(work.begun) < 3:
        await asyncio.sleep(0.01)
    server.should_exit = True
    await serving
    assert running.has_ended


async def test_nothing_begins_beside_a_server_that_cannot_start(tmp_path: Path) -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise ValueError("it cannot begin")

    work = Work(wait)
    config = http_server.configure(broken, Settings(data_dir=tmp_path))
    config.lifespan = "on"
    server = http_server.Server(config, Beside("worker", work))
    with pytest.raises(SystemExit):
        await server.serve([socket.create_server(("127.0.0.1", 0))])
    assert work.begun == []


async def test_a_process_can_be_started_there_as_a_backup_is() -> None:
    codes = []

    async def start(stop: asyncio.Event) -> None:
        tie = processes.tie_to(os.getpid(), signal.SIGKILL)
        started = await asyncio.create_subprocess_exec(sys.executable, "-c", "import sys; sys.exit(7)", preexec_fn=tie)
        codes.append(await started.wait())
        await stop.wait()

    running = Beside("worker", start, loop_factory=loops.find_factory())
    running.start()
    until(lambda: bool(codes))
    await stopped(running)
    assert codes == [7]


async def test_told_to_end_the_worker_in_the_program_gives_its_lead_back_and_the_web_server_ends(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    async def leads() -> bool:
        async with engine.connect() as db:
            return bool(await db.scalar(text("SELECT count(*) FROM worker_leads WHERE until > now()")))

    with browsers.kinograph(tmp_path, DATABASE_URL=database_url) as running:
        while not await leads():
            await asyncio.sleep(0.05)
        assert running.children("kinograph worker") == []
    assert running.process.returncode == 0
    assert not await leads()
