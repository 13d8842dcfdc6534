"""What the measurements of scale start: one PostgreSQL for all, and programs of any checkout that has a .venv."""

from __future__ import annotations

import argparse
import asyncio
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests import cluster, filled  # noqa: E402
from tests.browser import free_port  # noqa: E402
from tests.filled import Size  # noqa: E402
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped  # noqa: E402

MANY, FEW = 20, 3  # how often what takes under five seconds is measured, and what takes longer
SLOW_SECONDS = 5.0
START_SECONDS = 60.0
PORTS_TRIED = 5

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Checkout:
    """A working tree with a .venv of its own."""

    name: str
    root: Path

    @property
    def python(self) -> str:
        return str(self.root / ".venv" / "bin" / "python")


def read_arguments(doc: str | None, **sizes: int) -> tuple[argparse.Namespace, list[Checkout]]:
    """The command line that all measurements share, and the checkouts to be measured, this one first. Each of `sizes`
    is a number that can be given."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    for name, usual in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=usual, help=f"usually {usual:,}")
    given = parser.parse_args()
    checkouts = [Checkout("here", ROOT)]
    if given.against:
        checkouts.append(Checkout("there", given.against.resolve()))
    return given, checkouts


@contextmanager
def server() -> Iterator[str]:
    """The address of a PostgreSQL of its own, with as much memory for its pages as a small server has."""
    with cluster.running("--shared_buffers=512MB", "--max_wal_size=4GB") as url:
        yield url


@contextmanager
def database(server: str, checkout: Checkout, size: Size | None = None, *, is_migrated: bool = True) -> Iterator[str]:
    """The address of a database of this checkout's tables, filled to that size; or of one without any."""
    name = f"scale_{next(_numbers)}"
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    asyncio.run(run_sql(server, f"CREATE DATABASE {name}"))
    try:
        if is_migrated:
            subprocess.run([checkout.python, "-m", "kinograph", "migrate"], env=_environ(DATABASE_URL=url), check=True)
        if size:
            asyncio.run(filled.fill(url, size))
        yield url
    finally:
        asyncio.run(run_sql(server, f"DROP DATABASE {name} WITH (FORCE)"))


@dataclass(frozen=True)
class Program:
    """A started web server or worker; `url` is empty for a worker."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def web(checkout: Checkout, database_url: str, **environ: str) -> Iterator[Program]:
    """`kinograph web`, once it answers; at another port where somebody else has taken the one it was to have."""
    for left in reversed(range(PORTS_TRIED)):
        with ExitStack() as stack:
            port = free_port()
            settings = {"DATABASE_URL": database_url, "KINOGRAPH_PORT": str(port), **environ}
            process, log = stack.enter_context(_program(checkout, "web", **settings))
            started = Program(process, f"http://127.0.0.1:{port}", log)
            if _answers(started):
                yield started
                return
            if not left or process.poll() is None:
                raise SystemExit(f"the web server does not answer:\n{log.read_text()[-3000:]}")


def _answers(started: Program) -> bool:
    """Whether it does before long, unless it ends."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and started.process.poll() is None:
        try:
            # Somebody else's may have taken the port meanwhile, and answers as well.
            if _listens(started) and get(f"{started.url}/healthz"):
                return True
        except (OSError, psutil.NoSuchProcess):
            pass
        time.sleep(0.05)
    return False


def _listens(started: Program) -> bool:
    found = psutil.Process(started.process.pid).net_connections("tcp")
    return any(each.status == psutil.CONN_LISTEN and each.laddr[1] == started.port for each in found)


@contextmanager
def worker(checkout: Checkout, database_url: str, **environ: str) -> Iterator[Program]:
    """`kinograph worker`, at once."""
    with _program(checkout, "worker", DATABASE_URL=database_url, **environ) as (process, log):
        yield Program(process, "", log)


