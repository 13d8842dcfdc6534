"""Brings a backup back into an empty database, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg

from kinograph.backups import archive, clients, script
from kinograph.backups.archive import BackupError, Manifest
from kinograph.database import CONNECT_SECONDS
from kinograph.i18n import gettext
from kinograph.running import postgres_programs

WITH_TRANSACTION_TIMEOUT = 17
SET_TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;\n"
ANYTHING = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS
(SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'))
"""
# Only pg_dump may write `\.`, so a script that ends early leaves a transaction that is never committed.
FIRST = f"""BEGIN;
DO $$ BEGIN IF ({ANYTHING}) THEN RAISE EXCEPTION 'somebody else made tables meanwhile'; END IF; END $$;
"""


async def restore(url: str, path: Path, *, chosen: Path | None) -> Manifest:
    """Raises BackupError with everything as it was, NoPostgres where there is no pg_restore that can do it, and what
    the driver raises. Its tables are those of the version that made it.

    It must be called from the main thread, and nothing else may wait for the loop meanwhile.
    """
    manifest = archive.read_manifest(path)
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        await _need_empty(connection)
        server = connection.get_server_version().major
    finally:
        await connection.close(timeout=2)
    programs = postgres_programs.find_clients(chosen=chosen, server=server, reads=manifest.dumped_by)
    archive.check_dump(path, manifest)
    arguments = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with (
        script.reading(path, programs) as lines,
        clients.running(programs, "psql", arguments, url=url, writes=True) as psql,
    ):
        with suppress(BrokenPipeError):  # it ended, and says why
            psql.input.write(FIRST.encode())
            for line in lines:
                if line != SET_TRANSACTION_TIMEOUT or server >= WITH_TRANSACTION_TIMEOUT:
                    psql.input.write(line)
            if lines.counts == manifest.tables:
                psql.input.write("".join(_last(manifest.tables)).encode())
            psql.input.close()
        psql.finish()
    if lines.counts != manifest.tables:
        raise BackupError(gettext("%(path)s is no backup of Kinograph, or is damaged.", path=path))
    return manifest


async def _need_empty(connection: asyncpg.Connection) -> None:
    if await connection.fetchval(ANYTHING):
        raise BackupError(
            gettext(
                "There is a database already, and a backup can only be restored into an empty one: set"
                " KINOGRAPH_DATA_DIR or DATABASE_URL to another."
            )
        )
    if (encoding := await connection.fetchval("SHOW server_encoding")) != "UTF8":
        raise BackupError(
            gettext(
                "The database is encoded in %(encoding)s; make one in UTF8: CREATE DATABASE … ENCODING 'UTF8'"
                " TEMPLATE template0.",
                encoding=encoding,
            )
        )


def _last(tables: Mapping[str, int]) -> Iterator[str]:
    """Counts what is there now, and keeps it if that is what was counted then."""
    for table, rows in tables.items():
        yield (
            f'DO $$ BEGIN IF (SELECT count(*) FROM public."{table}") <> {rows} THEN'  # noqa: S608 - a plain name
            f" RAISE EXCEPTION '{table} has not {rows} rows'; END IF; END $$;\n"
        )
    yield "COMMIT;\nANALYZE;\n"
