"""A real PostgreSQL for all, a database cloned for each test, the application in the test's own process."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import BaseRoute

from kinograph import database
from kinograph.sample import session as sample
from kinograph.sessions import hashing
from kinograph.settings import Settings
from tests import browser as browsers
from tests import cluster, leftovers
from tests.browser import Running

_numbers = itertools.count()
MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes; a run takes a quarter of it
# A busy machine is slow, and what is tried must not depend on chance: the same examples each time.
hypothesis_settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=300)
hypothesis_settings.load_profile("suite")


gc.disable()  # until all tests are there, see pytest_collection_finish


def pytest_configure() -> None:
    """Files of the tests are in memory where that has room, as a new database is made there in a tenth of the time. In
    Docker it has little, and nothing can be run from it."""
    if MEMORY.is_dir() and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and shutil.disk_usage(MEMORY).free >= ROOM:
        tempfile.tempdir = os.environ.setdefault("TMPDIR", str(MEMORY))
    leftovers.sweep()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need a browser take longest: they come first, so that no process is left with one at the end."""
    slow = {item.path for item in items if "chromium" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """All that was imported and collected stays to the end, and nothing of it is looked through for garbage."""
    gc.freeze()
    gc.enable()


HASHER = hashing.HASHER


@pytest.fixture(scope="session", autouse=True)
def quick_hasher() -> Iterator[None]:
    """Passwords are hashed at the least cost there is: ours is meant to be felt."""
    hashing.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    hashing.HASHER = HASHER


@pytest.fixture
def own_hasher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at the cost of ours."""
    monkeypatch.setattr(hashing, "HASHER", HASHER)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a cluster's own database."""
    with cluster.running() as url:
        yield url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a migrated database to clone: migrating takes a third of a second, cloning a fortieth."""
    asyncio.run(_run(server, "CREATE DATABASE migrated"))
    database.migrate(_named(server, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sampled(server: str, template: str) -> str:
    """The name of one to clone that has the sample: storing it takes half a second. A test that asks for it, or one of
    whose fixtures does, finds the sample in `database_url`."""
    asyncio.run(_run(server, f"CREATE DATABASE sampled TEMPLATE {template} STRATEGY FILE_COPY"))
    sample.seed(_named(server, "sampled"))
    return "sampled"


@pytest.fixture
def database_url(server: str, template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own. Workers and ADBC have connections of theirs, so nothing could be rolled back."""
    name = f"test_{next(_numbers)}"
    cloned = request.getfixturevalue("sampled") if "sampled" in request.fixturenames else template
    asyncio.run(_run(server, f"CREATE DATABASE {name} TEMPLATE {cloned} STRATEGY FILE_COPY"))
    yield _named(server, name)
    asyncio.run(_run(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def make_database(server: str, sampled: str) -> Callable[[], str]:
    """Makes databases for programs that all tests of a file share, with the sample: one of its own and the sample are
    half of what it takes a program to start."""

    def make() -> str:
        name = f"program_{next(_numbers)}"
        asyncio.run(_run(server, f"CREATE DATABASE {name} TEMPLATE {sampled} STRATEGY FILE_COPY"))
        return _named(server, name)

    return make


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, session_days=30)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = database.connect(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def routes() -> list[BaseRoute]:
    """Those of the application. FastAPI looks into each of them at its first request, a tenth of a second for each
    application made, though they hold nothing of it."""
    from kinograph.web import app

    return app.create(Settings(data_dir=Path(), database_url="postgresql://nowhere")).router.routes


@pytest.fixture
async def web(settings: Settings, routes: list[BaseRoute]) -> AsyncIterator[FastAPI]:
    from kinograph.web import app

    made = app.create(settings)
    made.router.routes[:] = routes
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(web: FastAPI) -> AsyncIterator[AsyncClient]:
    """A browser that keeps its cookies."""
    async with AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for all files; each test opens a page of an empty profile in it."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def keyless(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole Kinograph without a TMDB key that takes up to 1 MB, one for all files."""
    given = {"DATABASE_URL": make_database(), "KINOGRAPH_MAX_UPLOAD_MB": "1"}
    with browsers.kinograph(tmp_path_factory.mktemp("keyless"), **given) as running:
        yield running


@pytest.fixture(scope="session")
def running(keyless: Running) -> Running:
    """What the pages are asked of; a file may bring its own."""
    return keyless


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
