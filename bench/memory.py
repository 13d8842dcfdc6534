"""What everything under `kinograph run` takes of memory, and in how many processes.

    python bench/memory.py [--against PATH] [--stand-in ../shared/tmdb-sim] [--films 1500]

Starts `kinograph run` with a database of its own on an empty data directory, waits until nothing has happened for more
than a minute, and adds up what Linux says of it and of every process below it: PSS, in which a page that several
processes share counts once. With a stand-in for TMDB an export of so many films is then sent and looked up, each page
of the session that all checkouts have is asked for once, and it is added up again, once the stand-in has ended.
Checkouts are measured one after the other.

This imports nothing but Python: a library that it had loaded as well would count half for those that are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # seconds
QUIET_SECONDS = 4.0
RESTING_SECONDS = 70.0  # a web server gives back what it can do without once nobody has asked anything for a minute
QUIET_CPU = 0.15  # seconds of a processor in these: periods go on
REQUESTS_PER_SECOND = "400"
LIST_PAGES = (
    "from kinograph.stats.pages import PAGES\n"
    "print(*(page.path.replace('{year}', '2024') or '/' for page in PAGES), '/films')"
)

Memory = Mapping[str, tuple[int, float]]
"""By kind of process: how many, and their MB."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    parser.add_argument("--stand-in", type=Path, help="a folder with serve.py; without it only the idle program")
    parser.add_argument("--films", type=int, default=1500)
    given = parser.parse_args()
    roots = [ROOT, *([given.against.resolve()] if given.against else [])]
    paths = find_pages(roots)
    measured = [measure(root, given.stand_in, given.films, paths) for root in roots]
    for name in measured[0]:
        print_figures(name, [each[name] for each in measured])


def find_pages(roots: Sequence[Path]) -> list[str]:
    """Below a session's address, those that every checkout has."""
    printed = [subprocess.check_output([python(root), "-c", LIST_PAGES], text=True).split() for root in roots]
    return [path for path in printed[0] if "{" not in path and all(path in each for each in printed)]


def measure(root: Path, stand_in: Path | None, films: int, paths: Sequence[str]) -> dict[str, Memory]:
    with running(root) as (program, _):
        measured = {"idle, without a key": rest(program)}
    if stand_in:
        port = free_port()
        key = {"TMDB_BASE_URL": f"http://127.0.0.1:{port}/3", "TMDB_ACCESS_TOKEN": "sim-token"}
        with running(root, **key, TMDB_REQUESTS_PER_SECOND=REQUESTS_PER_SECOND) as (program, url):
            with serving(stand_in, port):
                measured["idle, with a key"] = settle(program)
                session_id, token = upload(url, make_export(stand_in, films))
                wait_for(url, session_id)
                for path in paths:
                    page = f"{url}/session/{session_id}{path}".rstrip("/")
                    get(page, headers={"Authorization": f"Bearer {token}"})
            measured[f"{films:,} films looked up, {len(paths)} pages seen"] = rest(program)
    return measured


def rest(program: subprocess.Popen[bytes]) -> Memory:
    settle(program)
    time.sleep(RESTING_SECONDS)
    return settle(program)


def settle(program: subprocess.Popen[bytes]) -> Memory:
    """What is taken once as good as nothing is done any more."""
    end, busy, since = time.monotonic() + PATIENCE, -1.0, time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS:
        if time.monotonic() > end:
            sys.exit("It does not come to rest.")
        time.sleep(0.5)
        now = sum(map(cpu_seconds, family(program.pid)))
        if abs(now - busy) > QUIET_CPU:
            busy, since = now, time.monotonic()
    counts, sums = Counter[str](), Counter[str]()
    for pid in family(program.pid):
        with suppress(OSError):
            size = read_pss(pid)
            counts[kind := name_kind(pid)] += 1
            sums[kind] += size
    return {kind: (counts[kind], sums[kind] / 1024) for kind in sorted(counts)}


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_pss(pid: int) -> int:
    """kB. Raises OSError where it has ended."""
    found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def name_kind(pid: int) -> str:
    """Of a process. Raises OSError."""
    said = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    if "postgres" in said.partition(" ")[0]:
        return "PostgreSQL, connections" if "[local]" in said else "PostgreSQL"
    command = re.search(r"kinograph (run|web|worker)\b", said)
    return command[1] if command else "helpers of web"


