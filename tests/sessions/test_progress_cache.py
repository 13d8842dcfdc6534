"""What it costs to know how far a session has come, and that what its owner changes is known at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph import database
from kinograph.sessions import progress, progress_cache
from kinograph.sessions.progress import Progress
from kinograph.sessions.progress_cache import ProgressCache
from tests.films.test_enrichment import store
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT

DRIVER_ASKS = ("typeinfo_tree", "set_config('jit'")
"""Of types that it sees for the first time."""


@pytest.fixture
async def said(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """All that this engine's connections are asked from now on, transactions and pings included."""
    heard: list[str] = []

    def listen(connection: DBAPIConnection, _record: object) -> None:
        # It tells of what is not prepared.
        connection.driver_connection.add_query_logger(lambda asked: heard.append(asked.query))

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    await engine.dispose()
    event.listen(engine.sync_engine, "connect", listen)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield heard
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    event.remove(engine.sync_engine, "connect", listen)


@pytest.fixture
async def session_id(engine: AsyncEngine) -> UUID:
    made: UUID = await store(engine, "Film 1,2001")
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO owners (token_hash) VALUES ('x')"))
        await db.execute(text("UPDATE sessions SET owner_id = (SELECT id FROM owners)"))
    return made


async def test_each_question_takes_one_statement_and_no_transaction(
    engine: AsyncEngine, session_id: UUID, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ProgressCache(engine, rate_group="default")
    for _ in range(3):
        assert await cache.progress(session_id)
    monkeypatch.setattr(progress_cache, "FRESH_SECONDS", 0.0)
    assert await cache.progress(session_id)

    asked = [query for query in said if not any(word in query for word in DRIVER_ASKS)]
    kinds = ["count(*) FILTER" in query or "has_news" in query for query in asked]
    assert kinds == [True, False, False, True], asked


async def test_what_an_owner_changes_is_counted_by_the_next_question_and_once(
    engine: AsyncEngine, session_id: UUID, said: list[str]
) -> None:
    cache = ProgressCache(engine, rate_group="default")
    before = await cache.progress(session_id)
    async with engine.begin() as db:
        await db.execute(text("UPDATE owners SET changes = changes + 1"))
    after = await cache.progress(session_id)
    assert before and after and after.changes == before.changes + 1
    counted = sum("has_news" in query for query in said)
    assert await cache.progress(session_id) is after
    assert counted == sum("has_news" in query for query in said) == 1


async def test_the_page_after_an_upload_counts_nothing_anew(
    client: AsyncClient, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    counted: list[UUID] = []
    count = progress.count_progress

    async def noting(db: AsyncConnection, session_id: UUID, *, rate_group: str) -> Progress | None:
        counted.append(session_id)
        return await count(db, session_id, rate_group=rate_group)

    for module in ("progress", "progress_cache"):
        monkeypatch.setattr(f"kinograph.sessions.{module}.count_progress", noting)
    assert (await client.get(f"/session/{session_id}")).status_code == 200
    assert counted == []
    monkeypatch.setattr(progress_cache, "FRESH_SECONDS", 0.0)
    async with engine.begin() as db:
        settle = "UPDATE films SET state = 'unmatched', settled_at = now() WHERE title = 'Seven Samurai'"
        await db.execute(text(settle))
    status = (await client.get(f"/api/session/{session_id}/status")).json()
    assert status["unmatched_count"] == 1 and len(counted) == 1


async def test_nobody_s_session_is_counted_once(engine: AsyncEngine, said: list[str]) -> None:
    cache = ProgressCache(engine, rate_group="default")
    nobody = uuid4()
    assert [await cache.progress(nobody) for _ in range(3)] == [None] * 3
    assert sum("count(*) FILTER" in query for query in said) == 1


async def test_a_connection_that_the_server_closed_is_not_used_again(
    engine: AsyncEngine, session_id: UUID, database_url: str
) -> None:
    cache = ProgressCache(engine, rate_group="default")
    assert await cache.progress(session_id)
    other = await asyncpg.connect(database_url)
    ours = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    assert await other.fetch(f"{ours} AND datname = current_database()")
    await other.close()
    assert await cache.progress(session_id)


async def test_a_connection_that_lay_idle_is_tested(
    engine: AsyncEngine, session_id: UUID, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ProgressCache(engine, rate_group="default")
    assert await cache.progress(session_id)
    said.clear()
    monkeypatch.setattr(database, "TRUSTED_SECONDS", 0.0)
    assert await cache.progress(session_id)
    assert ";" in said
