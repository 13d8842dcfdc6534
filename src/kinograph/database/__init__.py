"""One engine a process, and the migrations."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import MetaData, event
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from kinograph.i18n import gettext

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Of every connection.
SERVER_SETTINGS = {
    "plan_cache_mode": "force_custom_plan",  # a plan made for the average session takes a large one row by row
    # What is asked often is in memory; at the usual 4, all of `films` is read for a session of 500.
    "random_page_cost": "1.1",
}


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


POOL_SECONDS = 10.0  # for a connection, where all are in use
TRUSTED_SECONDS = 5.0  # a connection that was in use so lately is not tested, but for whether the server has closed it


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a statement may take, and how long it may wait for a lock, which counts as part of it."""

    statement_seconds: int
    lock_seconds: int

    def list_settings(self) -> dict[str, str]:
        """As PostgreSQL takes them."""
        return {"statement_timeout": f"{self.statement_seconds}s", "lock_timeout": f"{self.lock_seconds}s"}


def connect(
    url: str,
    *,
    pool_size: int = 10,
    overflow: int = 5,
    wait: float = POOL_SECONDS,
    pooled: bool = False,
    timeouts: Timeouts | None = None,
) -> AsyncEngine:
    """An engine for a libpq address (postgresql://...). Connections that have lain idle are tested before use, so that
    a restarted database costs a retry and not a failed page.

    Behind a pooler that gives a connection for each transaction alone (`pooled`) nothing may outlast one: no prepared
    statement, and no setting, which such a pooler refuses at the connect as well.
    """
    given = SERVER_SETTINGS | (timeouts.list_settings() if timeouts else {})
    lasting = {"server_settings": given}
    kept_apart = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=overflow,
        pool_timeout=wait,
        # Statements hold titles, tokens' hashes and session ids, and errors are logged.
        hide_parameters=True,
        connect_args={"async_creator_fn": _reach, **(kept_apart if pooled else lasting)},
        execution_options={POOLED: pooled},
    )
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", partial(_test, engine.dialect))
    if pooled:
        in_transaction = for_transaction(given)
        event.listen(engine.sync_engine, "begin", lambda db: db.exec_driver_sql(in_transaction))
    return engine


POOLED, USED = "pooled", "used"


def for_single_statements(engine: AsyncEngine) -> AsyncEngine:
    """The same connections, each statement by itself: what reads with one alone takes one round trip in place of three.
    Behind a pooler as before, where what is not within a transaction may come to two connections."""
    is_pooled = engine.get_execution_options().get(POOLED)
    return engine if is_pooled else engine.execution_options(isolation_level="AUTOCOMMIT")


async def fetch(db: AsyncConnection, statement: str, *given: object) -> list[asyncpg.Record]:
    """What is asked with nearly every request, by a connection for single statements: straight of the driver, whose
    part of it is an eighth of what SQLAlchemy takes. Its places are $1, $2 …; what it raises is the driver's own."""
    is_pooled = db.sync_engine.get_execution_options().get(POOLED)
    driver = await raw(db) if is_pooled else (await db.get_raw_connection()).driver_connection
    assert driver is not None
    rows: list[asyncpg.Record] = await driver.fetch(statement, *given)
    return rows


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED] = time.monotonic()


def _test(dialect: Dialect, connection: DBAPIConnection | None, record: ConnectionPoolEntry, _lent: object) -> None:
    """As SQLAlchemy's `pool_pre_ping`, whose three round trips are more than most of what is asked: a server that ends
    closes its connections, and the driver has heard of it."""
    if connection is None or USED not in record.info:  # a new one
        return
    driver = record.driver_connection
    is_alive = driver is not None and not driver.is_closed()
    try:
        if is_alive and time.monotonic() - record.info[USED] > TRUSTED_SECONDS:
            is_alive = dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
    if not is_alive:
        raise InvalidatePoolError


async def _reach(*address: Any, **options: Any) -> asyncpg.Connection:
    """Raises ConnectionError whatever keeps us from the server: of a socket that is not there, or a name that nobody
    knows, the driver raises what a bug with a file might as well."""
    try:
        return await asyncpg.connect(*address, **options)
    except OSError as error:
        raise ConnectionError(str(error)) from error


