"""A backup or a restore that is killed at any moment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from kinograph.backups import archive
from tests.backups.conftest import ask, digest
from tests.backups.test_backups import Make, back_up, environment, restore, small

__all__ = ["environment", "small"]


PROGRAM = """
import asyncio, pathlib, sys
from kinograph.backups import dumping, restoring
print(flush=True)
do = {"backup": dumping.write_backup, "restore": restoring.restore}[sys.argv[1]]
asyncio.run(do(sys.argv[2], pathlib.Path(sys.argv[3]), chosen=None))
"""


def killed_after(seconds: float, *arguments: str | Path) -> int:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    return process.returncode


def test_a_backup_that_is_killed_leaves_the_one_before_and_goes_with_the_next(
    filled: str, tmp_path: Path, small: Path
) -> None:
    path = Path(shutil.copy(small, tmp_path / "kept.backup"))
    for seconds in (0.05, 0.15, 0.3, 0.5):
        before = path.read_bytes()
        if killed_after(seconds, "backup", filled, path) or path.read_bytes() != before:
            archive.check_dump(path, archive.read_manifest(path))
    back_up(filled, path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_restore_that_is_killed_leaves_an_empty_database(filled: str, empty: Make, tmp_path: Path) -> None:
    path = tmp_path / "kept.backup"
    manifest = back_up(filled, path)
    target = empty()
    for seconds in (0.1, 0.25, 0.4):
        code = killed_after(seconds, "restore", target, path)
        gone_by = time.monotonic() + 30
        while others(target) and time.monotonic() < gone_by:
            time.sleep(0.02)
        found = {name: rows for name, (rows, _) in digest(target).items()}
        assert found in ({}, manifest.tables)
        if code == 0 or found:
            target = empty()
    restore(target, path)
    assert {name: rows for name, (rows, _) in digest(target).items()} == manifest.tables


def others(url: str) -> int:
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    count: int = ask(url, statement)[0][0]
    return count
