"""Sends thousands of damaged exports to the whole application, as strangers would, and counts the answers.

    python -m tests.fuzz_web --seed 1 --uploads 5000 --seconds 900

An answer of 500 or more is a failure, and so are more memory than stated and a process that is left. This is a
`__main__` because a forked reader would load any other program's main module first, and all it imports.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from kinograph import database
from kinograph.sessions.export import Upload
from kinograph.sessions.throttle import Throttle
from kinograph.settings import Settings
from kinograph.web import app
from tests import cluster
from tests.sessions.given_mutations import mutation

AT_ONCE = 2
BATCH = 500
MEMORY_MB = 600  # of the web server and its readers above the start
BOUNDARY = "a-boundary-that-no-export-holds"
EMPTY = "TRUNCATE sessions, viewings, reviews, list_films, owners, films, pgqueuer, pgqueuer_log CASCADE"
_MB = 1 << 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--uploads", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=900)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with cluster.running() as url, tempfile.TemporaryDirectory() as folder:
        database.migrate(url)
        return asyncio.run(fuzz(Settings(data_dir=Path(folder), database_url=url), given))


async def fuzz(settings: Settings, given: argparse.Namespace) -> int:
    web = app.create(settings)
    # One sender sends them all.
    endless = Throttle("endless", most=10**9)
    web.state.uploads_of_owner = web.state.uploads_of_address = web.state.refused_of_address = endless
    answers: Counter[str] = Counter()
    failures: list[str] = []
    started = time.monotonic()

    async def send_on(numbers: Iterator[int]) -> None:
        transport = ASGITransport(web, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
            while (n := next(numbers, None)) is not None and time.monotonic() - started < given.seconds:
                status, said = await send(client, mutation(given.seed, n))
                answers[f"{status} {said}"] += 1
                if status >= 500:
                    failures.append(f"--seed {given.seed}, number {n}: {status}")

    async with web.router.lifespan_context(web):
        await web.state.readers.warm()
        with Memory() as memory:
            for first in range(0, given.uploads, BATCH):
                numbers = iter(range(first, min(first + BATCH, given.uploads)))
                await asyncio.gather(*(send_on(numbers) for _ in range(AT_ONCE)))
                # Thousands of sessions would measure the database and not the reading.
                async with web.state.engine.begin() as db:
                    await db.execute(text(EMPTY))
    left = list(readers())
    for answer, times in answers.most_common():
        print(f"{times:7,}  {answer}")
    print(
        f"{answers.total():,} uploads of seed {given.seed} in {time.monotonic() - started:.0f} s;"
        f" {len(failures)} answers of 500 or more; at most {memory.most_mb:.0f} MB above the start"
        f" (ceiling {MEMORY_MB} MB); {len(left)} readers left"
    )
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures or left or memory.most_mb > MEMORY_MB else 0


async def send(client: AsyncClient, uploads: tuple[Upload, ...]) -> tuple[int, str]:
    """The status, and for a refusal the beginning of what is said, without the file's name."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = await client.post("/api/upload", content=_body(uploads), headers=headers)
    said = answer.json().get("error", "") if answer.status_code >= 400 else ""
    return answer.status_code, said.partition("”")[2][:60] if "”" in said else said[:60]


def _body(uploads: tuple[Upload, ...]) -> bytes:
    """Made here, since no decent program would send such names."""
    parts = b""
    for each in uploads:
        name = each.name.translate(str.maketrans('\r\n"', "   ")).encode("utf-8", "surrogatepass")
        head = b'Content-Disposition: form-data; name="files"; filename="' + name + b'"'
        parts += f"--{BOUNDARY}\r\n".encode() + head + b"\r\n\r\n" + each.content + b"\r\n"
    return parts + f"--{BOUNDARY}--\r\n".encode()


def readers() -> Iterator[psutil.Process]:
    for server in psutil.Process().children():
        if "forkserver" in " ".join(server.cmdline()):
            yield from (child for child in server.children() if child.status() != psutil.STATUS_ZOMBIE)


class Memory:
    """The most that this process and its readers held at once, looked at every 20 ms."""

    def __enter__(self) -> Memory:
        self._done = threading.Event()
        self._start = self._held()
        self.most_mb = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.most_mb = max(self.most_mb, (self._held() - self._start) / _MB)

    def _held(self) -> float:
        held = float(psutil.Process().memory_full_info().uss)
        for reader in readers():
            try:
                held += reader.memory_full_info().uss
            except psutil.Error:
                continue
        return held


if __name__ == "__main__":
    sys.exit(main())