def for_transaction(settings: Mapping[str, str]) -> str:
    """The statement that sets them for the transaction it is run in."""
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())


async def raw(db: AsyncConnection) -> asyncpg.Connection:
    """The driver's own connection inside the running transaction, for COPY and for the job queue."""
    # SQLAlchemy's adapter begins the transaction with its first statement; without one, the driver would autocommit.
    await db.exec_driver_sql("SELECT 1")
    connection: asyncpg.Connection = (await db.get_raw_connection()).driver_connection
    return connection


def migrate(url: str, *, attempts: int = 20, lock_timeout: str = "3s", pause_seconds: float = 1.0) -> None:
    """Brings the schema to the newest version, under a lock so that many starting processes do it once.

    A migration that cannot have a table within `lock_timeout` gives way and is tried again; those before it are done.
    Raises DBAPIError when none of the attempts had it, TablesNewer where a newer version has migrated.
    """
    if asyncio.run(_is_up_to_date(url)):
        return
    from alembic import command  # worker and web can do without it, and a start waits for every import
    from alembic.util import CommandError

    config = alembic_config(url)
    config.attributes["lock_timeout"] = lock_timeout
    for attempt in range(1, attempts + 1):
        try:
            command.upgrade(config, "head")
            asyncio.run(_set_defaults(url))
        except CommandError as error:
            if "Can't locate revision" not in str(error):
                raise
            raise TablesNewer(str(error).rpartition("by ")[2].strip("'")) from error
        except DBAPIError as error:
            if attempt == attempts or getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            log.warning("a migration could not lock its table; trying again")
            time.sleep(pause_seconds)
        else:
            return


async def _is_up_to_date(url: str) -> bool:
    """At most starts there is nothing to migrate: to see it takes Alembic a fifth of a second of the processor. False
    also where the database cannot be reached or asked: what migrates says why."""
    try:
        await check_tables(url)
    except (TablesMissing, TablesNewer, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await _set_defaults(url)
    return True


async def _set_defaults(url: str) -> None:
    """Gives whoever migrates the settings for good in this database: connections of ADBC cannot bring them."""
    connection = await asyncpg.connect(url)
    try:
        for name, value in SERVER_SETTINGS.items():
            if await connection.fetchval("SELECT current_setting($1)", name) != value:
                database = await connection.fetchval("SELECT quote_ident(current_database())")
                await connection.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = '{value}'")
    except asyncpg.InsufficientPrivilegeError:
        log.info("the account may not keep its settings; pages are read a little more slowly")
    finally:
        await connection.close()


class TablesMissing(Exception):
    """They are not there, or older than this version: it has to migrate first."""


class TablesNewer(Exception):
    """A newer version of Kinograph has migrated the database."""

    def __init__(self, found: str | None) -> None:
        super().__init__(
            gettext(
                "A newer Kinograph has updated this database (its tables are at %(found)s, this version knows"
                " %(newest)s). Run that version, or restore a backup from before.",
                found=found or "?",
                newest=newest_revision(),
            )
        )


def check_revision(found: str | None) -> None:
    """Raises TablesMissing or TablesNewer unless the tables are those of this version."""
    if found is None or (found in _revisions() and found != newest_revision()):
        raise TablesMissing(found)
    if found not in _revisions():
        raise TablesNewer(found)


def newest_revision() -> str:
    """Of the migrations that this version has."""
    return max(_revisions())


@cache
def _revisions() -> frozenset[str]:
    # Alembic would tell as well, but a start waits for every import.
    texts = (path.read_text() for path in (MIGRATIONS / "versions").glob("*.py"))
    return frozenset(found[1] for text in texts if (found := re.search(r'^revision = "(\w+)"', text, re.MULTILINE)))


async def read_revision(driver: asyncpg.Connection) -> str | None:
    """Of the tables; None where there are none yet."""
    if not await driver.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
        return None
    revision: str | None = await driver.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def check_tables(url: str) -> None:
    """As check_revision, of a database. Raises what the driver raises where it is away."""
    driver = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        check_revision(await read_revision(driver))
    finally:
        driver.terminate()


def alembic_config(url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["url"] = url
    return config
