"""What the doctor says of tables, keys, disks and databases, and health with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.cli import main
from kinograph.operator import doctor
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from kinograph.worker import leader
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, until
from tests.films.test_nothing_lost import full_disk, working
from tests.test_operator import tmdb, worker_settings

__all__ = ["tmdb", "worker_settings"]


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
