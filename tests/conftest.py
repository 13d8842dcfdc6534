"""A real PostgreSQL for all, a database cloned for each test, the application in the test's own process."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from adbc_driver_postgresql import dbapi as adbc
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.sample import session as sample
from kinograph.sessions import hashing
from kinograph.settings import Settings
from tests import browser as browsers
from tests import cluster, dialect, leftovers
from tests.browser import Running

_numbers = itertools.count()
MEMORY = Path("/dev/shm")
FIRST_OF_OTHERS = 16_384  # types that are not PostgreSQL's own
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
    """All that was imported and collected stays to the end, and nothing of it is looked through for garbage. Of what
    tests make, little is garbage of the kind that has to be looked for."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
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


@pytest.fixture(scope="session", autouse=True)
def known_types() -> Iterator[None]:
    """Each connection of asyncpg asks its database what an array is, by a statement that takes it as long as all else
    that a small test asks: what it answered once is known of PostgreSQL's own types."""
    look_up = asyncpg.Connection._introspect_types
    found: dict[frozenset[int], Any] = {}

    async def find(self: asyncpg.Connection, oids: Iterable[int], timeout: float | None) -> Any:
        asked = frozenset(oids)
        if asked in found:
            return found[asked], SimpleNamespace(name="none was prepared")
        types, statement = await look_up(self, asked, timeout)
        if max(asked) < FIRST_OF_OTHERS:
            found[asked] = types
        return types, statement

    asyncpg.Connection._introspect_types = find
    yield
    asyncpg.Connection._introspect_types = look_up


@pytest.fixture(scope="session", autouse=True)
def shared_dialect() -> Iterator[None]:
    with dialect.shared():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a cluster's own database."""
    with cluster.running() as url:
        yield url


@pytest.fixture(scope="session")
def administrator(server: str) -> Iterator[Callable[[str], object]]:
    """Runs a statement in the cluster's own database, by one connection for all."""
    with adbc.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor.executescript


@pytest.fixture(scope="session")
def template(server: str, administrator: Callable[[str], object]) -> str:
    """The name of a migrated database to clone: migrating takes a third of a second, cloning a fortieth."""
    administrator("CREATE DATABASE migrated")
    database.migrate(_named(server, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sampled(server: str, template: str, administrator: Callable[[str], object]) -> str:
    """The name of one to clone that has the sample: storing it takes half a second. A test that asks for it, or one of
    whose fixtures does, finds the sample in `database_url`."""
    administrator(f"CREATE DATABASE sampled TEMPLATE {template} STRATEGY FILE_COPY")
    sample.seed(_named(server, "sampled"))
    return "sampled"


@pytest.fixture
def database_url(
    server: str, template: str, administrator: Callable[[str], object], request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of the test's own. Workers and ADBC have connections of theirs, so nothing could be rolled back."""
    name = f"test_{next(_numbers)}"
    cloned = request.getfixturevalue("sampled") if "sampled" in request.fixturenames else template
    administrator(f"CREATE DATABASE {name} TEMPLATE {cloned} STRATEGY FILE_COPY")
    yield _named(server, name)
    administrator(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def make_database(server: str, sampled: str, administrator: Callable[[str], object]) -> Callable[[], str]:
    """Makes databases for programs that all tests of a file share, with the sample: one of its own and the sample are
    half of what it takes a program to start."""

    def make() -> str:
        name = f"program_{next(_numbers)}"
        administrator(f"CREATE DATABASE {name} TEMPLATE {sampled} STRATEGY FILE_COPY")
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


@pytest.fixture
async def web(settings: Settings) -> AsyncIterator[FastAPI]:
    from tests import applications

    async with applications.running(settings) as made:
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


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
