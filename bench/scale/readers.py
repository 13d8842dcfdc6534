"""How many pages many readers get from two web processes, how soon, and what those processes take of memory.

    python bench/scale/readers.py [--against PATH] [--readers 200] [--sessions 90] [--most 90] [--seconds 150]
        [--visit 8] [--pause-ms 1000]

Each reader opens a page every one to three pauses. A visit is so many pages of one session, a quarter of them with a
filter; what a browser has it asks for with its ETag. With `--most` the sessions that are visited become that many in
the course of the run; with many of them most pages are drawn for the first time. The checkouts are measured
one after the other, each with a database of 2,000 sessions. Memory is the RSS of the larger web process after one
minute, after two and at the end. With the usual pause 200 readers ask for at most 100 pages a second: a shorter one
shows what the processes are capable of. What else the machine does changes seconds a good deal, and the processor's
time that a page takes little: of the web processes, and of PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
import asyncpg
import psutil
from programs import Program, database, print_table, read_arguments, server, server_seconds, web

from tests.filled import Size

PAGES = ("", "/patterns", "/genres", "/people", "/world", "/ratings", "/year/2023", "/films")
FILTERS = ("genre=Drama", "released=1990-1999", "country=FR", "rating=4-", "liked=yes", "runtime=150-", "language=ja")
FILTERED = 0.25
LOOKED_AT_SECONDS = 5.0  # between two looks at the memory


@dataclass
class Seen:
    """What all readers got: the seconds of each answer, and how many there were of each status."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    held: list[tuple[float, int]] = field(default_factory=list)  # seconds, bytes of the larger process
    busy: tuple[float, float] = (0.0, 0.0)  # seconds of a processor, of the web processes and of PostgreSQL

    @property
    def figures(self) -> list[float]:
        quantiles = statistics.quantiles(self.took, n=100)
        broken = sum(count for status, count in self.statuses.items() if status >= 500)
        rate = len(self.took) / self.seconds
        each = [1000 * seconds / len(self.took) for seconds in self.busy]
        memory = map(self._megabytes, (60, 120, 1e9))
        return [rate, *each, quantiles[49], quantiles[94], max(self.took), broken, *memory]

    def _megabytes(self, after: float) -> float:
        return next((n_bytes for at, n_bytes in self.held if at >= after), self.held[-1][1]) / 1e6


COLUMNS = ("pages/s", "CPU ms", "database", "p50 s", "p95 s", "max s", "5xx", "MB at 60 s", "at 120 s", "end")


def main() -> None:
    sizes = {"readers": 200, "sessions": 90, "most": 90, "seconds": 150, "visit": 8, "pause_ms": 1000}
    given, checkouts = read_arguments(__doc__, **sizes)
    rows = {}
    with server() as address:
        for checkout in checkouts:
            with database(address, checkout, Size()) as url:
                sessions = asyncio.run(choose(url, max(given.sessions, given.most)))
                with web(checkout, url) as one, web(checkout, url) as other:
                    before = server_seconds(url)
                    seen = read((one, other), sessions, given)
                    seen.busy = (seen.busy[0], server_seconds(url) - before)
            rows[checkout.name] = seen.figures
            print(f"{checkout.name}: {len(seen.took)} answers, {dict(seen.statuses)}", flush=True)
    if len(rows) > 1:
        rows["ratio"] = [new / old if old else 0 for new, old in zip(*rows.values(), strict=True)]
    print_table(COLUMNS, rows)


async def choose(url: str, count: int) -> list[str]:
    db = await asyncpg.connect(url)
    await db.execute("VACUUM ANALYZE")
    rows = await db.fetch("SELECT id FROM sessions WHERE owner_id IS NOT NULL ORDER BY md5(id::text) LIMIT $1", count)
    await db.close()
    return [str(row["id"]) for row in rows]


def read(running: Sequence[Program], sessions: Sequence[str], given: argparse.Namespace) -> Seen:
    """What one process with all the readers gets."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        reading = pool.apply_async(_read, ([program.url for program in running], sessions, given))
        started, held, before = time.monotonic(), [], _busy(running)
        while not reading.ready():
            reading.wait(LOOKED_AT_SECONDS)
            n_bytes = max(psutil.Process(program.process.pid).memory_info().rss for program in running)
            held.append((time.monotonic() - started, n_bytes))
        seen: Seen = reading.get()
    seen.held, seen.busy = held, (_busy(running) - before, 0.0)
    return seen


def _busy(running: Sequence[Program]) -> float:
    return sum(sum(psutil.Process(program.process.pid).cpu_times()[:2]) for program in running)


def _read(urls: Sequence[str], sessions: Sequence[str], given: argparse.Namespace) -> Seen:
    return asyncio.run(_read_all(urls, sessions, given))


async def _read_all(urls: Sequence[str], sessions: Sequence[str], given: argparse.Namespace) -> Seen:
    seen, started = Seen(), time.monotonic()
    pause = given.pause_ms / 1000

    async def reader(number: int) -> None:
        dice, copies = random.Random(number), dict[str, str]()
        await asyncio.sleep(2 * pause * dice.random())
        while True:
            grown = (given.most - given.sessions) * (time.monotonic() - started) / given.seconds
            session = sessions[dice.randrange(min(len(sessions), given.sessions + max(0, int(grown))))]
            for _ in range(given.visit):
                if time.monotonic() > started + given.seconds:
                    return
                path = f"/session/{session}{dice.choice(PAGES)}"
                if dice.random() < FILTERED:
                    path += f"?{dice.choice(FILTERS)}"
                await get(urls[number % len(urls)] + path, copies)
                await asyncio.sleep(pause * dice.uniform(1, 3))

    async def get(url: str, copies: dict[str, str]) -> None:
        asked = time.monotonic()
        known = {"If-None-Match": copies[url]} if url in copies else {}
        async with client.get(url, headers=known) as answer:
            await answer.read()
        if tag := answer.headers.get("ETag"):
            copies[url] = tag
        seen.took.append(time.monotonic() - asked)
        seen.statuses[answer.status] += 1

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        headers={"Accept-Encoding": "gzip"},
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=300),
    ) as client:
        await asyncio.gather(*map(reader, range(given.readers)))
    seen.seconds = time.monotonic() - started
    return seen


if __name__ == "__main__":
    main()
