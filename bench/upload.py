"""From the upload to the first full page, and what it takes.

    python bench/upload.py [--catalogue ../shared/tmdb-sim/matching-dev.tsv] [--films 1500 5000 20000] [--times 5]
        [--against PATH]

Medians of so many uploads, each by a new owner, to a Kinograph with its own database; nothing is looked up. The
calibration is one fixed loop of Python, to compare machines by. Another checkout is sent the same in turns; the files
are read here in both cases. Memory is the peak of server and readers above idle.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph.sessions import export  # noqa: E402
from kinograph.sessions.export import Upload  # noqa: E402
from tests.browser import Running, kinograph  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogue", type=Path, default=ROOT.parent / "shared" / "tmdb-sim" / "matching-dev.tsv")
    parser.add_argument("--films", type=int, nargs="+", default=[1500, 5000, 20000])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    given = parser.parse_args()
    pythons = {"here": sys.executable}
    if given.against:
        pythons["there"] = str(given.against.resolve() / ".venv" / "bin" / "python")
    print(f"calibration {calibration():.3f} s")
    print(" films          read s  POST s  page s  POST to page s  ms a film  memory MB")
    with tempfile.TemporaryDirectory() as name:
        exports = {films: make(Path(name), films, given.catalogue) for films in given.films}
        for films, content in exports.items():
            with ExitStack() as stack:
                running = {where: stack.enter_context(start(python, name)) for where, python in pythons.items()}
                print_figures(films, measure_in_turns(running, exports[min(exports)], content, given.times))


@contextmanager
def start(python: str, folder: str) -> Iterator[Running]:
    with tempfile.TemporaryDirectory(dir=folder) as own, kinograph(Path(own), python=python) as running:
        yield running


def measure_in_turns(
    running: Mapping[str, Running], first: bytes, content: bytes, times: int
) -> dict[str, tuple[list[float], float]]:
    """Of each: the medians of reading, sending and the page, in seconds, and the bytes above idle."""
    for each in running.values():
        upload(each, first)  # whatever is done once
    figures = [{where: measure(each, content) for where, each in running.items()} for _ in range(times)]
    measured = {}
    for where, each in running.items():
        with Memory(each) as memory:  # apart, for looking costs as much as what is looked at
            measure(each, content)
        columns = zip(*(both[where] for both in figures), strict=True)
        measured[where] = ([statistics.median(column) for column in columns], memory.above_idle)
    return measured


def print_figures(films: int, measured: Mapping[str, tuple[list[float], float]]) -> None:
    for where, ((read, post, page), above_idle) in measured.items():
        print(
            f"{films:6} {where:7} {read:7.3f} {post:7.3f} {page:7.3f} {post + page:15.3f}"
            f" {1000 * (post + page) / films:10.3f} {above_idle / 1e6:10.0f}"
        )
    if len(measured) > 1:
        ((_, *ours), our_bytes), ((_, *theirs), their_bytes) = measured.values()
        post, page = (our / their for our, their in zip(ours, theirs, strict=True))
        to_page = sum(ours) / sum(theirs)
        memory = our_bytes / their_bytes if their_bytes else float("nan")
        print(f"{films:6} ratio   {'':7} {post:7.2f} {page:7.2f} {to_page:15.2f} {'':10} {memory:10.2f}")
    sys.stdout.flush()


def calibration() -> float:
    started = time.perf_counter()
    sum(n * n % 7 for n in range(3_000_000))
    return time.perf_counter() - started


def make(folder: Path, films: int, catalogue: Path) -> bytes:
    path = folder / f"{films}.zip"
    command = [sys.executable, str(ROOT / "bench" / "exports.py"), "--films", str(films), "--catalogue", str(catalogue)]
    subprocess.run([*command, str(path)], check=True, stdout=subprocess.DEVNULL)
    return path.read_bytes()


def measure(running: Running, content: bytes) -> tuple[float, float, float]:
    started = time.perf_counter()
    export.read([Upload("export.zip", content)])
    read = time.perf_counter() - started
    started = time.perf_counter()
    session_id = upload(running, content)
    post = time.perf_counter() - started
    with urllib.request.urlopen(f"{running.url}/session/{session_id}") as answer:
        assert b"card-release" in answer.read()
    return read, post, time.perf_counter() - started - post


def upload(running: Running, content: bytes) -> str:
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        session_id: str = json.loads(answer.read())["session_id"]
        return session_id


class Memory:
    """The most that the web server and its readers held at once, looked at every 10 ms."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._done = threading.Event()
        self._most = 0.0

    def __enter__(self) -> Memory:
        self._idle = self._held()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def above_idle(self) -> float:
        """Bytes."""
        return self._most - self._idle

    def _watch(self) -> None:
        while not self._done.wait(0.01):
            self._most = max(self._most, self._held())

    def _held(self) -> float:
        """Memory shared by the processes counts once: readers are forked."""
        total = 0.0
        for web in self._running.children("kinograph web"):
            for process in (web, *web.children(recursive=True)):
                try:
                    total += process.memory_full_info().uss
                except psutil.NoSuchProcess:
                    continue
        return total


if __name__ == "__main__":
    main()
