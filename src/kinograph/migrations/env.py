"""Runs the migrations over asyncpg, one process at a time."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import kinograph.accounts.models
import kinograph.backups.models
import kinograph.films.models
import kinograph.lists.models
import kinograph.sessions.models
import kinograph.shares.models
import kinograph.views.models  # noqa: F401 - the same
from kinograph.database import Base

LOCK = 0x6B696E6F  # "kino": the migrations' advisory lock, held as long as the connection
LOCK_TIMEOUT = "3s"


def compared(obj: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """The queue's tables are PgQueuer's own."""
    return not (kind in ("table", "index") and reflected and (name or "").startswith("pgqueuer"))


def run(connection: Connection) -> None:
    """Each migration is a transaction: what one has changed is not locked while the next ones run."""
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    # Whoever waits for a table keeps everybody after them waiting, too. So: not for long, and again later.
    lock_timeout = context.config.attributes.get("lock_timeout", LOCK_TIMEOUT)
    connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": lock_timeout})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=compared,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect_and_run(context.config.attributes["url"]))
