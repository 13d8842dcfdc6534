"""How many films of a truth table are found, and with how many requests.

    python bench/matching.py [--stand-in ../shared/tmdb-sim] [--truth ../shared/tmdb-sim/matching-dev.tsv] [--show 20]

Runs a stand-in for TMDB without latency and limit; one that runs already is named by --base. The table has the columns
name, year, tmdb_id (empty: no movie may be matched), tmdb_type and kind. Right is the very movie or, where none may be
matched, an answer without one; wrong is another entry; missing, nothing where there is one.

Below that, pairs: rows that are given the same entry, and every found row of the kind same_title_and_year
twice, as a session with two films of that name has it. The better claim keeps the entry; of the others it says how many
get one of their own by a second look, and how many keep a shared one, which a person is then asked about.
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
from dataclasses import dataclass
from pathlib import Path

import enrichment
from enrichment import ROOT, stand_in

from kinograph.films import matching
from kinograph.films.candidates import FilmRef, Subject
from kinograph.films.lookup import Found, Unmatched, look_up
from kinograph.films.second_look import entry_of, find_own
from kinograph.films.tmdb import Client

AT_ONCE = 12
Row = dict[str, str]


@dataclass(frozen=True)
class Given:
    row: Row
    ref: FilmRef
    found: Found


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
    given: list[Given] = []
    queue = iter(rows)
    started, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(
                _worker(options.base, options.token, options.rate / AT_ONCE, queue, counts, failures, given)
            )
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
    async with Client(options.base, token=options.token, per_second=options.rate) as client:
        await _measure_pairs(client, given, options.show)


async def _measure_pairs(client: Client, given: list[Given], show: int) -> None:
    shared: defaultdict[Subject, list[Given]] = defaultdict(list)
    for each in given:
        shared[each.found.facts.kind, each.found.facts.tmdb_id].append(each)
    sharing = [group for group in shared.values() if len(group) > 1]
    twins = [[each, each] for each in given if each.row["kind"] == "same_title_and_year"]
    print(f"{'pairs':<24}{'pairs':>7}{'own':>7}{'shared':>7}")
    for name, groups in (("rows that share", sharing), ("two of one name", twins)):
        own, lines = 0, []
        losers = [(group[0], loser) for group in map(_by_claim, groups) for loser in group[1:]]
        for keeper, loser in losers:
            facts = keeper.found.facts
            found = await find_own(client, loser.ref, {(facts.kind, facts.tmdb_id)})
            own += found is not None
            lines.append(f"  {loser.row['name']} ({loser.row['year']}): {_named(found) if found else 'stays'}")
        print(f"{name:<24}{len(losers):>7}{own:>7}{len(losers) - own:>7}")
        for line in lines[:show]:
            print(line)


def _by_claim(group: list[Given]) -> list[Given]:
    return sorted(group, key=lambda each: -matching.strength(each.ref, entry_of(each.found)))


async def _worker(
    base: str,
    token: str,
    rate: float,
    rows: Iterator[Row],
    counts: dict[str, Counter[str]],
    failures: list[str],
    given: list[Given],
) -> None:
    """A client of its own, so that its requests can be counted by film."""
    async with Client(base, token=token, per_second=rate) as client:
        for row in rows:
            before = client.requests
            ref = FilmRef(row["name"], int(row["year"]) if row["year"] else None)
            found = await look_up(client, ref)
            if isinstance(found, Found):
                given.append(Given(row, ref, found))
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
