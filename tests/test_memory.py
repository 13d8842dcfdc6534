"""What everything takes, counted: processes of an idle `kinograph run`, and what its parts have loaded."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.browser import kinograph

MOST_PROCESSES = 18
CONNECTED = 5  # connections once the web server listens and the worker leads


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("kinograph.worker.leader", {"polars", "jinja2", "fastapi", "starlette", "babel", "typst"}),
        ("kinograph.running.supervisor", {"polars", "jinja2", "fastapi", "babel", "sqlalchemy", "asyncpg", "pydantic"}),
        ("kinograph.sessions.sandbox", {"polars", "jinja2", "fastapi", "sqlalchemy", "asyncpg"}),
    ],
)
def test_a_process_loads_no_more_than_it_uses(module: str, without: set[str]) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", script], text=True).split())
    assert module in loaded
    assert loaded & without == set()


def test_whoever_only_runs_it_has_few_processes(tmp_path: Path) -> None:
    with kinograph(tmp_path) as running:
        end = time.monotonic() + 60
        while len(running.children("kinograph kinograph [local]")) < CONNECTED and time.monotonic() < end:
            time.sleep(0.1)
        (worker,) = running.children("-m kinograph worker")
        below = psutil.Process(running.process.pid).children(recursive=True)
        assert worker in below
        assert 1 + len(below) <= MOST_PROCESSES, [" ".join(each.cmdline()) for each in below]
