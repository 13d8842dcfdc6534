"""More than can be done at once: whoever must wait too long is told to come back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import pytest
from adbc_driver_postgresql import dbapi
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from kinograph.errors import AppError
from kinograph.layout.bounds import Bound, Busy
from kinograph.settings import Settings
from kinograph.stats.frame_cache import Frames
from kinograph.stats.frames import Frame
from kinograph.web.connections import LISTENING, Connections
from kinograph.web.database_errors import Broken, DatabaseAway, explain
from kinograph.worker.leader import LEADING, PERIOD_CONNECTIONS
from kinograph.worker.queue import HANDLER_CONNECTIONS, QUEUE_CONNECTIONS
from tests import applications
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import watched, working

PAGES = ("", "/patterns", "/genres", "/people", "/world", "/ratings", "/films", "/year/2024", "/story")


async def _serving(settings: Settings) -> AsyncIterator[tuple[FastAPI, AsyncClient]]:
    made = applications.create(settings)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1:8000") as client,
    ):
        yield made, client


@pytest.fixture
async def narrow_url(database_url: str) -> AsyncIterator[str]:
    """The database for an account that may have two connections."""
    db = await asyncpg.connect(database_url)
    await db.execute("CREATE ROLE narrow LOGIN PASSWORD 'narrow' CONNECTION LIMIT 2")
    await db.execute("GRANT pg_read_all_data, pg_write_all_data TO narrow")
    parts = urlsplit(database_url)
    yield urlunsplit(parts._replace(netloc="narrow:narrow@"))
    await db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'narrow'")
    await db.execute("DROP OWNED BY narrow")
    await db.execute("DROP ROLE narrow")
    await db.close()


async def test_a_database_without_a_connection_left_is_busy_and_not_a_bug(
    sampled: str, narrow_url: str, settings: Settings
) -> None:
    async for _, client in _serving(replace(settings, database_url=narrow_url)):
        # One listens, one is kept by the pool: there is none to read frames with.
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/sample")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "The database cannot be reached" in answer.text
        answers = await asyncio.gather(*(client.get(f"/sample{page}") for page in PAGES))
        assert {answer.status_code for answer in answers} == {503}


@pytest.mark.parametrize("address", ["me@/films?host=/nowhere", "me@nowhere.invalid/films"])
async def test_a_database_whose_socket_or_name_is_gone_is_away_and_not_a_bug(address: str, settings: Settings) -> None:
    """As it is while the embedded one starts anew."""
    async for _, client in _serving(replace(settings, database_url=f"postgresql://{address}")):
        for page in ("/sample", "/session/00000000-0000-0000-0000-000000000000/films"):
            answer = await client.get(page)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize(
    ("most", "cores", "requests", "frames"), [(6, 2, 3, 2), (6, 64, 3, 2), (4, 1, 2, 1), (12, 8, 7, 4), (100, 1, 97, 2)]
)
def test_all_connections_of_a_web_process_are_within_its_limit(
    most: int, cores: int, requests: int, frames: int
) -> None:
    assert Connections.divide(most, cores=cores) == Connections(requests, frames)
    assert requests + frames + LISTENING == most


async def test_two_web_processes_and_a_worker_fit_into_twenty_connections(
    sampled: str, database_url: str, settings: Settings
) -> None:
    of_worker = LEADING + PERIOD_CONNECTIONS + QUEUE_CONNECTIONS + HANDLER_CONNECTIONS
    assert 2 * settings.database_connections + of_worker < 20  # and one is left for doctor

    films = [f"{title} {n},{1950 + n}" for title in ("Quay", "Rain") for n in range(70)]
    exports = [watched(*films[n:]) for n in range(8)]
    opened = asynccontextmanager(_serving)
    with FakeTmdb() as tmdb:
        busy = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)
        async with (
            opened(busy) as (_, one),
            opened(busy) as (_, other),
            working(busy),
            counting(database_url) as seen,
        ):
            sent = [one.post("/api/upload", files={"files": ("watched.csv", export)}) for export in exports]
            read = [
                each.get(f"/sample{page}?{filtered}")
                for page in PAGES
                for each in (one, other)
                for filtered in ("genre=Drama", "liked=yes", "rating=4-")
            ]
            answers = await asyncio.gather(*sent, *read)
    assert {answer.status_code for answer in answers} == {200, 201}
    assert of_worker < max(seen) <= 2 * settings.database_connections + of_worker


@asynccontextmanager
async def counting(database_url: str) -> AsyncIterator[list[int]]:
    """How many others are connected, looked at again and again."""
    seen: list[int] = []
    db = await asyncpg.connect(database_url)
    sql = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )

    async def look() -> None:
        while True:
            seen.append(await db.fetchval(sql))
            await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        await asyncio.wait([looking])
        await db.close()


def test_a_web_process_has_one_thread_of_polars_unless_told_otherwise() -> None:
    """It is read when Polars is imported: nothing may do so before."""
    told = "import kinograph.cli, kinograph.web.app, polars; print(polars.thread_pool_size())"
    clean = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    for given, threads in (({}, "1"), ({"POLARS_MAX_THREADS": "2"}, "2")):
        done = subprocess.run(
            [sys.executable, "-c", told], env=clean | given, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == threads


async def test_pages_wait_for_no_statement_and_no_lock_longer_than_is_set(
    sampled: str, database_url: str, settings: Settings
) -> None:
    async for made, client in _serving(replace(settings, lock_seconds=1, statement_seconds=2)):
        async with made.state.engine.connect() as db:
            assert await db.scalar(text("SELECT current_setting('lock_timeout')")) == "1s"
            assert await db.scalar(text("SELECT current_setting('statement_timeout')")) == "2s"
        assert (await client.get("/healthz")).status_code == 200
        blocker = await asyncpg.connect(database_url)
        await client.get("/sample")  # so that its progress is counted
        made.state.frames.forget_all()
        async with blocker.transaction():
            await blocker.execute("LOCK viewings")
            answer = await client.get("/sample/genres")
        await blocker.close()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert (await client.get("/sample/genres")).status_code == 200


@pytest.mark.parametrize(("sql", "told"), [("SELECT nothing", Broken), ("SELECT pg_sleep(1)", DatabaseAway)])
def test_what_adbc_raises_is_told_apart(database_url: str, sql: str, told: type[AppError]) -> None:
    with dbapi.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10ms'")
        with pytest.raises(dbapi.Error) as raised:
            cursor.execute(sql)
            cursor.fetchall()
    assert type(explain(raised.value)) is told


async def test_whoever_would_wait_too_long_for_a_page_is_told_to_come_back(sampled: str, settings: Settings) -> None:
    async for made, client in _serving(settings):
        made.state.drawing = Bound(1, seconds=0.01, name="drawing")
        drawn = Event()
        taking = asyncio.create_task(made.state.drawing.run(drawn.wait))
        await asyncio.sleep(0)
        answer = await client.get("/sample")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "Kinograph is busy right now" in answer.text
        drawn.set()
        await taking
        assert (await client.get("/sample")).status_code == 200


async def test_whoever_waits_for_a_page_to_be_drawn_has_no_frame_open_meanwhile(
    sampled: str, settings: Settings
) -> None:
    async for made, client in _serving(settings):
        made.state.opening = Bound(1)
        made.state.drawing = Bound(1, name="drawing")
        asked = _note_frames(made.state.frames)
        drawn = Event()
        taking = asyncio.create_task(made.state.drawing.run(drawn.wait))
        pages = [asyncio.create_task(client.get(path)) for path in ("/sample", "/sample/genres", "/sample/people")]
        while not asked:
            await asyncio.sleep(0.01)
        first = len(asked)
        await asyncio.sleep(0.1)
        assert len(asked) == first == 1
        drawn.set()
        await taking
        assert [(await page).status_code for page in pages] == [200] * 3
        assert len(asked) == 3


def _note_frames(frames: Frames) -> list[UUID]:
    """Whose are asked for from now on."""
    asked, open_frame = list[UUID](), frames.frame

    async def noting(session_id: UUID, version: str) -> Frame:
        asked.append(session_id)
        return await open_frame(session_id, version)

    frames.frame = noting  # type: ignore[method-assign]
    return asked


async def test_turns_are_taken_in_order_and_given_back() -> None:
    bound, order = Bound(1, seconds=5), list[int]()

    async def work(n: int) -> None:
        async with bound.turn():
            order.append(n)
            await asyncio.sleep(0)

    await asyncio.gather(*map(work, range(5)))
    assert order == [0, 1, 2, 3, 4]
    full = Bound(0, seconds=0)
    with pytest.raises(Busy):
        await full.run(print)


async def test_a_turn_lasts_as_long_as_its_thread() -> None:
    bound, done = Bound(1, seconds=0.01, name="test"), Event()
    asking = asyncio.create_task(bound.run(done.wait))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(Busy):
        await bound.run(print)
    done.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await bound.run(int)
