"""How long a backup and a restore take, and whether one that is killed at any moment leaves everything whole:
python bench/backups.py --sessions 20 --kills 50

Medians of the clock's seconds; those of the CPU are Kinograph's own, without the server's and pg_dump's. While backups
run, somebody else reads: how long the slowest read took shows whether anybody waits. Ends with exit code 1 if a
backup or a restore that was killed left something half done.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph import database  # noqa: E402
from kinograph.backups import archive, dumping, restoring  # noqa: E402
from tests import cluster  # noqa: E402
from tests.filled import Size, fill  # noqa: E402

PROGRAM = """
import asyncio, pathlib, sys
from kinograph.backups import dumping, restoring
print(flush=True)
do = {"backup": dumping.write_backup, "restore": restoring.restore}[sys.argv[1]]
asyncio.run(do(sys.argv[2], pathlib.Path(sys.argv[3]), chosen=None))
"""
READ = "SELECT count(*) FROM (SELECT FROM session_films LIMIT 1000) few"
_numbers = itertools.count()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--facts", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sized = Size(facts=given.facts).of_sessions(given.sessions)
    with cluster.running() as server, tempfile.TemporaryDirectory() as name:
        filled, path = make(server), Path(name) / "kept.backup"
        database.migrate(filled)
        asyncio.run(fill(filled, sized))
        slowest = Reader(filled)
        wall, cpu = measure(lambda: asyncio.run(dumping.write_backup(filled, path, chosen=None)), given.times)
        waited = slowest.stop()
        manifest = archive.read_manifest(path)
        rows = sum(manifest.tables.values())
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.1f} MB")
        print(f"backup:  {wall:6.2f} s, CPU {cpu:.2f} s; the slowest read meanwhile {waited * 1000:.0f} ms")
        whole, cpu = measure(lambda: asyncio.run(restoring.restore(make(server), path, chosen=None)), given.times)
        print(f"restore: {whole:6.2f} s, CPU {cpu:.2f} s")
        chance = random.Random(given.seed)
        wrong = kill_backups(filled, path, wall, given.kills, chance)
        wrong += kill_restores(server, path, whole, given.kills, chance)
    print("\n".join(wrong) or "nothing was half done")
    return 1 if wrong else 0


def make(server: str) -> str:
    name = f"made_{next(_numbers)}"
    ask(server, f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def ask(url: str, statement: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def measure(do: Callable[[], object], times: int) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        do()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus)


class Reader:
    """Somebody who reads all the time."""

    def __init__(self, url: str) -> None:
        self._slowest = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._read(url)))
        self._thread.start()

    async def _read(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        while not self._ended.is_set():
            before = time.perf_counter()
            await connection.fetchval(READ)
            self._slowest = max(self._slowest, time.perf_counter() - before)
            await asyncio.sleep(0.01)
        await connection.close()

    def stop(self) -> float:
        """Seconds that the slowest read took."""
        self._ended.set()
        self._thread.join()
        return self._slowest


def killed(seconds: float, *arguments: str | Path) -> bool:
    """Whether it had not ended before."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    return process.returncode != 0


def kill_backups(url: str, path: Path, seconds: float, times: int, chance: random.Random) -> list[str]:
    wrong, before, n_killed, left = [], path.read_bytes(), 0, 0
    for _ in range(times):
        moment = chance.uniform(0, 2 * seconds)  # a process of its own takes longer than this one
        was_killed = killed(moment, "backup", url, path)
        n_killed += was_killed
        left += len(list(path.parent.glob(".*.partial")))
        if path.read_bytes() != before:  # it ended, or was killed after it counted
            before = path.read_bytes()
            try:
                archive.check_dump(path, archive.read_manifest(path))
            except archive.BackupError as error:
                wrong.append(f"backup killed after {moment:.2f} s: {error}")
    archive.sweep(path.parent)
    if list(path.parent.iterdir()) != [path]:
        wrong.append("something is left beside the backup")
    print(f"backups: {n_killed} of {times} killed, {left} left a hidden file, which the next swept away")
    return wrong


def kill_restores(server: str, path: Path, seconds: float, times: int, chance: random.Random) -> list[str]:
    wrong, n_killed, n_empty = [], 0, 0
    rows = archive.read_manifest(path).tables
    target = make(server)
    for _ in range(times):
        moment = chance.uniform(0, 2 * seconds)  # a process of its own takes longer than this one
        n_killed += killed(moment, "restore", target, path)
        while ask(target, OTHERS):
            time.sleep(0.05)
        if not ask(target, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"):
            n_empty += 1
            continue
        found = {name: ask(target, f'SELECT count(*) FROM public."{name}"') for name in rows}
        if found != rows:
            wrong.append(f"restore killed after {moment:.2f} s: half of it is there")
        target = make(server)
    print(f"restores: {n_killed} of {times} killed, {n_empty} left an empty database, the others all of it")
    return wrong


OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


if __name__ == "__main__":
    sys.exit(main())
