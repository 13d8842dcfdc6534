"""The migrations make what the models say."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import asyncpg
import orjson
import pytest
from alembic import command
from sqlalchemy.exc import DBAPIError

from kinograph import database
from kinograph.database import alembic_config
from kinograph.i18n import Sentence


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_many_that_start_at_once_migrate_once(server: str) -> None:
    async def make() -> str:
        connection = await asyncpg.connect(server)
        await connection.execute("CREATE DATABASE raced")
        await connection.close()
        return server.replace("/postgres?", "/raced?")

    url = asyncio.run(make())

    program = "import sys; from kinograph.database import migrate; migrate(sys.argv[1])"
    racing = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]
    assert [process.wait(60) for process in racing] == [0, 0, 0]
    command.check(alembic_config(url))


def test_where_there_is_nothing_to_migrate_what_migrates_is_not_loaded(database_url: str) -> None:
    script = "import sys; from kinograph.database import migrate; migrate(sys.argv[1]); print('alembic' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", script, database_url], text=True) == "False\n"


def test_what_was_said_of_an_upload_before_sentences_were_kept_is_still_said(server: str) -> None:
    async def run(address: str, sql: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(address)
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql)
            return found
        finally:
            await connection.close()

    asyncio.run(run(server, "CREATE DATABASE said"))
    url = server.replace("/postgres?", "/said?")
    command.upgrade(alembic_config(url), "0005")
    insert = (
        "INSERT INTO sessions (id, status, warnings) VALUES (gen_random_uuid(), 'completed', $${One,\"Two, 5 %\"}$$)"
    )
    asyncio.run(run(url, insert))
    command.upgrade(alembic_config(url), "head")

    (row,) = asyncio.run(run(url, "SELECT warnings FROM sessions WHERE status = 'completed'"))
    assert [str(Sentence.restored(each)) for each in orjson.loads(row["warnings"])] == ["One", "Two, 5 %"]


def test_a_migration_whose_table_is_locked_fails_soon_and_earlier_ones_stay(server: str) -> None:
    async def run() -> None:
        maker = await asyncpg.connect(server)
        await maker.execute("CREATE DATABASE held")
        await maker.close()
        url = server.replace("/postgres?", "/held?")
        await asyncio.to_thread(command.upgrade, alembic_config(url), "0005")
        holder = await asyncpg.connect(url)
        reading = holder.transaction()
        await reading.start()
        await holder.execute("LOCK TABLE viewings IN ACCESS SHARE MODE")  # as a long reader does; 0007 wants it
        with pytest.raises(DBAPIError):
            await asyncio.to_thread(database.migrate, url, attempts=2, lock_timeout="50ms", pause_seconds=0.05)
        assert await holder.fetchval("SELECT version_num FROM alembic_version") == "0006"

        waiting = asyncio.create_task(asyncio.to_thread(database.migrate, url, lock_timeout="50ms", pause_seconds=0.05))
        await asyncio.sleep(0.1)
        await reading.rollback()
        await waiting
        assert await holder.fetchval("SELECT version_num FROM alembic_version") == database.newest_revision()
        await holder.close()

    asyncio.run(run())
