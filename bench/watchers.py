"""What those who watch their pages fill in cost the look-ups, and how soon /status answers them.

    python bench/watchers.py [--stand-in ../shared/tmdb-sim] [--rate 40] [--watchers 500] [--sessions 20] [--seconds 15]

Runs Kinograph with its own database against a stand-in for TMDB, sends the same export for so many owners, and counts
the requests that TMDB gets: first with nobody watching, then with every watcher asking each two seconds, from a process
of its own. Last, one client asks alone.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import enrichment
from enrichment import ROOT, send, stand_in, stats

from tests.browser import kinograph

EVERY = 2.0  # seconds between two questions of a watcher


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stand-in", type=Path, default=ROOT.parent / "shared" / "tmdb-sim")
    parser.add_argument("--stand-in-python", default=sys.executable)
    parser.add_argument("--rate", type=float, default=40.0)
    parser.add_argument("--watchers", type=int, default=500)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=15.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        export = enrichment.make_export(Path(name), round(given.rate * given.seconds * 2), given.stand_in)
        with stand_in(given, given.rate), kinograph(Path(name), **enrichment.settings(given.rate)) as running:
            sessions = [send(running, export) for _ in range(given.sessions)]
            addresses = [f"{running.url}/api/session/{session}/status" for session in sessions]
            time.sleep(2)
            alone = asked_per_second(given.seconds)
            with multiprocessing.Pool(1) as pool:
                watching = pool.apply_async(watch, (addresses, given.watchers, given.seconds + 2))
                time.sleep(2)
                watched = asked_per_second(given.seconds)
                answers = watching.get()
                one = pool.apply(watch, (addresses[:1], 1, 5.0, 0.02))
    print(f"requests to TMDB a second, nobody watching: {alone:.1f} ({alone / given.rate:.1%} of the rate)")
    print(f"with {given.watchers} watchers: {watched:.1f} ({watched / alone:.1%} of that)")
    print(f"/status, {given.watchers} watchers: median {ms(answers):.1f} ms, 95 % within {ms(answers, 0.95):.1f} ms")
    print(f"/status, one client: median {ms(one):.1f} ms, 95 % within {ms(one, 0.95):.1f} ms")


def asked_per_second(seconds: float) -> float:
    before, started = stats()["total"], time.monotonic()
    time.sleep(seconds)
    return float(stats()["total"] - before) / (time.monotonic() - started)


def watch(addresses: Sequence[str], watchers: int, seconds: float, every: float = EVERY) -> list[float]:
    """The seconds that each answer took."""
    return asyncio.run(_watch(addresses, watchers, seconds, every))


async def _watch(addresses: Sequence[str], watchers: int, seconds: float, every: float) -> list[float]:
    took: list[float] = []
    end = time.monotonic() + seconds

    async def one(number: int) -> None:
        await asyncio.sleep(every * number / watchers)
        while time.monotonic() < end:
            started = time.monotonic()
            async with client.get(addresses[number % len(addresses)]) as answer:
                assert answer.status == 200
                await answer.read()
            took.append(time.monotonic() - started)
            await asyncio.sleep(max(0.0, started + every - time.monotonic()))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        await asyncio.gather(*(one(number) for number in range(watchers)))
    return took


def ms(seconds: Sequence[float], share: float = 0.5) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[round(100 * share) - 1]


if __name__ == "__main__":
    main()
