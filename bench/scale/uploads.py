"""Many uploads at once: until the last is stored, how many were accepted, and what the web processes take of memory.

    python bench/scale/uploads.py [--against PATH] [--uploads 50] [--films 2000] [--times 3]

As many new owners send an export each to two web processes, in a database of 2,000 sessions. Half of each export's
films nobody has named before. The checkouts take turns; medians of so many times. Memory is the most that a web process
held together with the processes that read for it, above what it held before.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

import aiohttp
import psutil
from programs import Program, database, make_export, print_table, read_arguments, server, web

from tests.filled import Size

COLUMNS = ("seconds", "median s", "slowest s", "201", "MB above idle")


def main() -> None:
    given, checkouts = read_arguments(__doc__, uploads=50, films=2000, times=3)
    measured: dict[str, list[list[float]]] = {checkout.name: [] for checkout in checkouts}
    with server() as address, ExitStack() as stack:
        running = {}
        for checkout in checkouts:
            url = stack.enter_context(database(address, checkout, Size()))
            running[checkout.name] = [stack.enter_context(web(checkout, url)) for _ in range(2)]
        for n in range(given.times):
            exports = [_make(given, n, k) for k in range(given.uploads)]
            for name, programs in running.items():
                measured[name].append(measure(programs, exports))
    rows = {
        name: [statistics.median(column) for column in zip(*times, strict=True)] for name, times in measured.items()
    }
    if len(rows) > 1:
        rows["ratio"] = [new / old if old else 0 for new, old in zip(*rows.values(), strict=True)]
    print_table(COLUMNS, rows)


def _make(given: argparse.Namespace, n: int, k: int) -> bytes:
    known, first = given.films // 2, 100_000 + (n * given.uploads + k) * given.films
    films = [*(1 + (k * 97 + i * 13) % 59_000 for i in range(known)), *range(first, first + given.films - known)]
    return make_export(list(dict.fromkeys(films)), viewings=given.films * 3 // 5)


def measure(programs: Sequence[Program], exports: Sequence[bytes]) -> list[float]:
    with watching(programs) as most:
        started = time.monotonic()
        answers = asyncio.run(_send_all([program.url for program in programs], exports))
        seconds = time.monotonic() - started
    took = [each for each, _ in answers]
    accepted = sum(status == 201 for _, status in answers)
    return [seconds, statistics.median(took), max(took), accepted, most[0] / 1e6]


async def _send_all(urls: Sequence[str], exports: Sequence[bytes]) -> list[tuple[float, int]]:
    async def send(n: int, export: bytes) -> tuple[float, int]:
        started = time.monotonic()
        form = aiohttp.FormData()
        form.add_field("files", export, filename="letterboxd-someone-2026-05-03-18-29-utc.zip")
        async with client.post(f"{urls[n % len(urls)]}/api/upload", data=form) as answer:
            await answer.read()
        return time.monotonic() - started, answer.status

    timeout = aiohttp.ClientTimeout(total=600)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as client:
        return await asyncio.gather(*(send(n, export) for n, export in enumerate(exports)))


@contextmanager
def watching(programs: Sequence[Program]) -> Iterator[list[float]]:
    """The most bytes that one of them and its children held above what it began with, looked at twenty times a
    second."""
    before = [_held(program) for program in programs]
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], *(_held(p) - first for p, first in zip(programs, before, strict=True)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def _held(program: Program) -> float:
    total = 0.0
    main = psutil.Process(program.process.pid)
    for process in (main, *main.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().uss
    return total


if __name__ == "__main__":
    main()
