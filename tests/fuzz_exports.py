"""Reads thousands of damaged exports in a process with bounds on memory and time, and counts what came of it.

    python -m tests.fuzz_exports --seed 1 --uploads 5000 --seconds 600

Anything but an export or an AppError is a failure, and so are more memory or time than stated; its file is kept, and
its number told: --first NUMBER --uploads 1 makes and reads it again. Only Linux holds the process to its memory.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, read
from tests.sessions.given_mutations import mutation

MEMORY_MB = 512  # above what the process has when it starts; Limits allows 64 MB of text
SECONDS = 20  # for one upload, of the clock
_MB = 1 << 20


def mutations(seed: int) -> Iterator[tuple[Upload, ...]]:
    """Uploads without end, the n-th always the same for a seed."""
    return (mutation(seed, n) for n in count())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--uploads", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=600)
    arguments = parser.parse_args()
    started = time.monotonic()
    outcomes: Counter[str] = Counter()
    failures = n_bytes = 0
    reader = Reader()
    numbers = range(arguments.first, arguments.first + arguments.uploads)
    for n in numbers:
        if time.monotonic() - started > arguments.seconds:
            break
        uploads = mutation(arguments.seed, n)
        n_bytes += sum(len(upload.content) for upload in uploads)
        outcome, failure = reader.read(uploads)
        outcomes[outcome] += 1
        if failure:
            failures += 1
            _tell(arguments.seed, n, uploads, failure)
    reader.stop()
    seconds = time.monotonic() - started
    for outcome, times in outcomes.most_common():
        print(f"{times:7,}  {outcome}")
    print(
        f"{outcomes.total():,} uploads of seed {arguments.seed}, {n_bytes / _MB:,.0f} MB, in {seconds:.0f} s;"
        f" {failures} failures; at most {reader.peak_mb:.0f} MB above the start (ceiling {MEMORY_MB} MB),"
        f" {reader.longest:.2f} s for one (limit {SECONDS} s)"
    )
    return 1 if failures else 0


def _tell(seed: int, n: int, uploads: tuple[Upload, ...], failure: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix=f"kinograph-fuzz-{seed}-{n}-"))
    for place, upload in enumerate(uploads):
        (folder / f"{place}.upload").write_bytes(upload.content)
    names = [upload.name for upload in uploads]
    print(f"FAILED: --seed {seed} --first {n} --uploads 1; kept in {folder} {names}\n{failure}", file=sys.stderr)


class Reader:
    """A process that reads one upload after the other, and is replaced when it dies or takes too long."""

    def __init__(self, *, memory_mb: int = MEMORY_MB, seconds: float = SECONDS) -> None:
        self.memory_mb = memory_mb
        self.seconds = seconds
        self.peak_mb = 0.0
        self.longest = 0.0
        self._start()

    def read(self, uploads: tuple[Upload, ...]) -> tuple[str, str]:
        """The outcome in a word, and what failed, if anything."""
        started = time.monotonic()
        try:
            self._ours.send(uploads)
            if not self._ours.poll(self.seconds):
                self._restart()
                return "hang", f"no answer within {self.seconds} s"
            outcome, failure, peak_mb = self._ours.recv()
        except (EOFError, ConnectionError):
            self._process.join(SECONDS)
            died = f"the process died: {self._process.exitcode}"
            self._restart()
            return "death", died
        self.longest = max(self.longest, time.monotonic() - started)
        self.peak_mb = max(self.peak_mb, peak_mb)
        if peak_mb > self.memory_mb and not failure:
            failure = f"{peak_mb:.0f} MB were taken"
            self._restart()
        return outcome, failure

    def stop(self) -> None:
        self._ours.close()
        self._process.join(SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=serve, args=(theirs, self.memory_mb), daemon=True)
        self._process.start()
        theirs.close()

    def _restart(self) -> None:
        self._process.kill()
        self.stop()
        self._start()


def serve(connection: Connection, memory_mb: int) -> None:
    """Answers each upload with its outcome, what failed, and the most memory so far in MB above the start."""
    _bound_memory(memory_mb)
    start_mb = _peak_mb()
    while True:
        try:
            uploads = connection.recv()
        except EOFError:
            return
        outcome, failure = outcome_of(uploads)
        connection.send((outcome, failure, _peak_mb() - start_mb))


def _bound_memory(memory_mb: int) -> None:
    pages = Path("/proc/self/statm")
    if pages.exists():
        taken = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory_mb * _MB,) * 2)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MB if sys.platform == "darwin" else peak / 1024


def outcome_of(uploads: tuple[Upload, ...]) -> tuple[str, str]:
    """The outcome in a word, and what failed, if anything."""
    try:
        export = read(uploads)
        check(export)
    except AppError as error:
        told = f"{error.status} {type(error).__name__}"
        return told, "" if 400 <= error.status < 500 and str(error) else "the error tells nothing"
    except Exception as error:
        return type(error).__name__, traceback.format_exc()
    return "read" if not export.problems else "read, with problems", ""


def check(export: Export) -> None:
    """Raises AssertionError when the export holds what the database could not."""
    films = range(len(export.films))
    places = [place for made in export.lists for place in made.films]
    named = [*export.watched, *export.ratings, *export.likes, *export.watchlist]
    named += [row.film for rows in (export.viewings, export.reviews, places) for row in rows]
    assert all(film in films for film in named)
    assert all(place.position < 2**31 for place in places)
    for value in _values(export):
        if isinstance(value, str):
            value.encode()
            assert "\0" not in value
        elif isinstance(value, int):
            assert abs(value) < 2**63


def _values(value: object) -> Iterator[object]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _values(pair)
    elif isinstance(value, tuple):
        for part in value:
            yield from _values(part)
    else:
        yield value


if __name__ == "__main__":
    sys.exit(main())
