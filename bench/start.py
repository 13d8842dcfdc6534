"""Seconds from `kinograph run` to the first page: on an empty data directory, and on the one it leaves."""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    first, again = zip(*(measure() for _ in range(times)), strict=True)
    print(f"empty data directory: {statistics.median(first):.1f} s, slowest {max(first):.1f} s of {times}")
    print(f"again:                {statistics.median(again):.1f} s, slowest {max(again):.1f} s of {times}")


def measure() -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="kinograph-bench-") as name:
        place = Path(name)
        place.chmod(0o711)  # for the account root hands the database to
        return seconds_to_page(place), seconds_to_page(place)


def seconds_to_page(place: Path) -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"KINOGRAPH_DATA_DIR": str(place / "data"), "KINOGRAPH_PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kinograph", "run"], env=environ, cwd=place, stdout=subprocess.DEVNULL
    )
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.perf_counter() - started > 60:
                sys.exit("It did not start.")
            time.sleep(0.02)
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    main()
