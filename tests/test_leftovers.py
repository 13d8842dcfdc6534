"""What a killed run of the tests left is gone after the next."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.skipif(not Path("/proc/net/unix").exists(), reason="the system does not say where somebody listens")
def test_folders_of_sockets_at_which_nobody_listens_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name may have but 107 signs, and is given from here
    left, in_use = tmp_path / "pymp-left", tmp_path / "pymp-in-use"
    for folder in (left, in_use):
        folder.mkdir()
    with listening_in(left):
        pass
    with listening_in(in_use):
        leftovers.sweep(tmp_path)
    assert [*tmp_path.iterdir()] == [in_use]


def listening_in(folder: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder.name}/listener-1")
    listener.listen()
    return listener