@contextmanager
def _program(checkout: Checkout, command: str, **environ: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    with tempfile.TemporaryDirectory(prefix="kinograph-scale-") as name:
        log = Path(name) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [checkout.python, "-m", "kinograph", command],
                env=_environ(KINOGRAPH_DATA_DIR=name, **environ),
                cwd=name,
                stdout=output,
                stderr=output,
            )
        try:
            yield process, log
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run_script(checkout: Checkout, script: Path, *arguments: str) -> str:
    """What a script prints that runs with a checkout's own packages."""
    done = subprocess.run(
        [checkout.python, str(script), *arguments], env=_environ(), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _environ(**more: str) -> Mapping[str, str]:
    ours = ("KINOGRAPH_", "TMDB_", "DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | more


async def run_sql(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def fetch_value(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def server_seconds(url: str) -> float:
    """The processor time of PostgreSQL's processes that serve this database, and still do."""
    name = urlsplit(url).path.strip("/")
    busy = 0.0
    for process in psutil.process_iter(["cmdline"]):
        if f" {name} " in (process.info["cmdline"] or [""])[0]:
            with suppress(psutil.NoSuchProcess):
                busy += sum(process.cpu_times()[:2])
    return busy


@dataclass(frozen=True, slots=True)
class Uploaded:
    session_id: str
    token: str


def make_export(films: Sequence[int], *, viewings: int = 0) -> bytes:
    """A ZIP with these films, by their numbers in a filled database, and so many entries of the diary."""
    days = [f"20{10 + n // 300 % 16}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(max(len(films), viewings))]
    named = [f"{filled.film_title(k)},{filled.film_year(k)},{filled.film_uri(k)}" for k in films]
    rated = [f"{days[n]},{film},{n % 10 / 2 + 0.5:g}" for n, film in enumerate(named)]
    watched = [f"{days[n]},{film}" for n, film in enumerate(named)]
    logged = [f"{days[n]},{named[n % len(named)]},{n % 10 / 2 + 0.5:g},,,{days[n]}" for n in range(viewings)]
    return zipped(
        watched=table(FILM, *watched), ratings=table(RATING, *rated), diary=table(DIARY, *logged)
    ).content  # fmt: skip


def upload(url: str, export: bytes) -> Uploaded:
    """As a new owner."""
    head = b'Content-Disposition: form-data; name="files"; filename="letterboxd-someone-2026-05-03-18-29-utc.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + export + b"\r\n--b--\r\n"
    answer = json.loads(get(f"{url}/api/upload", body, {"Content-Type": "multipart/form-data; boundary=b"}))
    return Uploaded(answer["session_id"], answer["owner_token"])


def get(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, method: str | None = None
) -> bytes:
    """The answer's body. Raises OSError, for a refusal too."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return bytes(answer.read())
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error


def medians_ms(measured: Sequence[Callable[[int], object]], *, times: int = MANY) -> list[float]:
    """The median of so many times of each, in milliseconds; of three where one takes long. They take turns, so that
    what else the machine does is the same for all; each is told the number of the time."""
    took: list[list[float]] = [[] for _ in measured]
    for n in range(times):
        for each, seconds in zip(measured, took, strict=True):
            if len(seconds) < FEW or seconds[0] < SLOW_SECONDS:
                started = time.perf_counter()
                each(n)
                seconds.append(time.perf_counter() - started)
    return [1000 * statistics.median(seconds) for seconds in took]


def print_table(columns: Sequence[str], rows: Mapping[str, Sequence[float]], *, digits: int = 2) -> None:
    """Rows of figures below their headings."""
    width = max(12, *(len(column) + 2 for column in columns))
    wide = max(len(name) for name in rows)
    print(" " * wide + "".join(f"{column:>{width}}" for column in columns))
    for name, figures in rows.items():
        print(f"{name:{wide}}" + "".join(f"{figure:{width}.{digits}f}" for figure in figures), flush=True)
