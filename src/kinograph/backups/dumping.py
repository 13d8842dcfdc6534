"""Makes a backup of a running database, in one snapshot and without keeping anybody waiting."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg

from kinograph import database
from kinograph.backups import archive, clients, script
from kinograph.backups.archive import BackupError, Draft, Manifest
from kinograph.database import CONNECT_SECONDS
from kinograph.i18n import gettext
from kinograph.running import postgres_programs
from kinograph.running.postgres_programs import Programs

TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY relname
"""


async def write_backup(url: str, path: Path, *, chosen: Path | None) -> Manifest:
    """Writes `path` and reads it back before it takes the place of one that was there. Raises BackupError, NoPostgres
    where there is no pg_dump that can do it, and what the driver raises.

    It must be called from the main thread, and nothing else may wait for the loop meanwhile.
    """
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            # Whatever is set for the account: this lasts as long as reading the database does.
            await connection.execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
            )
            revision = await database.read_revision(connection)
            if revision is None:
                raise BackupError(gettext("The database has no tables of Kinograph, so there is nothing to back up."))
            server = (await connection.fetchval("SHOW server_version")).split()[0]
            tables = {name: await _count(connection, name) for (name,) in await connection.fetch(TABLES)}
            if "alembic_version" not in tables:
                raise BackupError(
                    gettext("Kinograph's tables are not in the schema “public”, and only that one is backed up.")
                )
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            programs = postgres_programs.find_clients(chosen=chosen, server=connection.get_server_version().major)
            with archive.replace(path) as draft:
                made_at = datetime.now(UTC)
                n_bytes, sha256 = _dump(url, draft, programs, snapshot)
                manifest = Manifest(
                    made_at=made_at.isoformat(timespec="seconds"),
                    kinograph=version("kinograph"),
                    revision=revision,
                    server=server,
                    dumped_by=programs.major,
                    tables=tables,
                    n_bytes=n_bytes,
                    sha256=sha256,
                )
                draft.write_manifest(manifest)
                _read_back(draft.path, programs)
    finally:
        await connection.close(timeout=2)
    return manifest


async def _count(connection: asyncpg.Connection, table: str) -> int:
    rows: int = await connection.fetchval(f'SELECT count(*) FROM public."{table}"')  # noqa: S608
    return rows


def _dump(url: str, draft: Draft, programs: Programs, snapshot: str) -> tuple[int, str]:
    arguments = ["--format=custom", *script.OPTIONS, f"--snapshot={snapshot}", "--lock-wait-timeout=60s"]
    with clients.running(programs, "pg_dump", arguments, url=url) as pg_dump:
        told = draft.write_dump(pg_dump.output)
        pg_dump.finish()
    return told


def _read_back(path: Path, programs: Programs) -> None:
    """What was counted in the database must be found in the file, read from its first byte to its last."""
    manifest = archive.read_manifest(path)
    archive.check_dump(path, manifest)
    with script.reading(path, programs, "--data-only") as rows:
        for _ in rows:
            pass
    if rows.counts != manifest.tables:
        raise BackupError(gettext("The backup did not match the database, so it was deleted. Run it again."))
