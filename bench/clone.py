"""Seconds from a fresh clone to the first page: `make run` on what git has, with whatever pip and npm have kept.

    python bench/clone.py [--against PATH] [--times 1]

Clones each checkout's commit into a temporary folder, runs `make run` there and waits for the first page. Most of it is
fetching and unpacking packages, so it needs the network or a mirror, and says more about those than about us: the
checkouts take turns.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from start import answers

ROOT = Path(__file__).parent.parent
PATIENCE = 600  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--against", type=Path, help="another checkout, to compare with")
    given = parser.parse_args()
    checkouts = [ROOT, *([given.against.resolve()] if given.against else [])]
    taken = [[measure(checkout) for checkout in checkouts] for _ in range(given.times)]
    ours, *theirs = (statistics.median(column) for column in zip(*taken, strict=True))
    said = f"; there {theirs[0]:.1f} s, ratio {ours / theirs[0]:.2f}" if theirs else ""
    print(f"fresh clone to the first page: {ours:.1f} s{said}")


def measure(checkout: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="kinograph-clone-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o711)  # for the account root hands the database to
        started = time.perf_counter()
        quietly = ["git", "-c", "advice.detachedHead=false", "clone", "--quiet"]
        subprocess.run([*quietly, checkout, place / "clone"], check=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        dropped = ("KINOGRAPH_", "TMDB_", "DATABASE_URL", "VIRTUAL_ENV", "MAKE", "MFLAGS")
        environ = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        environ |= {"KINOGRAPH_DATA_DIR": str(place / "data"), "KINOGRAPH_PORT": str(port)}
        log = place / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["make", "run"], cwd=place / "clone", env=environ, stdout=output, stderr=output, start_new_session=True
            )
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                    sys.exit(f"It did not start:\n{log.read_text()[-3000:]}")
                time.sleep(0.05)
            return time.perf_counter() - started
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


if __name__ == "__main__":
    main()
