"""Writes down how a backup went, for `doctor` and /metrics."""

from __future__ import annotations

from contextlib import suppress

import asyncpg

from kinograph.backups.archive import Manifest
from kinograph.database import CONNECT_SECONDS

MADE = """
INSERT INTO backup_state (made_at, n_bytes) VALUES ($1::text::timestamptz, $2)
ON CONFLICT (one) DO UPDATE SET made_at = excluded.made_at, n_bytes = excluded.n_bytes, failed_at = NULL, reason = NULL
"""
FAILED = """
INSERT INTO backup_state (failed_at, reason) VALUES (now(), $1)
ON CONFLICT (one) DO UPDATE SET failed_at = excluded.failed_at, reason = excluded.reason
"""


async def note_made(url: str, manifest: Manifest) -> None:
    await _note(url, MADE, manifest.made_at, manifest.n_bytes)


async def note_failed(url: str, reason: str) -> None:
    await _note(url, FAILED, reason)


async def _note(url: str, statement: str, *values: object) -> None:
    """A database that cannot be written to, as with a full disk, or that an older version made, can be kept all the
    same."""
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            await connection.execute(statement, *values, timeout=CONNECT_SECONDS)
        finally:
            await connection.close(timeout=2)
