"""How near look-ups come to the rate that TMDB allows, and how long few films take behind another's many.

    python bench/scale/lookups.py [--against PATH] [--films 1500] [--many 20000] [--few 50] [--times 3]

Each checkout has a web server, a worker and a stand-in for TMDB that answers after 80 ± 40 ms and refuses what is over
the rate. The share is requests ÷ rate ÷ the seconds from the first to the last request of the look-ups, once the key
has been accepted; those for collections count as well. Medians of so many times. Without a stand-in
(STAND_IN, ../shared/tmdb-sim) nothing is measured.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from programs import (
    PORTS_TRIED,
    ROOT,
    START_SECONDS,
    Checkout,
    database,
    get,
    print_table,
    read_arguments,
    server,
    upload,
    web,
    worker,
)

from tests.browser import free_port
from tests.sessions.export_files import FILM, table, zipped

STAND_IN = Path(os.environ.get("STAND_IN", ROOT.parent / "shared" / "tmdb-sim"))
FAST, USUAL = 400, 40  # requests a second
PART = 5  # so many times fewer films are looked up at the usual rate: they take twice as long even so
SEEN_SECONDS = 0.02
PATIENCE = 300  # seconds


@dataclass(frozen=True, slots=True)
class Tmdb:
    url: str

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(get(f"{self.url}/__stats"))
        return found

    def forget(self) -> None:
        get(f"{self.url}/__reset", b"")


def main() -> None:
    given, checkouts = read_arguments(__doc__, films=1500, many=20_000, few=50, times=3)
    if not (STAND_IN / "serve.py").exists():
        print("NO STAND-IN FOR TMDB: nothing was measured. Name its folder in STAND_IN.")
        return
    names = (
        *(f"share at {FAST}/s", f"refused at {FAST}/s", f"worker's CPU ms a request at {FAST}/s", "requests a film"),
        *(f"share at {USUAL}/s", "seconds of few behind many"),
    )
    rows: dict[str, list[list[float]]] = {name: [[] for _ in checkouts] for name in names}
    with server() as address, TemporaryDirectory() as folder:
        full = make_export(Path(folder), given.films)
        part = make_export(Path(folder), given.films // PART)
        many = make_export(Path(folder), given.many)
        for _ in range(given.times):
            for n, checkout in enumerate(checkouts):
                fast, usual = (measure(address, checkout, *what) for what in ((full, FAST), (part, USUAL)))
                for name, figure in zip(names, [*fast, usual[0]], strict=False):
                    rows[name][n].append(figure)
        for n, checkout in enumerate(checkouts):
            rows[names[-1]][n] = measure_turns(address, checkout, many, given.few, given.times)
    columns = [checkout.name for checkout in checkouts] + ["ratio"] * (len(checkouts) > 1)
    printed = {name: [statistics.median(each) for each in figures] for name, figures in rows.items()}
    for figures in printed.values():
        if len(checkouts) > 1:
            figures.append(figures[0] / figures[1] if figures[1] else float("nan"))
    print_table(columns, printed, digits=4)


def measure(address: str, checkout: Checkout, export: bytes, rate: int) -> tuple[float, float, float, float]:
    """The share of the rate, and that of the requests which was refused; milliseconds of a processor that a request
    took the worker, and requests a film."""
    with looking_up(address, checkout, rate) as (site, tmdb, busy):
        before = busy()
        wait_for(site, upload(site, export).session_id)
        while time.time() - float(tmdb.stats()["last_request"]) < 1:  # the watchlist follows
            time.sleep(0.2)
        found = tmdb.stats()
        took = found["last_request"] - found["first_request"]
        total = found["total"]
        cpu_ms = 1000 * (busy() - before) / total
        return total / rate / took, found["rate_limited"] / total, cpu_ms, total / found["details_asked"]


def measure_turns(address: str, checkout: Checkout, many: bytes, few: int, times: int) -> list[float]:
    """The seconds from before the upload of few films to their completion, while many are being looked up."""
    took = []
    with looking_up(address, checkout, USUAL) as (site, *_):
        upload(site, many)
        for number in range(times):
            time.sleep(5)
            started = time.monotonic()
            wait_for(site, upload(site, make_few(few, number)).session_id)
            took.append(time.monotonic() - started)
    return took


@contextmanager
def looking_up(address: str, checkout: Checkout, rate: int) -> Iterator[tuple[str, Tmdb, Callable[[], float]]]:
    """The address of a web server beside a worker whose key has been accepted, and what that has had of a processor, in
    seconds."""
    with stand_in(rate) as tmdb, database(address, checkout) as url:
        settings = {
            "TMDB_BASE_URL": f"{tmdb.url}/3",
            "TMDB_ACCESS_TOKEN": "sim-token",
            "TMDB_REQUESTS_PER_SECOND": str(rate),
        }
        with web(checkout, url, **settings) as site, worker(checkout, url, **settings) as working:
            while "authentication" not in tmdb.stats()["endpoints"]:
                time.sleep(0.05)
            tmdb.forget()
            process = psutil.Process(working.process.pid)
            yield site.url, tmdb, lambda: sum(process.cpu_times()[:2])


@contextmanager
def stand_in(rate: int) -> Iterator[Tmdb]:
    """At another port where somebody else has taken the one it was to have."""
    for _ in range(PORTS_TRIED):
        port = free_port()
        command = [sys.executable, str(STAND_IN / "serve.py"), "--port", str(port), "--limit", str(rate)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tmdb = Tmdb(f"http://127.0.0.1:{port}")
        try:
            if _answers(process, tmdb):
                yield tmdb
                return
        finally:
            process.terminate()
            process.wait()
    sys.exit("The stand-in ended by itself: it needs starlette, uvicorn, polars and orjson.")


def _answers(process: subprocess.Popen[bytes], tmdb: Tmdb) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        time.sleep(0.1)
        with suppress(OSError):
            tmdb.stats()
            return process.poll() is None
    return False


def wait_for(site: str, session_id: str) -> None:
    end = time.monotonic() + PATIENCE
    while json.loads(get(f"{site}/api/session/{session_id}/status"))["status"] != "completed":
        if time.monotonic() > end:
            sys.exit("The look-ups do not end.")
        time.sleep(SEEN_SECONDS)


def make_export(folder: Path, films: int) -> bytes:
    path = folder / "export.zip"
    command = [sys.executable, str(ROOT / "bench" / "exports.py"), "--films", str(films)]
    command += ["--catalogue", str(STAND_IN / "matching-dev.tsv"), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path.read_bytes()


def make_few(films: int, seed: int) -> bytes:
    """Plain films without a link, so that each is another claim than that of the many, and is looked up."""
    lines = (STAND_IN / "matching-dev.tsv").read_text().splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    plain = [row for row in rows if row[-1] == "plain" and "," not in row[0] and '"' not in row[0]]
    chosen = random.Random(seed).sample(plain, films)
    return zipped(watched=table(FILM, *(f"2024-01-01,{name},{year}," for name, year, *_ in chosen))).content


if __name__ == "__main__":
    main()
