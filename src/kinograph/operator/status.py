"""How an installation stands, read from its database: for the doctor and the metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

BACKUP_LATE_SECONDS = 2 * 86400


@dataclass(frozen=True, slots=True)
class Condition:
    server: str
    """The version of PostgreSQL."""
    revision: str | None
    """Of the tables; None before the first migration. Of tables older than these all below is empty."""
    queue: Mapping[tuple[str, str], int]
    """Jobs by entrypoint and status."""
    oldest_seconds: Mapping[str, float]
    """How long the job that waits longest has waited, by entrypoint; those put off for another attempt apart."""
    films: Mapping[str, int]
    matches: Mapping[str, int]
    """Films and series that TMDB told of."""
    sessions: Mapping[str, int]
    reasons: Sequence[tuple[str, int]]
    """Why films failed, the most frequent first."""
    key_state: str | None
    figures: Mapping[str, Any]
    """What the worker reported last, as Reporter says."""
    reported_seconds: float | None
    """How long ago that was; None if never."""
    backup_seconds: float | None = None
    """How old the last backup is; None if there is none."""
    backup_bytes: int | None = None
    backup_failed: tuple[float, str] | None = None
    """How long ago the last one failed, and why; None once one has been made again."""
    database_bytes: int | None = None

    @property
    def backs_up(self) -> bool:
        """Whether the worker that leads, or led last, makes a backup each day."""
        return bool(self.figures.get("backs_up"))

    @property
    def is_backup_late(self) -> bool:
        """Of backups that somebody makes by hand nobody knows when the next one is due."""
        return self.backs_up and (self.backup_seconds or 0) > BACKUP_LATE_SECONDS


# On a full disk a small row finds its place in a page that is there, so more is written, and where room must be found
# for it: into a file of a sort that fits no memory.
WRITTEN = """
SELECT count(*) FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 16384) ORDER BY id OFFSET 0) sorted
"""

OLDEST = """
SELECT entrypoint, extract(epoch FROM now() - min(created))::float8 AS age FROM pgqueuer
WHERE status = 'queued' AND execute_after <= now() AND priority > -1000000000 GROUP BY entrypoint
"""

BACKUP = """
SELECT extract(epoch FROM now() - made_at)::float8 AS age, n_bytes,
       extract(epoch FROM now() - failed_at)::float8 AS failed, reason FROM backup_state
"""


async def try_writing(driver: asyncpg.Connection) -> None:
    """Writes and takes it back. Raises what PostgreSQL says where it cannot, asyncpg.DiskFullError among others."""
    transaction = driver.transaction()
    await transaction.start()
    try:
        await driver.execute("SET LOCAL work_mem = '64kB'")
        await driver.execute(WRITTEN)
        await driver.execute(
            "INSERT INTO uploads_under_way (id, sender, n_bytes, counted_at) VALUES (gen_random_uuid(), '', 0, now())"
        )
    finally:
        await transaction.rollback()


async def read_status(driver: asyncpg.Connection, *, rate_group: str) -> Condition:
    server = (await driver.fetchval("SHOW server_version")).split()[0]
    if not await driver.fetchval("SELECT to_regclass('tallies') IS NOT NULL"):
        before = await driver.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        revision = await driver.fetchval("SELECT version_num FROM alembic_version") if before else None
        return Condition(server, revision, {}, {}, {}, {}, {}, [], None, {}, None)

    tallies: dict[str, dict[str, int]] = {"films": {}, "matches": {}, "sessions": {}}
    for row in await driver.fetch(
        "SELECT what, name, sum(n)::bigint FROM tallies GROUP BY what, name HAVING sum(n) <> 0 ORDER BY name"
    ):
        tallies[row[0]][row[1]] = row[2]
    queue = await driver.fetch("SELECT entrypoint, status::text, count(*) FROM pgqueuer GROUP BY 1, 2")
    reasons = await driver.fetch(
        "SELECT reason, count(*) FROM films WHERE state = 'failed' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3"
    )
    report = await driver.fetchrow(
        "SELECT figures::text, extract(epoch FROM now() - reported_at)::float8 FROM worker_reports"
        " WHERE rate_group = $1",
        rate_group,
    )
    backup = await driver.fetchrow(BACKUP)
    return Condition(
        server=server,
        revision=await driver.fetchval("SELECT version_num FROM alembic_version"),
        queue={(row[0], row[1]): row[2] for row in queue},
        oldest_seconds={row["entrypoint"]: row["age"] for row in await driver.fetch(OLDEST)},
        **tallies,
        reasons=[(row[0] or "unknown", row[1]) for row in reasons],
        key_state=await driver.fetchval("SELECT key_state FROM tmdb_state WHERE rate_group = $1", rate_group),
        figures=orjson.loads(report[0]) if report else {},
        reported_seconds=report[1] if report else None,
        backup_seconds=backup["age"] if backup else None,
        backup_bytes=backup["n_bytes"] if backup else None,
        backup_failed=(backup["failed"], backup["reason"]) if backup and backup["reason"] else None,
        database_bytes=await driver.fetchval("SELECT pg_database_size(current_database())"),
    )
