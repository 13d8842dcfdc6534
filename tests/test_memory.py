"""What everything takes, counted: processes of an idle `kinograph run`, and what its parts have loaded."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser import Running, kinograph

MOST_PROCESSES = 18
CONNECTED = 5  # connections once the web server listens and the worker leads


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("kinograph.web.app", {"cryptography", "webauthn", "joserfc", "OpenSSL", "cbor2", "typst", "alembic"}),
        ("kinograph.worker.leader", {"polars", "jinja2", "fastapi", "starlette", "babel", "typst"}),
        (
            "kinograph.running.supervisor",
            {
                "ssl",
                "email",
                "http",
                "asyncio",
                "polars",
                "jinja2",
                "fastapi",
                "babel",
                "sqlalchemy",
                "asyncpg",
                "pydantic",
            },
        ),
        ("kinograph.sessions.sandbox", {"polars", "jinja2", "fastapi", "sqlalchemy", "asyncpg"}),
    ],
)
def test_a_process_loads_no_more_than_it_uses(module: str, without: set[str]) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", script], text=True).split())
    assert module in loaded
    assert loaded & without == set()


def test_what_is_loaded_before_migrating_is_forked_starts_no_thread_and_is_what_both_need() -> None:
    script = (
        "import os, sys, kinograph.worker.leader, kinograph.sample.session; print(len(os.listdir('/proc/self/task')))"
    )
    threads, *loaded = subprocess.check_output(
        [sys.executable, "-c", f"{script}; print(*sys.modules)"], text=True
    ).split()
    assert threads == "1"
    assert set(loaded) & {"polars", "fastapi", "starlette", "jinja2", "adbc_driver_manager", "typst"} == set()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With a database of its own, and nobody who asks it for anything."""
    with kinograph(tmp_path_factory.mktemp("memory")) as running:
        yield running


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what a process has mapped")
def test_the_supervisor_has_loaded_nothing_of_what_its_child_has(running: Running) -> None:
    web = wait_for(running, "kinograph web")
    supervisor = web.parent()
    assert supervisor
    loaded = [Path(f"/proc/{each.pid}/maps").read_text() for each in (web, supervisor)]
    assert ["pydantic_core" in each and "asyncpg" in each for each in loaded] == [True, False]


def wait_for(running: Running, name: str) -> psutil.Process:
    end = time.monotonic() + 60
    while not (found := running.children(name)) and time.monotonic() < end:
        time.sleep(0.05)
    return found[0]


def test_whoever_only_runs_it_has_few_processes(running: Running) -> None:
    end = time.monotonic() + 60
    while len(running.children("kinograph kinograph [local]")) < CONNECTED and time.monotonic() < end:
        time.sleep(0.1)
    below = psutil.Process(running.process.pid).children(recursive=True)
    assert 1 + len(below) <= MOST_PROCESSES, [" ".join(each.cmdline()) for each in below]
    # The worker is in it: the loop of its own that looks films up, and Python but once.
    assert [each for each in below if "python" in each.name()] == running.children("kinograph web")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library has no such heaps")
def test_threads_of_the_web_process_share_one_heap() -> None:
    script = """
import ctypes, threading
import kinograph.web
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
found = []
def allocate():
    for size in (24, 1_000, 100_000):
        found.append(libc.malloc(ctypes.c_size_t(size)))
threads = [threading.Thread(target=allocate) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
heaps = [line.split()[0].split("-") for line in open("/proc/self/maps") if "[heap]" in line]
print(all(any(int(a, 16) <= each < int(b, 16) for a, b in heaps) for each in found))
"""
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("a C library without mallopt")
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "True"
