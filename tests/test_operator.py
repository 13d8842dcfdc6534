"""What the operator sees: the doctor, the metrics, the log."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import logs
from kinograph.settings import Settings
from kinograph.worker import leader
from tests import applications
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, until, watched
from tests.films.test_nothing_lost import full_disk, working


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=200)


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[int]]]:
    """How one application answers requests from anywhere, by their status."""
    made: FastAPI = applications.create(settings)

    async def ask(*, path: str = "/metrics", client: str = "127.0.0.1", **headers: str) -> int:
        transport = ASGITransport(made, client=(client, 4000))
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
            return (await browser.get(path, headers=headers)).status_code

    async with made.router.lifespan_context(made):
        yield ask


async def test_metrics_are_for_this_machine_or_for_who_has_the_token(settings: Settings) -> None:
    async with asking(settings) as asked:
        assert await asked() == 200
        assert await asked(client="203.0.113.5") == 404
        assert await asked(client="::1") == 200
        assert await asked(client="::ffff:127.0.0.1") == 200
        for forwarded in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"):
            for client in ("127.0.0.1", "203.0.113.5"):
                for value in ("203.0.113.5", "127.0.0.1"):
                    assert await asked(client=client, **{forwarded: value}) == 404
        assert await asked(Host="web-1:8000") == 400
    async with asking(replace(settings, public_url="https://films.example")) as asked:
        assert await asked() == 404
    async with asking(replace(settings, metrics_token="open-sesame")) as asked:
        assert await asked() == 404
        assert await asked(client="203.0.113.5", Authorization="Bearer open-sesame") == 200
        assert await asked(Host="web-1:8000", Authorization="Bearer open-sesame") == 200
        assert await asked(Host="web-1:8000") == 404


async def test_metrics_tell_of_queue_requests_films_and_sessions(
    client: AsyncClient, engine: AsyncEngine, worker_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "REPORT_SECONDS", 0.1)
    session_id = await store(engine, "Seen,2001", watchlist=["Unseen,2002"])

    async def reported() -> bool:
        async with engine.connect() as db:
            told = await db.scalar(text("SELECT figures FROM worker_reports"))
        return bool(told) and told["outcomes"].get("ok", 0) == 5  # the key, and two for each film

    async with working(worker_settings):
        await completed(engine, session_id)
        await until(reported)
    lines = (await client.get("/metrics")).text.splitlines()

    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values['kinograph_films{state="matched"}'] == "2"
    assert values['kinograph_matches{kind="movie"}'] == "2"
    assert values["kinograph_tmdb_key_ok"] == "1"
    assert values["kinograph_tmdb_rate_limit"] == "200"
    assert float(values['kinograph_tmdb_requests_total{outcome="ok"}']) == 5
    assert values['kinograph_tmdb_request_seconds_bucket{le="+Inf"}'] == values["kinograph_tmdb_request_seconds_count"]
    assert str(session_id) not in "".join(lines)


async def test_the_log_tells_events_and_nothing_of_anybody(
    client: AsyncClient,
    engine: AsyncEngine,
    worker_settings: Settings,
    tmdb: FakeTmdb,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="kinograph")
    tmdb.fail_next("502_html", 1)
    sent = (await client.post("/api/upload", files={"files": ("watched.csv", watched("Very Secret Film,1999"))})).json()
    async with working(worker_settings):
        await completed(engine, sent["session_id"])
    await client.delete(f"/api/session/{sent['session_id']}")

    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("kinograph"))
    for event in (
        "session stored: 1 films, 0 of them known",
        "this worker leads",
        "TMDB key: ok",
        "sessions completed: 1",
        "session deleted by its owner: 1 films",
    ):
        assert event in told
    for secret in (sent["session_id"], sent["owner_token"], "Very Secret Film", tmdb.token):
        assert secret not in caplog.text


def complaint(error: Exception, *, seconds: float = 0) -> logging.LogRecord:
    """As the queue logs it."""
    record = logging.LogRecord("pgqueuer", logging.ERROR, "", 0, "Flush failed, requeuing %d items", (40,), None)
    record.exc_info = (type(error), error, None)
    record.created = seconds
    return record


def test_a_full_disk_is_a_line_a_minute_and_a_bug_keeps_its_traceback() -> None:
    sparing = logs.OnceAMinute()
    full = complaint(asyncpg.DiskFullError("no space for a film of somebody's"), seconds=100)
    assert sparing.filter(full)
    assert (full.getMessage(), full.exc_info) == ("Flush failed, requeuing 40 items: DiskFullError", None)
    assert not sparing.filter(complaint(asyncpg.DiskFullError(), seconds=159))
    assert sparing.filter(complaint(ConnectionResetError(), seconds=159))
    assert not sparing.filter(complaint(ConnectionResetError(), seconds=160))
    broken_off = complaint(asyncpg.InternalClientError("got result for unknown protocol state"), seconds=160)
    assert sparing.filter(broken_off) and not broken_off.exc_info
    assert sparing.filter(complaint(asyncpg.DiskFullError(), seconds=161))

    for bug in (complaint(asyncpg.UndefinedColumnError()), complaint(ValueError())):
        assert sparing.filter(bug) and sparing.filter(bug)
        assert bug.exc_info


async def test_a_worker_without_its_database_waits_with_a_line(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "TRIED_AGAIN_SECONDS", 0.05)
    stop = asyncio.Event()
    nowhere = replace(settings, database_url="postgresql://someone:secret@127.0.0.1:1/nothing")
    waiting = asyncio.create_task(leader.work_until(stop, nowhere))
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.wait_for(waiting, 20)

    assert caplog.messages == ["the database does not work: ConnectionRefusedError; trying again"]
    assert "Traceback" not in caplog.text and "secret" not in caplog.text


async def test_a_period_that_cannot_be_kept_is_a_line_and_so_is_its_end(
    engine: AsyncEngine, worker_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinograph")
    session_id = await store(engine, "Seen,2001")

    async def said(told: str) -> bool:
        return told in caplog.messages

    async with working(worker_settings):
        async with full_disk(engine, "sessions") as refusals:
            await until(lambda: said("complete_sessions failed: DiskFullError"))
            before = await refusals()

            async def two_rounds_more() -> bool:
                return await refusals() >= before + 2

            await until(two_rounds_more)
        await until(lambda: said("complete_sessions succeeds again"))
        await completed(engine, session_id)
    assert caplog.messages.count("complete_sessions failed: DiskFullError") == 1


def test_a_line_of_the_log_can_be_json() -> None:
    record = logging.LogRecord("kinograph.jobs", logging.INFO, "", 0, "sessions completed: %d", (3,), None)
    line = json.loads(logs.JsonLines().format(record))

    assert (line["level"], line["from"], line["event"]) == ("info", "kinograph.jobs", "sessions completed: 3")
