"""The migrations make what the models say."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import asyncpg
from alembic import command

from kinograph.database import alembic_config


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
