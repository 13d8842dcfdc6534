"""Kinograph under fire: uploads, readers, backups, faults at TMDB, and processes killed, frozen and cut off by chance.

    python -m tests.soak [--seconds 180] [--seed 1] [--faults 0.2] [--rate 80] [--readers 200]

Beside `kinograph run` there is a second worker, which stands by, and a second web server, behind PgBouncer where it is
installed. Prints what was done, and ends with exit code 1 if a film is lost or settled twice, a session is not
completed, two workers ask TMDB at once, a reader gets an error, a backup cannot be restored or lacks a session,
something is left where nothing should be, or after more than twenty minutes memory is a tenth over its level after ten.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from kinograph.running import postgres
from tests import pooler
from tests.browser import Running, free_port, kinograph
from tests.fake_tmdb import FakeTmdb
from tests.sessions.export_files import FILM, table, zipped
from tests.soak.keeping import Keeping
from tests.soak.memory import Memory
from tests.soak.readers import Readers
from tests.test_journey import send

PATIENCE = 240  # seconds after the last fault: the longest waits between attempts are a minute
FROZEN_SECONDS = (2, 16)  # more than a lease, or less
AWAY_SECONDS = (1, 10)
# Full within minutes, so that whatever grows after them is no cache.
SMALL = {"KINOGRAPH_FRAME_CACHE_MB": "16"}


@dataclass(frozen=True)
class Place:
    """All that runs."""

    running: Running
    second: Running  # the other web server
    standby: subprocess.Popen[bytes]
    pooler: psutil.Process | None
    tmdbs: tuple[FakeTmdb, FakeTmdb]  # of the supervised worker, and of the other
    address: str
    scratch: Path  # the folder for temporary files
    keeping: Keeping
    roots: dict[str, int]  # the processes that were started, by their names

    def supervised(self, name: str) -> list[psutil.Process]:
        return self.running.children(name)[:1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.2)
    parser.add_argument("--rate", type=float, default=80)
    parser.add_argument("--readers", type=int, default=200)
    given = parser.parse_args()
    with everything(given) as place:
        complaints = soak(place, given)
        complaints += list_left(place)
        print(
            f"{sum(len(tmdb.requests) for tmdb in place.tmdbs)} requests in {len(list_leads(place))} leads;"
            f" the log has {len(place.running.log.read_text().splitlines())} lines"
        )
    for complaint in complaints:
        print(complaint)
    print("something was lost" if complaints else "nothing was lost")
    return 1 if complaints else 0


@contextmanager
def everything(given: argparse.Namespace) -> Iterator[Place]:
    def fake_tmdb(seed: int) -> FakeTmdb:
        return FakeTmdb(invent=True, latency=0.05, fault_rate=given.faults, stall_seconds=20, seed=seed)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scratch = folder / "scratch"
        scratch.mkdir()
        (backups := folder / "backups").mkdir()
        own, other = (stack.enter_context(fake_tmdb(given.seed + n)) for n in (0, 1000))
        common = {"TMDB_ACCESS_TOKEN": own.token, "TMDB_REQUESTS_PER_SECOND": str(given.rate), "TMPDIR": str(scratch)}
        common |= Keeping("", backups).settings | SMALL
        running = stack.enter_context(kinograph(folder, TMDB_BASE_URL=own.url, **common))
        address = postgres.find_address(data_of(running))
        assert address
        urls, process = {"DATABASE_URL": address}, None
        if pooler.PROGRAM:
            before = set(psutil.Process().children())
            pooled = stack.enter_context(pooler.pooled(address))
            (process,) = set(psutil.Process().children()) - before
            urls = {"DATABASE_URL": pooled, "KINOGRAPH_DIRECT_URL": address}
        else:
            print("NO PGBOUNCER: nothing goes through a pooler")
        port = free_port()
        others = common | urls | {"TMDB_BASE_URL": other.url, "KINOGRAPH_DATA_DIR": str(folder / "other")}
        standby = stack.enter_context(started(folder / "standby.log", "worker", others))
        web = stack.enter_context(started(folder / "web.log", "web", others | {"KINOGRAPH_PORT": str(port)}))
        second = replace(running, url=f"http://127.0.0.1:{port}")
        second.wait_for("/healthz", status="ok")
        roots = {"supervised": running.process.pid, "other": web.pid, "standing by": standby.pid}
        yield Place(running, second, standby, process, (own, other), address, scratch, Keeping(address, backups), roots)


def data_of(running: Running) -> Path:
    return Path(psutil.Process(running.process.pid).environ()["KINOGRAPH_DATA_DIR"])


@contextmanager
def started(log: Path, command: str, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KINOGRAPH_", "TMDB_"))}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kinograph", command], env=clean | settings, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def soak(place: Place, given: argparse.Namespace) -> list[str]:
    chance = random.Random(given.seed)
    done: Counter[str] = Counter()
    sessions: dict[str, int] = {}
    seen: list[str] = []  # by the readers, of those sessions
    memory = Memory(place.roots)
    readers = Readers((place.running.url, place.second.url), seen, given.readers, seed=given.seed)
    end = time.monotonic() + given.seconds
    while time.monotonic() < end:
        count = chance.choice((5, 50, 300))
        with suppress(OSError):  # sent while the web server or the database was away: nobody was promised anything
            to = chance.choice((place.running, place.second))
            session_id = send(to, export(count, number=len(sessions)))["session_id"]
            sessions[session_id] = count
            seen.append(session_id)
            done["uploads"] += 1
        time.sleep(chance.uniform(0.5, 5))
        fault = chance.choice([*FAULTS, "nothing"])
        done[fault] += FAULTS[fault](place, chance) if fault in FAULTS else 1
    print(", ".join(f"{count} {what}" for what, count in sorted(done.items())))
    complaints = [*memory.stop(), *readers.stop()]
    complaints += [
        complaint for session, count in sessions.items() for complaint in examine(place.running, session, count)
    ]
    return complaints + list(place.keeping.examine(len(sessions)))


def kill(name: str, number: signal.Signals) -> Callable[[Place, random.Random], int]:
    """Ends a child of the supervisor."""

    def ended(place: Place, chance: random.Random) -> int:
        found = place.supervised(name)
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return len(found)

    return ended


def freeze(find: Callable[[Place], list[psutil.Process]]) -> Callable[[Place, random.Random], int]:
    """Stops processes for a while."""

    def frozen(place: Place, chance: random.Random) -> int:
        found = find(place)
        with suppress(psutil.NoSuchProcess):
            for process in found:
                process.suspend()
            time.sleep(chance.uniform(*FROZEN_SECONDS))
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.resume()
        return len(found)

    return frozen


def cut_off(place: Place, chance: random.Random) -> int:
    """The database is away for a while: who would start it again is frozen."""
    supervisor = psutil.Process(place.running.process.pid)
    found = place.supervised("bin/postgres -D")
    supervisor.suspend()
    try:
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
        time.sleep(chance.uniform(*AWAY_SECONDS))
    finally:
        supervisor.resume()
    return len(found)


# SIGQUIT is what `pg_ctl stop -m immediate` sends.
FAULTS: dict[str, Callable[[Place, random.Random], int]] = {
    "web and worker killed": kill("kinograph web", signal.SIGKILL),
    "postgres killed": kill("bin/postgres -D", signal.SIGKILL),
    "postgres stopped at once": kill("bin/postgres -D", signal.SIGQUIT),
    "web and worker frozen": freeze(lambda place: place.supervised("kinograph web")),
    "other worker frozen": freeze(lambda place: [psutil.Process(place.standby.pid)]),
    "pooler frozen": freeze(lambda place: [place.pooler] if place.pooler else []),
    "database away": cut_off,
    "backups asked for": lambda place, chance: place.keeping.ask(chance),
    "backups killed": lambda place, chance: place.keeping.kill(chance),
    "backups due": lambda place, chance: place.keeping.let_one_be_due(chance),
}


def export(count: int, *, number: int) -> bytes:
    """So many films, half of them of this upload alone and half known to all."""
    names = [f"Common Film {n}" if n % 2 else f"Film {number} of {n}" for n in range(count)]
    return zipped(watched=table(FILM, *(f"2024-01-01,{name},{1950 + n % 70}," for n, name in enumerate(names)))).content


def examine(running: Running, session_id: str, count: int) -> list[str]:
    found: dict[str, Any] = {}
    end = time.monotonic() + PATIENCE
    while found.get("status") != "completed":
        if time.monotonic() > end:
            return [f"a session of {count} films is not completed: {found}"]
        time.sleep(0.2)
        with suppress(OSError):
            found = running.get(f"/api/session/{session_id}/status")
    complaints = []
    if (found["total_movies"], found["enriched_count"]) != (count, count):
        complaints.append(f"of {count} films {found['enriched_count']} are there: {found}")
    films = running.wait_for(f"/api/session/{session_id}/movies?limit=1000", total=count)["movies"]
    if len({film["tmdb_id"] for film in films}) != count:
        complaints.append(f"of {count} films some have the same match")
    return complaints


def list_leads(place: Place) -> list[tuple[int, str]]:
    """Whose requests came in a row, and what the first of them was."""
    asked = sorted((each.at, n, each.path) for n, tmdb in enumerate(place.tmdbs) for each in tmdb.requests)
    leads = [(n, path) for _, n, path in asked[:1]]
    leads += [(n, path) for (_, before, _), (_, n, path) in itertools.pairwise(asked) if n != before]
    return leads


def list_left(place: Place) -> Iterator[str]:
    """What should not be there: a request of a leader after the next one began, jobs, counts, files."""
    for _, path in list_leads(place):
        if path != "authentication":  # with which each lead begins
            yield f"a worker that no longer led has asked for {path}"
    for what, number in asyncio.run(count_left(place.address)).items():
        if number:
            yield f"{number} {what} are left"
    if files := list(place.scratch.glob("kinograph-upload-*")):
        yield f"{len(files)} uploads are left on disk"


async def count_left(address: str) -> dict[str, int]:
    connection = await asyncpg.connect(address)
    try:
        end = time.monotonic() + PATIENCE
        jobs = 1
        while jobs and time.monotonic() < end:
            jobs = await connection.fetchval("SELECT count(*) FROM pgqueuer")
            await asyncio.sleep(0.2)
        pending = await connection.fetchval("SELECT count(*) FROM films WHERE state = 'pending'")
        return {"jobs": jobs, "films that nobody looks up": pending}
    finally:
        await connection.close()


if __name__ == "__main__":
    sys.exit(main())
