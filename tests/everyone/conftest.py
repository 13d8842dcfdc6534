"""Sessions of every kind of person there is, looked up to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import asyncpg
import pytest

from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import Session, send
from tests.fake_tmdb import FakeTmdb
from tests.libraries import LIBRARIES, LOST


@pytest.fixture(scope="session")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.unknown |= {f"{LOST} {n}" for n in range(25)}
        yield tmdb


@pytest.fixture(scope="session")
def database(make_database: Callable[[], str]) -> str:
    """One of these files' own, so that a test may say how a session ended."""
    return make_database()


@pytest.fixture(scope="session")
def running(tmdb: FakeTmdb, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with browsers.kinograph(
        tmp_path_factory.mktemp("everyone"),
        DATABASE_URL=database,
        TMDB_BASE_URL=tmdb.url,
        TMDB_ACCESS_TOKEN=tmdb.token,
        TMDB_REQUESTS_PER_SECOND="400",
    ) as running:
        yield running


@pytest.fixture(scope="session")
def named(running: Running) -> Session:
    """The session of the library with the strangest names, completed."""
    session = send(running, LIBRARIES["named"]().content)
    running.wait_for(f"/api/session/{session.id}/status", status="completed")
    return session


@pytest.fixture(scope="session")
def sessions(running: Running, keyless: Running, named: Session, database: str) -> dict[str, Session]:
    """By the name of the library, all films settled; and those that wait for a key."""
    sent = {name: send(running, make().content) for name, make in LIBRARIES.items() if name != "named"}
    for session in sent.values():
        running.wait_for(f"/api/session/{session.id}/status", status="completed")
    spoilt = "UPDATE films SET state = 'failed', facts_id = NULL, settled_at = now() WHERE title LIKE 'Untold%'"
    asyncio.run(_run(database, spoilt))
    waiting = {f"{name} without a key": send(keyless, LIBRARIES[name]().content) for name in ("tiny", "without_diary")}
    return sent | waiting | {"named": named}


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
