"""Who leads: never two at once, and never nobody for long, whatever is killed, frozen or cut off."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.tmdb import Client, NotLeading
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from kinograph.worker import leader
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, until

LEASE = 2.5  # seconds, in place of ten
FILMS = [f"Film Number {n},{1950 + n % 70}" for n in range(120)]


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


class Worker:
    """`kinograph worker` in a process of its own, with a TMDB of its own that notes who asks and when."""

    def __init__(self, folder: Path, url: str, tmdb: FakeTmdb) -> None:
        folder.mkdir()
        self.name = folder.name
        self.tmdb = tmdb
        self.log = folder / "log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KINOGRAPH_", "TMDB_"))}
        own = {"DATABASE_URL": url, "KINOGRAPH_DATA_DIR": str(folder), "TMDB_REQUESTS_PER_SECOND": "40"}
        own |= {"TMDB_BASE_URL": tmdb.url, "TMDB_ACCESS_TOKEN": tmdb.token}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kinograph", "worker", f"--lease={LEASE}", f"--holder={self.name}"],
                env=clean | own,
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    async def asks(self) -> bool:
        return any("search" in asked.path for asked in self.tmdb.requests)

    async def stands_by(self) -> bool:
        return "stands by" in self.log.read_text()

    def asked_since(self, moment: float) -> list[float]:
        """When it asked TMDB after that moment."""
        return [asked.at for asked in self.tmdb.requests if asked.at > moment]

    def count_leads(self) -> int:
        return self.log.read_text().count("this worker leads")

    def count_losses(self) -> int:
        said = self.log.read_text()
        return said.count("another worker leads: this one was away") + said.count("no longer leads")


@asynccontextmanager
async def leader_and_standby(folder: Path, url: str, engine: AsyncEngine) -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers in the middle of looking films up. On a busy machine the first may have lost the lead to the second:
    whoever leads now comes first."""
    await store(engine, *FILMS)
    workers: list[Worker] = []
    with ExitStack() as stack:
        try:
            for name in ("first", "second"):
                tmdb = stack.enter_context(FakeTmdb(invent=True, latency=0.05))
                workers.append(Worker(folder / name, url, tmdb))
                await until(workers[-1].stands_by if workers[1:] else workers[-1].asks)
            async with engine.connect() as db:
                holder = await db.scalar(text("SELECT holder FROM worker_leads"))
            workers.sort(key=lambda worker: worker.name != holder)
            yield workers[0], workers[1]
        finally:
            for worker in workers:
                worker.process.kill()
                worker.process.wait()


