"""How long the files to take along take to write, and to read when they are sent back, and what memory that needs:
python bench/downloads.py --films 1500 10000

Medians of so many times, each in a process of its own. The clock's seconds of writing hold the database's work, those
of the CPU do not. Memory is the peak above what the process held before.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from uuid import UUID

import export_writing
import exports

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph import database  # noqa: E402
from kinograph.sessions import intake  # noqa: E402
from kinograph.sessions.everything import write_everything  # noqa: E402
from kinograph.sessions.export import Upload, read  # noqa: E402
from kinograph.sessions.letterboxd_files import write_letterboxd  # noqa: E402
from kinograph.sessions.spooling import Write, spool_file  # noqa: E402
from tests import cluster  # noqa: E402

WRITERS: dict[str, Write] = {"letterboxd.zip": write_letterboxd, "everything.json": write_everything}
Figures = tuple[float, float, float]
"""Seconds of the clock and of the CPU, and bytes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, nargs="+", default=[1500, 10_000])
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    print(" films viewings file              MB  written s  CPU s  MB    read back s  CPU s  MB")
    with cluster.running() as url, tempfile.TemporaryDirectory() as folder:
        database.migrate(url)
        for films in given.films:
            session_id, viewings = asyncio.run(store(url, films))
            for name in WRITERS:
                path = Path(folder) / name
                written = median(write, (url, session_id, path), given.times)
                back = median(read_back, (path, viewings), given.times)
                told = "  ".join(f"{wall:9.2f} {cpu:6.2f} {peak / 1e6:4.0f}  " for wall, cpu, peak in (written, back))
                print(f"{films:6} {viewings:8} {name:15} {path.stat().st_size / 1e6:4.1f}  {told}")


async def store(url: str, films: int) -> tuple[UUID, int]:
    """A session of so many invented films, and how many viewings it has."""
    titles = ((f"The {n}th Film, Again", 1900 + n % 120) for n in itertools.count())
    content = export_writing.write(exports.make(titles, n_films=films, seed=1), seed=1)
    found = read([Upload("letterboxd-someone-2026-05-03-18-29-utc.zip", content)])
    engine = database.connect(url)
    async with engine.begin() as db:
        session_id = await intake.store_session(db, found, owner_id=None, lifetime_days=0)
    await engine.dispose()
    return session_id, len(found.viewings)


def median(run: Callable[..., Figures], given: tuple[object, ...], times: int) -> Figures:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as processes:
        wall, cpu, peak = zip(*(processes.submit(run, *given).result() for _ in range(times)), strict=True)
    return statistics.median(wall), statistics.median(cpu), statistics.median(peak)


def write(url: str, session_id: UUID, path: Path) -> Figures:
    return asyncio.run(_write(url, session_id, path))


async def _write(url: str, session_id: UUID, path: Path) -> Figures:
    engine = database.connect(url)
    async with engine.connect():
        pass  # what is done once
    with path.open("w+b") as file, Meter() as meter:
        await spool_file(engine, WRITERS[path.name], session_id, file)
    await engine.dispose()
    return meter.figures


def read_back(path: Path, viewings: int) -> Figures:
    upload = Upload(f"kinograph-{path.name}", path.read_bytes())
    with Meter() as meter:
        found = read([upload])
    assert len(found.viewings) == viewings, (path.name, len(found.viewings))
    return meter.figures


class Meter(AbstractContextManager["Meter"]):
    figures: Figures

    def __enter__(self) -> Meter:
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        self._before, self._wall, self._cpu = _held("VmRSS"), time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        self.figures = wall, cpu, _held("VmHWM") - self._before


def _held(name: str) -> float:
    """Bytes: now (VmRSS), or at most (VmHWM). Linux alone tells."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return 1024.0 * int(line.split()[1])


if __name__ == "__main__":
    main()