def print_figures(title: str, measured: Sequence[Memory]) -> None:
    print(f"{title}: processes, MB" + ("; the same there; ratio of MB" if measured[1:] else ""))
    kinds = sorted(set().union(*measured))
    for kind in kinds:
        print(
            f"  {kind:24}"
            + "".join(f"{each.get(kind, (0, 0))[0]:5}{each.get(kind, (0, 0.0))[1]:8.1f}" for each in measured)
        )
    counts = [sum(n for n, _ in each.values()) for each in measured]
    sums = [sum(size for _, size in each.values()) for each in measured]
    line = "".join(f"{n:5}{size:8.1f}" for n, size in zip(counts, sums, strict=True))
    print(f"  {'all':24}{line}" + (f"{sums[0] / sums[1]:7.2f}" if measured[1:] else ""), flush=True)


@contextmanager
def running(root: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`kinograph run` of a checkout, and its address, once it answers."""
    ours = ("KINOGRAPH_", "TMDB_", "DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    with tempfile.TemporaryDirectory(prefix="kinograph-bench-") as name:
        place, port = Path(name), free_port()
        place.chmod(0o711)  # for the account root hands the database to
        environ |= {"KINOGRAPH_DATA_DIR": str(place / "data"), "KINOGRAPH_PORT": str(port)}
        with (place / "log").open("wb") as log:
            program = subprocess.Popen(
                [python(root), "-m", "kinograph", "run"],
                env=kept | environ,
                cwd=place,
                stdout=log,
                stderr=log,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_answered(f"{url}/healthz", program)
            yield program, url
        finally:
            program.terminate()
            program.wait()


@contextmanager
def serving(stand_in: Path, port: int) -> Iterator[None]:
    command = [sys.executable, str(stand_in / "serve.py"), "--port", str(port), "--limit", REQUESTS_PER_SECOND]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_answered(f"http://127.0.0.1:{port}/__stats", program)
        yield
    finally:
        program.terminate()
        program.wait()


def wait_until_answered(url: str, program: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and program.poll() is None:
        with suppress(OSError):
            get(url)
            return
        time.sleep(0.1)
    sys.exit(f"There is no answer at {url}.")


def upload(url: str, export: bytes) -> tuple[str, str]:
    """The session's id, and the token of its owner."""
    head = b'Content-Disposition: form-data; name="files"; filename="letterboxd-someone-2026-05-03-18-29-utc.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + export + b"\r\n--b--\r\n"
    answer = json.loads(get(f"{url}/api/upload", body, {"Content-Type": "multipart/form-data; boundary=b"}))
    return answer["session_id"], answer["owner_token"]


def wait_for(url: str, session_id: str) -> None:
    end = time.monotonic() + PATIENCE
    while json.loads(get(f"{url}/api/session/{session_id}/status"))["status"] != "completed":
        if time.monotonic() > end:
            sys.exit("The look-ups do not end.")
        time.sleep(0.5)


def get(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body, dict(headers or {})), timeout=60) as answer:
        return bytes(answer.read())


def make_export(stand_in: Path, films: int) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "export.zip"
        command = [sys.executable, str(ROOT / "bench" / "exports.py"), "--films", str(films)]
        command += ["--catalogue", str(stand_in / "matching-dev.tsv"), "--seed", "4", str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return path.read_bytes()


def python(root: Path) -> str:
    return str(root / ".venv" / "bin" / "python")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
