"""The daily backup of a worker: looks whether one is due, and leaves it to a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.backups import folder
from kinograph.running.processes import tie_to
from kinograph.settings import Settings

log = logging.getLogger(__name__)

LOOKED_AT_SECONDS = 600.0
TRIED_AGAIN_SECONDS = 3600.0  # after one that failed


class Backups:
    """Of the worker that leads: `back_up` is a period."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._not_before = 0.0

    async def back_up(self, engine: AsyncEngine) -> None:
        """Nothing but waiting in this process: reading a backup back takes seconds of the CPU. Ends with its task."""
        assert self._settings.backup_dir
        if time.monotonic() < self._not_before:
            return
        try:
            if not folder.is_due(self._settings.backup_dir, datetime.now(UTC)):
                return
        except OSError:
            pass  # said by the process that is started
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "kinograph", "backup"),
            env=self._environ(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=tie_to(os.getpid(), signal.SIGKILL),
        )
        try:
            _, complaints = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            self._not_before = time.monotonic() + TRIED_AGAIN_SECONDS
            lines = complaints.decode(errors="replace").strip().splitlines()
            log.error("no backup was made: %s", lines[-1] if lines else f"exit code {process.returncode}")
        else:
            log.info("a backup was made")

    def _environ(self) -> dict[str, str]:
        settings = self._settings
        given = {
            "DATABASE_URL": settings.session_url,
            "KINOGRAPH_DATA_DIR": settings.data_dir,
            "KINOGRAPH_BACKUP_DIR": settings.backup_dir,
            "KINOGRAPH_BACKUP_KEEP": settings.backup_keep,
            "KINOGRAPH_POSTGRES_BIN": settings.postgres_bin or "",
            "KINOGRAPH_DIRECT_URL": "",  # the address above is direct
        }
        return {**os.environ, **{name: str(value) for name, value in given.items()}}
