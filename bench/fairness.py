"""How long a small upload takes while a large one is being looked up.

    python bench/fairness.py [--stand-in ../shared/tmdb-sim] [--rate 40] [--films 20000] [--small 50] [--times 3]

Runs Kinograph with its own database against a stand-in for TMDB, sends a large export, and some seconds later a small
one of other films, several times. The small one is allowed the time of its own requests and three seconds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import enrichment
from enrichment import ROOT, send, stand_in, wait_for

from tests.browser import kinograph
from tests.sessions.export_files import FILM, table, zipped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stand-in", type=Path, default=ROOT.parent / "shared" / "tmdb-sim")
    parser.add_argument("--stand-in-python", default=sys.executable)
    parser.add_argument("--rate", type=float, default=40.0)
    parser.add_argument("--films", type=int, default=20_000)
    parser.add_argument("--small", type=int, default=50)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        large = enrichment.make_export(Path(name), given.films, given.stand_in)
        with stand_in(given, given.rate), kinograph(Path(name), **enrichment.settings(given.rate)) as running:
            first = send(running, large)
            print(f"  films  settled before  seconds  allowed   at {given.rate:g} requests a second")
            for number in range(given.times):
                time.sleep(5)
                before = running.get(f"/api/session/{first}/status")["enriched_count"]
                started = time.monotonic()
                wait_for(running, send(running, small_export(given, number)))
                took = time.monotonic() - started
                print(f"{given.small:7} {before:15} {took:8.2f} {given.small * 2 / given.rate + 3:8.2f}")


def small_export(given: argparse.Namespace, seed: int) -> bytes:
    """Films drawn from the plain rows; those that the large one waits for too are moved up in the queue."""
    lines = (given.stand_in / "matching-dev.tsv").read_text().splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    plain = [row for row in rows if row[-1] == "plain" and "," not in row[0] and '"' not in row[0]]
    chosen = random.Random(seed).sample(plain, given.small)
    # Without a link a film is another claim than that of the large export, so each is looked up.
    return zipped(watched=table(FILM, *(f"2024-01-01,{name},{year}," for name, year, *_ in chosen))).content


if __name__ == "__main__":
    main()
