"""How many films of a truth table are found, and with how many requests.

    python bench/matching.py [--stand-in ../shared/tmdb-sim] [--truth ../shared/tmdb-sim/matching-dev.tsv] [--show 20]

Runs a stand-in for TMDB without latency and limit; one that runs already is named by --base. The table has the columns
name, year, tmdb_id (empty: no movie may be matched), tmdb_type and kind. Right is the very movie or, where none may be
matched, an answer without one; wrong is another entry; missing, nothing where there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import enrichment
from enrichment import ROOT, stand_in

from kinograph.films.lookup import Found, Unmatched, look_up
from kinograph.films.matching import Claim
from kinograph.films.tmdb import Client

AT_ONCE = 12
Row = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stand-in", type=Path, default=ROOT.parent / "shared" / "tmdb-sim")
    parser.add_argument("--stand-in-python", default=sys.executable)
    parser.add_argument("--base", help="the address of a stand-in that runs already")
    parser.add_argument("--truth", type=Path, help="default: matching-dev.tsv of the stand-in")
    parser.add_argument("--token", default="sim-token")
    parser.add_argument("--rate", type=float, default=5000, help="requests a second")
    parser.add_argument("--limit", type=int, help="only so many rows")
    parser.add_argument("--show", type=int, default=0, help="list so many of the rows that are not right")
    options = parser.parse_args()
    options.truth = options.truth or options.stand_in / "matching-dev.tsv"
    unlimited = stand_in(options, 0, "--latency-ms", "0", "--jitter-ms", "0")
    with nullcontext() if options.base else unlimited:
        options.base = options.base or f"http://127.0.0.1:{enrichment.PORT}/3"
        asyncio.run(measure(options))


async def measure(options: argparse.Namespace) -> None:
    with options.truth.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[: options.limit]

    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failures: list[str] = []
    queue = iter(rows)
    started, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(_worker(options.base, options.token, options.rate / AT_ONCE, queue, counts, failures))
    took, cpu = time.perf_counter() - started, time.process_time() - cpu

    print(f"{'kind':<24}{'rows':>7}{'right':>7}{'wrong':>7}{'missing':>9}{'right %':>9}{'wrong %':>9}{'requests':>10}")
    for kind in sorted(counts, key=lambda kind: (kind == "all", -counts[kind]["rows"])):
        got = counts[kind]
        n = got["rows"]
        print(
            f"{kind:<24}{n:>7}{got['right']:>7}{got['wrong']:>7}{got['missing']:>9}"
            f"{100 * got['right'] / n:>9.2f}{100 * got['wrong'] / n:>9.2f}{got['requests'] / n:>10.3f}"
        )
    print(f"{took:.1f} s, {1000 * cpu / len(rows):.2f} ms of CPU a film")
    for line in failures[: options.show]:
        print(line)


async def _worker(
    base: str, token: str, rate: float, rows: Iterator[Row], counts: dict[str, Counter[str]], failures: list[str]
) -> None:
    """A client of its own, so that its requests can be counted by film."""
    async with Client(base, token=token, per_second=rate) as client:
        for row in rows:
            before = client.requests
            found = await look_up(client, Claim(row["name"], int(row["year"]) if row["year"] else None))
            verdict = _verdict(row, found)
            for kind in (row["kind"], "all"):
                counts[kind].update({"rows": 1, verdict: 1, "requests": client.requests - before})
            if verdict != "right":
                failures.append(f"{verdict:<8}{row['kind']:<22}{row['name']} ({row['year']}): {_named(found)}")


def _verdict(row: Row, found: Found | Unmatched) -> str:
    if isinstance(found, Unmatched):
        return "missing" if row["tmdb_id"] else "right"
    movie = str(found.facts.tmdb_id) if found.facts.kind == "movie" else ""
    return "right" if movie == row["tmdb_id"] else "wrong"


def _named(found: Found | Unmatched) -> str:
    if isinstance(found, Unmatched):
        return found.reason
    return f"{found.facts.kind} {found.facts.title} ({found.facts.release_date}), {found.confidence:.2f}"


if __name__ == "__main__":
    main()
