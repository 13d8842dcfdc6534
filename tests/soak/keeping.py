"""Backups while everything else goes on: asked for, killed, and made by the worker that leads because one is due."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from kinograph.backups import archive, folder

KEPT = 3
KILLED_SECONDS = (0.0, 6.0)
PATIENCE = 120  # seconds until one must succeed once nothing is killed any more


@dataclass(frozen=True)
class Keeping:
    """Of the database at `address`, in `place`."""

    address: str
    place: Path
    wrong: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {"KINOGRAPH_BACKUP_DIR": str(self.place), "KINOGRAPH_BACKUP_KEEP": str(KEPT)}

    def ask(self, chance: random.Random) -> int:
        """`kinograph backup`, whatever it meets. Whether it made one."""
        return int(self._run("backup")[0] == 0)

    def kill(self, chance: random.Random) -> int:
        """The same, killed at any moment. Whether it had not ended."""
        process = self._start("backup")
        try:
            process.communicate(timeout=chance.uniform(*KILLED_SECONDS))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return 1
        return 0

    def let_one_be_due(self, chance: random.Random) -> int:
        """The newest turns a day older, and whoever leads makes another."""
        for newest in folder.list_backups(self.place)[:1]:
            when = datetime.strptime(newest.name, folder.NAME).replace(tzinfo=UTC)
            newest.rename(folder.name_next(self.place, when - timedelta(hours=25)))
            return 1
        return 0

    def examine(self, n_sessions: int) -> Iterator[str]:
        """Whatever is in the folder can be read; the newest is restored, and has all sessions somebody was promised."""
        end = time.monotonic() + PATIENCE
        code, said = self._run("backup")
        while code and time.monotonic() < end:
            code, said = self._run("backup")
        if code:
            yield f"no backup can be made: {said}"
        found = folder.list_backups(self.place)
        if left := set(self.place.iterdir()) - set(found):
            yield f"beside the backups there is {sorted(path.name for path in left)}"
        if not found or len(found) > KEPT:
            yield f"{len(found)} backups are kept of {KEPT}"
        for path in found:
            try:
                archive.check_dump(path, archive.read_manifest(path))
            except archive.BackupError as error:
                yield str(error)
        yield from self._restore(found[0], n_sessions)
        yield from self.wrong

    def _restore(self, path: Path, n_sessions: int) -> Iterator[str]:
        target = self.address.replace("@/kinograph?", "@/restored?")
        asyncio.run(_ask(self.address, "CREATE DATABASE restored"))
        code, said = self._run("restore", str(path), url=target)
        if code:
            yield f"{path.name} cannot be restored: {said}"
            return
        restored = asyncio.run(_ask(target, "SELECT count(*) FROM sessions"))
        print(f"the newest backup was restored with {restored} sessions")
        if restored < n_sessions:
            yield f"of {n_sessions} sessions {restored} were restored"

    def _run(self, *command: str, url: str = "") -> tuple[int, str]:
        process = self._start(*command, url=url)
        _, complaint = process.communicate()
        said = complaint.decode().strip()
        if "Traceback" in said:
            self.wrong.append(f"kinograph {command[0]} ended with {said}")
        return process.returncode, said

    def _start(self, *command: str, url: str = "") -> subprocess.Popen[bytes]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KINOGRAPH_", "TMDB_"))}
        return subprocess.Popen(
            [sys.executable, "-m", "kinograph", *command],
            env=clean | self.settings | {"DATABASE_URL": url or self.address},
            cwd=self.place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )


async def _ask(url: str, statement: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(statement) or 0)
    finally:
        await connection.close()
