"""The measurements are run in turn, whatever becomes of one; and read their sizes."""

from __future__ import annotations

import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

ROOT = Path(__file__).parent.parent
IN_TURN = ROOT / "bench" / "in_turn.py"


def run_in_turn(*parts: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(IN_TURN), "--ends-within", "10", *parts]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)


def test_what_fails_or_takes_too_long_keeps_nothing_from_being_measured(tmp_path: Path) -> None:
    scripts = {
        "fails": "raise SystemExit(3)",
        "hangs": f"""
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
try:
    time.sleep(600)
finally:
    pathlib.Path({str(tmp_path / "ended")!r}).write_text(str(child.pid))
""",
        "measures": "import sys; print('12 ms', sys.argv[1:])",
    }
    for name, script in scripts.items():
        (tmp_path / f"{name}.py").write_text(script)
    done = run_in_turn(
        f"1 {tmp_path}/fails.py", f"0.02 {tmp_path}/hangs.py", f"1 {tmp_path}/measures.py --against '../the old'"
    )
    assert done.returncode == 1
    assert "12 ms ['--against', '../the old']" in done.stdout
    assert done.stdout.splitlines()[-3:] == [
        "1 of 3 measured",
        f"{tmp_path}/fails.py: FAILED with 3",
        f"{tmp_path}/hangs.py: NOT DONE within 0.02 minutes",
    ]
    left = int((tmp_path / "ended").read_text())  # it was interrupted, not killed, and what it left behind is gone
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


def test_whoever_measures_all_gets_0(tmp_path: Path) -> None:
    (tmp_path / "measures.py").write_text("print('12 ms')")
    assert run_in_turn(f"1 {tmp_path}/measures.py").returncode == 0


def read_makefile(*given: str) -> list[str]:
    """What it would run, one part a line."""
    told = subprocess.run(["make", "--dry-run", *given], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    (line,) = (line for line in told.stdout.splitlines() if "bench/in_turn.py" in line)
    return line.split('"')[1::2]


@pytest.mark.parametrize("small", [[], ["FAST=1"]])
@pytest.mark.parametrize("target", ["bench", "bench-scale"])
def test_every_part_is_a_script_that_knows_its_arguments_and_all_end_in_time(target: str, small: list[str]) -> None:
    parts = [part.split() for part in read_makefile(target, "AGAINST=../old", *small)]
    assert len(parts) > 3
    assert sum(float(minutes) for minutes, *_ in parts) <= 40
    for _, script, *given in parts:
        said = ask_for_help(ROOT / script)
        for name in given:
            assert not name.startswith("--") or name in said, (script, name)


@cache
def ask_for_help(script: Path) -> str:
    """Run here, once for all: as a program of its own it would load anew what the tests have loaded, which takes a
    second and a half."""
    said = StringIO()
    with (
        patch.object(sys, "argv", [str(script), "--help"]),
        patch.object(sys, "path", [str(script.parent), *sys.path]),
        redirect_stdout(said),
        pytest.raises(SystemExit) as ended,
    ):
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0, script
    return said.getvalue()


def test_many_sessions_are_measured_beside_another_checkout_in_all_parts() -> None:
    parts = read_makefile("bench-scale", "AGAINST=../old")
    assert sorted(Path(part.split()[1]).stem for part in parts) == ["growth", "lookups", "readers", "uploads"]
    assert all("--against ../old" in part for part in parts)
