"""How near the look-up of films comes to the rate that TMDB allows.

    python bench/enrichment.py [--stand-in ../shared/tmdb-sim] [--films 1500] [--rates 40 400]
        [--against PATH]

Runs Kinograph with its own database against a stand-in for TMDB that answers after 80 ± 40 ms and refuses what is over
the rate; sends an export of so many films, and prints for each rate how many requests a film took, how long all of it
took against requests ÷ rate, the refusals, and for each film the processor time of the worker and of the web server it
is in. Then somebody else sends the same export. With another checkout a line of ratios follows those of both; there
the processor time may be that of a worker alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import Running, kinograph  # noqa: E402

PORT = 9047


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stand-in", type=Path, default=ROOT.parent / "shared" / "tmdb-sim")
    parser.add_argument(
        "--stand-in-python", default=sys.executable, help="one that has starlette, uvicorn, polars, orjson"
    )
    parser.add_argument("--films", type=int, default=1500)
    parser.add_argument("--rates", type=float, nargs="+", default=[40.0, 400.0])
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    given = parser.parse_args()
    pythons = [sys.executable, *([str(given.against.resolve() / ".venv" / "bin" / "python")] if given.against else [])]
    print("  rate  films  requests  a film  seconds  requests÷rate  share  refused  CPU ms a film", end="")
    print("  again s  requests again")
    with tempfile.TemporaryDirectory() as name:
        export = make_export(Path(name), given.films, given.stand_in)
        for rate in given.rates:
            figures = [measure(Path(name), export, rate, given, python) for python in pythons]
            if given.against:
                here, there = figures
                names = ("requests a film", "share of the rate", "CPU a film")
                ratios = (f"{what} {ours / theirs:.3f}" for what, ours, theirs in zip(names, here, there, strict=True))
                print(f"{rate:6.0f}  ratio: {', '.join(ratios)}", flush=True)


def settings(rate: float) -> dict[str, str]:
    return {
        "TMDB_BASE_URL": f"http://127.0.0.1:{PORT}/3",
        "TMDB_ACCESS_TOKEN": "sim-token",
        "TMDB_REQUESTS_PER_SECOND": str(rate),
    }


def measure(
    folder: Path, export: bytes, rate: float, given: argparse.Namespace, python: str
) -> tuple[float, float, float]:
    """Requests a film, the share of the rate, and milliseconds of a processor a film; all is printed."""
    with stand_in(given, rate), kinograph(folder, python=python, **settings(rate)) as running:
        while "authentication" not in stats()["endpoints"]:
            time.sleep(0.1)
        # Where there is none, it is in the web server.
        (worker,) = running.children("kinograph worker") or running.children("kinograph web")
        busy = sum(worker.cpu_times()[:2])
        found = wait_for(running, send(running, export))
        # Films only on a watchlist follow the watched ones; all of them count for the share.
        while queued(running):
            time.sleep(0.2)
        counts = stats()
        busy = sum(worker.cpu_times()[:2]) - busy
        asked = counts["total"]
        took = counts["last_request"] - counts["first_request"]
        films = counts["details_asked"]
        started = time.monotonic()
        wait_for(running, send(running, export))
        again = time.monotonic() - started
        print(
            f"{rate:6.0f} {films:6} {asked:9} {asked / films:7.3f} {took:8.1f} {asked / rate:14.1f}"
            f" {asked / rate / took:6.1%} {counts['rate_limited'] / asked:8.2%} {1000 * busy / films:14.2f}"
            f" {again:8.2f} {stats()['total'] - asked:15}",
            flush=True,
        )
        assert found["enriched_count"] > 0.9 * found["total_movies"], found
        return asked / films, asked / rate / took, 1000 * busy / films


def make_export(folder: Path, films: int, source: Path) -> bytes:
    path = folder / "export.zip"
    command = [sys.executable, str(ROOT / "bench" / "exports.py"), "--films", str(films)]
    subprocess.run(
        [*command, "--catalogue", str(source / "matching-dev.tsv"), str(path)], check=True, stdout=subprocess.DEVNULL
    )
    return path.read_bytes()


@contextmanager
def stand_in(given: argparse.Namespace, rate: float, *options: str) -> Iterator[None]:
    command = [given.stand_in_python, str(given.stand_in / "serve.py"), "--port", str(PORT), "--limit", f"{rate:.0f}"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            time.sleep(0.1)
            if process.poll() is not None:
                sys.exit(f"The stand-in ended by itself; is something else at port {PORT}?")
            with suppress(OSError):
                stats()
                break
        yield
    finally:
        process.terminate()
        process.wait()


def stats() -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/__stats") as answer:
        counts: dict[str, Any] = json.loads(answer.read())
        return counts


def queued(running: Running) -> bool:
    """Whether the stand-in was asked anything within the last two seconds."""
    return time.time() - float(stats()["last_request"]) < 2


def send(running: Running, export: bytes) -> str:
    """The id of the session."""
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + export + b"\r\n--b--\r\n"
    request = urllib.request.Request(
        f"{running.url}/api/upload", body, {"Content-Type": "multipart/form-data; boundary=b"}
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.loads(answer.read())["session_id"])


def wait_for(running: Running, session_id: str) -> dict[str, Any]:
    """Its status once it is completed."""
    found: dict[str, Any] = {"status": ""}
    while found["status"] != "completed":
        time.sleep(0.1)
        found = running.get(f"/api/session/{session_id}/status")
    return found


if __name__ == "__main__":
    main()
