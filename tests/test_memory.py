"""What everything takes, counted: processes of an idle `kinograph run`, and what its parts have loaded."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.browser import Running, kinograph

MOST_PROCESSES = 18
SHARED_KB = 20_000  # of each at least; loaded by each for itself they share 2,000
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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_what_is_loaded_to_be_forked_is_what_all_need_and_starts_no_thread() -> None:
    script = (
        "import os, sys; from kinograph import cli; cli._load_in_common(); print(len(os.listdir('/proc/self/task')))"
    )
    threads, *loaded = subprocess.check_output(
        [sys.executable, "-c", f"{script}; print(*sys.modules)"], text=True
    ).split()
    assert threads == "1"
    assert {"kinograph.worker.leader", "kinograph.sessions.sandbox", "asyncpg", "uvloop"} <= set(loaded)
    assert set(loaded) & {"polars", "fastapi", "starlette", "jinja2", "adbc_driver_manager", "typst"} == set()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With a database of its own, and nobody who asks it for anything."""
    with kinograph(tmp_path_factory.mktemp("memory")) as running:
        yield running


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_web_server_and_worker_share_what_both_have_loaded(running: Running) -> None:
    for name in ("web", "worker"):
        process = wait_for(running, f"kinograph {name}")
        said = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        shared = sum(int(kb) for kb in re.findall(r"^Shared_(?:Clean|Dirty): +(\d+) kB", said, re.MULTILINE))
        assert shared > SHARED_KB, name


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_the_supervisor_has_loaded_nothing_of_what_its_children_have(tmp_path: Path) -> None:
    with kinograph(tmp_path) as running:
        worker = wait_for(running, "kinograph worker")
        supervisor = worker.parent()
        assert supervisor
        loaded = [Path(f"/proc/{each.pid}/maps").read_text() for each in (worker, supervisor)]
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
    (worker,) = running.children("kinograph worker")
    below = psutil.Process(running.process.pid).children(recursive=True)
    assert worker in below
    assert 1 + len(below) <= MOST_PROCESSES, [" ".join(each.cmdline()) for each in below]
