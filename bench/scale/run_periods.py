"""Runs every period once for each round asked for, those of every second ten times, and prints for each as JSON:
seconds between two runs, and of a run in milliseconds all of it, the longest transaction, the longest that the lock was
held which uploads need, and the processor time of this process and of PostgreSQL for this database. Runs anywhere:

    .venv/bin/python bench/scale/run_periods.py DATABASE_URL ROUNDS
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

import psutil
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database, jobs

OFTEN = 10  # runs of what is run twice a second: the processor's time is told in hundredths of seconds


def server_seconds(url: str) -> float:
    """The processor time of PostgreSQL's processes that serve this database."""
    name = urlsplit(url).path.strip("/")
    busy = 0.0
    for process in psutil.process_iter(["cmdline"]):
        if f" {name} " in (process.info["cmdline"] or [""])[0]:
            with suppress(psutil.NoSuchProcess):
                busy += sum(process.cpu_times()[:2])
    return busy


class Transactions:
    """How long each transaction of an engine was open, and had a lock of its own alone, in milliseconds."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.took: list[float] = []
        self.locked: list[float] = []
        self._began: dict[int, float] = {}
        self._locked: dict[int, float] = {}
        event.listen(engine.sync_engine, "begin", self._begin)
        event.listen(engine.sync_engine, "commit", self._end)
        event.listen(engine.sync_engine, "rollback", self._end)
        event.listen(engine.sync_engine, "after_cursor_execute", self._execute)

    def _begin(self, connection: object) -> None:
        self._began[id(connection)] = time.perf_counter()

    def _end(self, connection: object) -> None:
        for since, took in ((self._began, self.took), (self._locked, self.locked)):
            if (began := since.pop(id(connection), None)) is not None:
                took.append(1000 * (time.perf_counter() - began))

    def _execute(self, connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pg_advisory_xact_lock(" in statement:
            self._locked[id(connection)] = time.perf_counter()


async def run(url: str, rounds: int) -> dict[str, list[dict[str, float]]]:
    engine = database.connect(url)
    transactions = Transactions(engine)
    async with engine.begin() as db:
        await db.execute(text("SELECT 1"))
    told: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for period in jobs.PERIODS:
            transactions.took.clear()
            transactions.locked.clear()
            runs = OFTEN if period.seconds < 1 else 1
            served = server_seconds(url)
            started, busy = time.perf_counter(), time.process_time()
            for _ in range(runs):
                if "engine" in inspect.signature(period.task).parameters:
                    await period.task(engine)  # type: ignore[arg-type, unused-ignore]
                else:
                    async with engine.begin() as db:
                        await period.task(db)  # type: ignore[arg-type, unused-ignore]
            took, busy = time.perf_counter() - started, time.process_time() - busy
            busy += server_seconds(url) - served
            name = period.task.__name__.replace("agree_on_repairs", "agree_on_corrections")
            told.setdefault(name, []).append(
                {
                    "every": period.seconds,
                    "all": 1000 * took / runs,
                    "longest": max(transactions.took, default=0.0),
                    "locked": max(transactions.locked, default=0.0),
                    "busy": 1000 * busy / runs,
                }
            )
    await engine.dispose()
    return told


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2])))))