async def test_a_killed_leader_is_replaced_once_its_lease_has_ended(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    async with leader_and_standby(tmp_path, database_url, engine) as (first, second):
        first.process.kill()
        first.process.wait()
        killed = time.monotonic()

        async def is_replaced() -> bool:
            return bool(second.asked_since(killed))

        await until(is_replaced)
        assert first.asked_since(second.asked_since(killed)[0]) == []


async def test_a_frozen_leader_is_replaced_and_asks_nothing_once_it_thaws(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    async with leader_and_standby(tmp_path, database_url, engine) as (first, second):
        first.process.send_signal(signal.SIGSTOP)
        frozen = time.monotonic()

        async def is_replaced() -> bool:
            return bool(second.asked_since(frozen))

        await until(is_replaced)
        leads, losses, replaced = first.count_leads(), first.count_losses(), second.asked_since(frozen)[0]
        first.process.send_signal(signal.SIGCONT)

        async def has_noticed() -> bool:
            return first.count_losses() > losses

        await until(has_noticed)
        late = first.asked_since(replaced)
        assert late == [] or first.count_leads() > leads  # nothing, unless it leads anew by now
        session_id = await store(engine, *FILMS[:20])
        found = await completed(engine, session_id)
        assert found.enriched == 20


@asynccontextmanager
async def working(*settings: Settings, lease: float = LEASE) -> AsyncIterator[None]:
    stop = asyncio.Event()
    workers = []
    for each in settings:
        workers.append(asyncio.create_task(leader.work_until(stop, each, lease=lease)))
        await asyncio.sleep(0.1)
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*workers)


async def read_term(engine: AsyncEngine) -> int:
    async with engine.connect() as db:
        return int(await db.scalar(text("SELECT coalesce(max(term), 0) FROM worker_leads")))


async def test_a_leader_without_a_key_gives_the_lead_to_a_worker_that_has_one(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(settings, tmdb_base_url=tmdb.url)
    session_id = await store(engine, "Some Film,2001")
    async with working(keyless, replace(keyless, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)


async def test_a_leader_whose_key_is_refused_gives_the_lead_to_a_worker_with_another(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb
) -> None:
    refused = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token="refused")
    session_id = await store(engine, "Some Film,2001")
    async with working(refused, replace(refused, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)


async def test_workers_that_all_lack_a_good_key_do_not_hand_the_lead_round(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, tmp_path: Path
) -> None:
    keyless = replace(settings, tmdb_base_url=tmdb.url)
    refused = [replace(keyless, tmdb_access_token=f"refused-{n}") for n in range(2)]
    session_id = await store(engine, "Some Film,2001")

    async def both_refused() -> bool:
        return len(tmdb.requests) >= 2

    async with working(keyless, *refused, lease=5):  # of a busy machine: nobody shall lose it by being slow
        await until(both_refused)
        before = (await read_term(engine), len(tmdb.requests))
        for _ in range(15):  # several renewals, at each of which it could be given away
            await asyncio.sleep(0.2)
        assert (await read_term(engine), len(tmdb.requests)) == before
        store_key(keyless, TmdbKey(tmdb.token))
        await completed(engine, session_id)


async def test_a_worker_waits_out_a_database_that_goes_away(
    engine: AsyncEngine,
    server: str,
    settings: Settings,
    database_url: str,
    tmdb: FakeTmdb,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="kinograph")
    name = urlsplit(database_url).path.removeprefix("/")
    session_id = await store(engine, *FILMS)
    await engine.dispose()
    fast = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=100)

    async def asks() -> bool:
        return len(tmdb.requests) > 20

    async def has_noticed() -> bool:
        return any("the database does not work" in message for message in caplog.messages)

    async with working(fast, fast):
        await until(asks)
        await rename(server, name, "away")
        await until(has_noticed)
        await rename(server, "away", name)
        found = await completed(engine, session_id)
    assert found.enriched == len(FILMS)
    assert sum("the database does not work" in message for message in caplog.messages) <= 4


async def rename(server: str, name: str, other: str) -> None:
    """Takes a database away from all who work with it, or gives it back."""
    connection = await asyncpg.connect(server)
    try:
        while True:
            await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
            try:
                await connection.execute(f"ALTER DATABASE {name} RENAME TO {other}")
            except asyncpg.ObjectInUseError:
                continue
            return
    finally:
        await connection.close()


async def test_nothing_is_written_for_a_lead_that_has_ended(engine: AsyncEngine) -> None:
    await store(engine, "Some Film,2001")
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO worker_leads VALUES ('default', 2, 'other', now())"))
    for lead, is_refused in (("default/2", False), ("default/1", True)):
        async with engine.connect() as db:
            await db.execute(text("SELECT set_config('kinograph.lead', :lead, true)"), {"lead": lead})
            try:
                await db.execute(text("UPDATE films SET confidence = 1"))
            except DBAPIError as error:
                assert is_refused and "another worker leads" in str(error)
            else:
                assert not is_refused


async def test_a_request_is_stopped_the_moment_before_it_is_written(tmdb: FakeTmdb) -> None:
    asked: list[int] = []

    def may_send() -> bool:  # the first time is before the wait for a turn, the second after it
        asked.append(1)
        return len(asked) != 2

    async with Client(tmdb.url, token=tmdb.token, may_send=may_send) as client:
        with pytest.raises(NotLeading):
            await client.check_key()
        assert tmdb.requests == []
        await client.check_key()
        assert len(tmdb.requests) == 1


async def test_what_a_cancelled_task_says_is_no_error() -> None:
    """A statement that is broken off may end with any error of the driver."""

    async def broken_off() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise RuntimeError("another operation is in progress") from None

    async def fails() -> None:
        raise ConnectionError

    await leader._cancel(await begun(broken_off()))
    with pytest.raises(ConnectionError):
        await leader._cancel(await begun(broken_off()), await begun(fails()))


async def begun(coroutine: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    return task
