"""Kinograph under fire: uploads, faults at TMDB, and processes killed at random moments; nothing may be lost.

    python -m tests.soak [--seconds 180] [--seed 1] [--faults 0.2] [--rate 80]

Prints what was done, and ends with exit code 1 if a film is lost, settled twice, or a session not completed.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.browser import Running, kinograph
from tests.fake_tmdb import FakeTmdb
from tests.sessions.export_files import FILM, table, zipped
from tests.test_journey import send

# How each is ended: SIGQUIT is what `pg_ctl stop -m immediate` sends.
VICTIMS = {
    "worker": ("kinograph worker", signal.SIGKILL),
    "web": ("kinograph web", signal.SIGKILL),
    "postgres -9": ("bin/postgres -D", signal.SIGKILL),
    "postgres immediate": ("bin/postgres -D", signal.SIGQUIT),
}
PATIENCE = 240  # seconds after the last kill: the longest waits between attempts are a minute


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.2)
    parser.add_argument("--rate", type=float, default=80)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeTmdb(invent=True, latency=0.05, fault_rate=given.faults, stall_seconds=20, seed=given.seed) as tmdb,
        kinograph(
            Path(folder),
            TMDB_BASE_URL=tmdb.url,
            TMDB_ACCESS_TOKEN=tmdb.token,
            TMDB_REQUESTS_PER_SECOND=str(given.rate),
        ) as running,
    ):
        complaints = soak(running, random.Random(given.seed), given.seconds)
        print(f"{len(tmdb.requests)} requests; the log has {len(running.log.read_text().splitlines())} lines")
    for complaint in complaints:
        print(complaint)
    print("something was lost" if complaints else "nothing was lost")
    return 1 if complaints else 0


def soak(running: Running, chance: random.Random, seconds: float) -> list[str]:
    done: Counter[str] = Counter()
    sessions: dict[str, int] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        count = chance.choice((5, 50, 300))
        with suppress(OSError):  # sent while the web server or the database was away: nobody was promised anything
            sessions[send(running, export(count, number=len(sessions)))["session_id"]] = count
            done["uploads"] += 1
        time.sleep(chance.uniform(0.5, 5))
        victim = chance.choice([*VICTIMS, "nobody"])
        done[f"{victim} ended"] += kill(running, victim)
    print(", ".join(f"{count} {what}" for what, count in sorted(done.items())))
    return [complaint for session, count in sessions.items() for complaint in examine(running, session, count)]


def export(count: int, *, number: int) -> bytes:
    """So many films, half of them of this upload alone and half known to all."""
    names = [f"Common Film {n}" if n % 2 else f"Film {number} of {n}" for n in range(count)]
    return zipped(watched=table(FILM, *(f"2024-01-01,{name},{1950 + n % 70}," for n, name in enumerate(names)))).content


def kill(running: Running, victim: str) -> int:
    if victim not in VICTIMS:
        return 0
    name, number = VICTIMS[victim]
    found = running.children(name)
    for process in found[:1]:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    return len(found[:1])


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


if __name__ == "__main__":
    sys.exit(main())
