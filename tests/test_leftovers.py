"""What a killed run of the tests left is gone after the next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import leftovers


def test_folders_of_processes_that_are_gone_are_swept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"kinograph-tests-{ended.pid}-a"
    in_use = tmp_path / f"kinograph-tests-{ended.pid}-b"
    of_this_run = tmp_path / f"{leftovers.name_folder()}c"
    of_somebody = tmp_path / "kinograph-tests-of-mine"
    for folder in (left, in_use, of_this_run, of_somebody):
        (folder / "data").mkdir(parents=True)
    (in_use / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/data\n")
    leftovers.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([in_use, of_this_run, of_somebody])
