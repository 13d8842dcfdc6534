"""Whatever goes wrong outside: in the end every film is settled, once, and for a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.catalogue import Failed
from kinograph.films.tasks import LookUp, Retries
from kinograph.films.tmdb import Client
from kinograph.settings import Settings
from kinograph.worker import leader
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, now, store, until

SOON = Retries(first=0.05, longest=0.5, attempts=30)  # a minute in half a second
FILMS = [f"Film Number {n},{1950 + n % 70}" for n in range(80)]


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True, stall_seconds=0.5) as tmdb:
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=200)


@asynccontextmanager
async def working(settings: Settings, retries: Retries = SOON) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(leader.work_until(stop, settings, retries=retries))
    try:
        yield
    finally:
        stop.set()
        await worker


@asynccontextmanager
async def full_disk(engine: AsyncEngine, *tables: str) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Whoever writes into these tables is told that there is no space. Yields what counts how often that was."""

    async def refusals() -> int:
        async with engine.connect() as db:
            count: int = await db.scalar(text("SELECT last_value FROM refusals"))
            return count

    async with engine.begin() as db:
        await db.execute(
            text(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN PERFORM nextval('refusals');"
                " RAISE 'no space left on device' USING ERRCODE = '53100'; END $$"
            )
        )
        await db.execute(text("CREATE SEQUENCE refusals MINVALUE 0 START 0"))  # counts what is rolled back, too
        for table in tables:
            await db.execute(
                text(f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_disk()")
            )
    yield refusals
    async with engine.begin() as db:
        await db.execute(text("DROP FUNCTION full_disk CASCADE"))
        await db.execute(text("DROP SEQUENCE refusals"))


async def assert_all_found_once(engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        count, states = (
            await db.execute(text("SELECT count(DISTINCT facts_id), array_agg(DISTINCT state) FROM films"))
        ).one()
        assert (count, states) == (len(FILMS), ["matched"])
        assert await db.scalar(text("SELECT count(*) FROM film_facts")) == len(FILMS)
        assert await db.scalar(text("SELECT count(*) FROM pgqueuer")) == 0


async def test_one_request_in_five_goes_wrong(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    tmdb.fault_rate = 0.2
    session_id = await store(engine, *FILMS)
    async with working(worker_settings):
        await completed(engine, session_id)
    await assert_all_found_once(engine)


async def test_an_outage_is_waited_out(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    async with working(worker_settings):
        await completed(engine, await store(engine, *FILMS[:20]))
        tmdb.outage = True
        answered = len(tmdb.requests)
        session_id = await store(engine, *FILMS[20:])

        async def tried_again() -> bool:
            return len(tmdb.requests) > answered + 2 * len(FILMS)

        await until(tried_again)
        tmdb.outage = False
        await completed(engine, session_id)
    await assert_all_found_once(engine)


async def test_an_outage_without_end_fails_the_films_and_lets_the_session_complete(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    session_id = await store(engine, *FILMS[:10])
    tmdb.outage = True
    async with working(worker_settings, replace(SOON, attempts=3)):
        found = await completed(engine, session_id)

    assert (found.failed, found.total) == (10, 10)
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT DISTINCT reason FROM films")) == "search/movie: status 503"


async def test_a_full_disk_is_waited_out(engine: AsyncEngine, worker_settings: Settings) -> None:
    session_id = await store(engine, *FILMS)
    async with AsyncExitStack() as fault:
        refusals = await fault.enter_async_context(full_disk(engine, "films", "film_facts", "sessions"))

        async def tried_again() -> bool:
            return await refusals() > 10

        async with working(worker_settings):
            await until(tried_again)
            assert (await now(engine, session_id)).settled == 0
            await fault.aclose()
            await completed(engine, session_id)
    await assert_all_found_once(engine)


async def test_a_film_that_cannot_be_stored_takes_none_of_the_others_with_it(
    engine: AsyncEngine, worker_settings: Settings
) -> None:
    async with engine.begin() as db:
        await db.execute(text("ALTER TABLE film_facts ADD CHECK (title <> 'Film Number 7')"))
    session_id = await store(engine, *FILMS)
    async with working(worker_settings):
        found = await completed(engine, session_id)

    assert (found.enriched, found.failed) == (len(FILMS) - 1, 1)


async def test_a_database_that_is_not_there_for_a_moment_fails_no_film(database_url: str) -> None:
    job = Job.model_construct(payload=b"1", attempts=0)
    away = urlunsplit(urlsplit(database_url)._replace(path="/away"))
    async with Client("http://127.0.0.1:1") as client, asyncpg.create_pool(away, min_size=0) as pool:
        look_up = LookUp(pool, client, key_refused=asyncio.Event(), retries=SOON)
        with pytest.raises(RetryRequested, match="InvalidCatalogNameError"):
            await look_up(job)
        with pytest.raises(asyncpg.InvalidCatalogNameError):  # and not stored as failed
            await look_up._write(1, Failed("x"))
