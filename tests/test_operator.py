"""What the operator sees: the doctor, the metrics, the log."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database, logs
from kinograph.cli import main
from kinograph.operator import doctor
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from kinograph.web import app
from kinograph.worker import leader
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


async def asked(settings: Settings, *, path: str = "/metrics", client: str = "127.0.0.1", **headers: str) -> int:
    made: FastAPI = app.create(settings)
    transport = ASGITransport(made, client=(client, 4000))
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser,
    ):
        return (await browser.get(path, headers=headers)).status_code


async def test_metrics_are_for_this_machine_or_for_who_has_the_token(settings: Settings) -> None:
    assert await asked(settings) == 200
    assert await asked(settings, client="203.0.113.5") == 404
    assert await asked(settings, client="::1") == 200
    assert await asked(settings, client="::ffff:127.0.0.1") == 200
    for forwarded in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"):
        for client in ("127.0.0.1", "203.0.113.5"):
            for value in ("203.0.113.5", "127.0.0.1"):
                assert await asked(settings, client=client, **{forwarded: value}) == 404
    assert await asked(replace(settings, public_url="https://films.example")) == 404
    closed = replace(settings, metrics_token="open-sesame")
    assert await asked(closed) == 404
    assert await asked(closed, client="203.0.113.5", Authorization="Bearer open-sesame") == 200
    assert await asked(closed, Host="web-1:8000", Authorization="Bearer open-sesame") == 200
    assert await asked(closed, Host="web-1:8000") == 404
    assert await asked(settings, Host="web-1:8000") == 400


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


async def test_the_doctor_finds_what_needs_a_hand(
    engine: AsyncEngine, worker_settings: Settings, database_url: str, tmdb: FakeTmdb
) -> None:
    await store(engine, "Seen,2001")
    before = await doctor.examine(worker_settings, database_url)
    assert [f.sentence for f in before if f.needs_a_hand] == [
        "No worker has run yet: start one with “kinograph worker”."
    ]
    assert any("1 film has been waiting" in finding.sentence for finding in before)

    async with working(worker_settings):
        await completed(engine, await store(engine, "Seen,2001"))
        after = await doctor.examine(worker_settings, database_url)
    assert [f.sentence for f in after if f.needs_a_hand] == []
    assert any("TMDB accepts the key" in finding.sentence for finding in after)


async def test_the_doctor_says_when_the_tables_are_old(
    engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    findings = await doctor.examine(settings, database_url)
    assert any("kinograph migrate" in finding.sentence for finding in findings if finding.needs_a_hand)


@pytest.mark.parametrize(("revision", "said"), [("9999", "A newer Kinograph"), (None, "kinograph migrate")])
async def test_tables_of_another_version_are_told_by_doctor_health_and_commands(
    engine: AsyncEngine,
    client: AsyncClient,
    settings: Settings,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    revision: str | None,
    said: str,
) -> None:
    assert (await client.get("/healthz")).status_code == 200
    async with engine.begin() as db:
        if revision:
            await db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        else:
            await db.execute(text("DROP TABLE alembic_version"))
    (hand,) = [f.sentence for f in await doctor.examine(settings, database_url) if f.needs_a_hand]
    assert said in hand
    health = await client.get("/healthz")
    assert (health.status_code, "not those of this version" in health.json()["error"]) == (503, True)
    monkeypatch.setenv("DATABASE_URL", database_url)
    for command in (["migrate"], ["web"], ["web", "--migrate"], ["worker"]) if revision else ():
        assert await asyncio.to_thread(main, command) == 1
        complaint = capfd.readouterr().err  # what migrates is a process of its own
        assert said in complaint and "Traceback" not in complaint


async def test_a_worker_waits_for_tables_with_a_line(
    engine: AsyncEngine,
    worker_settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leader, "TRIED_AGAIN_SECONDS", 0.05)
    session_id = await store(engine, "Seen,2001")
    async with engine.begin() as db:
        await db.execute(text("ALTER TABLE alembic_version RENAME TO later"))

    async def has_said() -> bool:
        return any("run “kinograph migrate”" in message for message in caplog.messages)

    async with working(worker_settings):
        await until(has_said)
        async with engine.begin() as db:
            await db.execute(text("ALTER TABLE later RENAME TO alembic_version"))
        await completed(engine, session_id)
    assert sum("kinograph migrate" in message for message in caplog.messages) == 1


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    assert database.newest_revision() == ScriptDirectory.from_config(database.alembic_config("")).get_current_head()


async def test_a_full_disk_is_told_by_doctor_and_health(
    engine: AsyncEngine, client: AsyncClient, settings: Settings, database_url: str
) -> None:
    async with full_disk(engine, "uploads_under_way"):
        findings = [f.sentence for f in await doctor.examine(settings, database_url) if f.needs_a_hand]
        assert any("disk of the database is full" in sentence for sentence in findings)
        health = await client.get("/healthz")
        assert (health.status_code, "disk" in health.json()["error"]) == (503, True)
    assert (await client.get("/healthz")).status_code == 200


async def test_what_is_written_to_find_a_full_disk_needs_new_room_on_it(
    engine: AsyncEngine, settings: Settings, database_url: str
) -> None:
    async with engine.begin() as db:  # no room for files of the server's own, which is what a full disk comes to
        name = await db.scalar(text("SELECT current_database()"))
        await db.execute(text(f"ALTER DATABASE {name} SET temp_file_limit = 0"))
    findings = [f.sentence for f in await doctor.examine(settings, database_url) if f.needs_a_hand]
    assert any("cannot be written to" in sentence for sentence in findings)


async def test_the_home_page_says_that_a_key_is_none_before_a_worker_does(
    client: AsyncClient, settings: Settings
) -> None:
    said = "If you run this Kinograph: TMDB refuses its key."
    assert said not in (await client.get("/")).text
    settings.key_file.mkdir()  # cannot be read
    answer = await client.get("/")
    assert (answer.status_code, said in answer.text) == (200, True)


@pytest.mark.parametrize("content", [b"one\ntwo\n", b"\xff\xfe\x00key", "schl\u00fcssel".encode()])
async def test_a_file_that_holds_no_key_is_a_bad_key_with_a_sentence(
    engine: AsyncEngine, worker_settings: Settings, database_url: str, tmdb: FakeTmdb, content: bytes
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None)
    keyless.key_file.write_bytes(content)
    session_id = await store(engine, "Seen,2001")

    async def is_bad() -> bool:
        async with engine.connect() as db:
            return bool(await db.scalar(text("SELECT key_state = 'bad_key' FROM tmdb_state")))

    async with working(keyless):
        await until(is_bad)
        assert tmdb.requests == []
        findings = [f.sentence for f in await doctor.examine(keyless, database_url) if f.needs_a_hand]
        assert any("holds no key" in sentence for sentence in findings)
        store_key(keyless, TmdbKey(tmdb.token))
        await completed(engine, session_id)
        said = [f.sentence for f in await doctor.examine(keyless, database_url)]
    assert any("set TMDB_ACCESS_TOKEN on each" in sentence for sentence in said)


def test_the_doctor_reports_a_database_it_cannot_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/nothing")

    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "cannot be reached" in said
    assert "secret" not in said


async def test_the_doctor_says_when_nothing_runs(settings: Settings, tmp_path: Path) -> None:
    own = replace(settings, database_url=None)
    (finding,) = await doctor.examine(own, f"postgresql://kinograph@/kinograph?host={tmp_path}")

    assert finding.needs_a_hand and "start it with “kinograph run”" in finding.sentence


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
