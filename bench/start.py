"""Seconds from `kinograph run` to the first page: on an empty data directory, and on the one it leaves.

    python bench/start.py [--times 3] [--against PATH]

With another checkout both are started in turns, and the ratio of the medians is printed. What has to be installed
before is not measured.
"""

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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    given = parser.parse_args()
    pythons = [sys.executable]
    if given.against:
        pythons.append(str(given.against.resolve() / ".venv" / "bin" / "python"))
    taken = [[measure(python) for python in pythons] for _ in range(given.times)]
    for n, name in enumerate(("empty data directory:", "again:")):
        columns = [[both[n] for both in each] for each in zip(*taken, strict=True)]
        middle = [statistics.median(column) for column in columns]
        line = f"{name:21} {middle[0]:.1f} s, slowest {max(columns[0]):.1f} s of {given.times}"
        print(line + (f"; there {middle[1]:.1f} s, ratio {middle[0] / middle[1]:.2f}" if middle[1:] else ""))


def measure(python: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="kinograph-bench-") as name:
        place = Path(name)
        place.chmod(0o711)  # for the account root hands the database to
        return seconds_to_page(python, place), seconds_to_page(python, place)


def seconds_to_page(python: str, place: Path) -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"KINOGRAPH_DATA_DIR": str(place / "data"), "KINOGRAPH_PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen([python, "-m", "kinograph", "run"], env=environ, cwd=place, stdout=subprocess.DEVNULL)
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
