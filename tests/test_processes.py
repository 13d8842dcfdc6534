import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kinograph.running import processes

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
SLEEP = "import time; time.sleep(60)"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "from kinograph.running import processes; import time; "
    "processes.follow_parent(); print('ready', flush=True); time.sleep(60)"], stdout=subprocess.PIPE)
assert child.stdout.readline() == b"ready\\n"
print(child.pid, flush=True)
time.sleep(60)
"""


def test_what_does_not_listen_is_killed() -> None:
    deaf = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE)
    assert deaf.stdout
    with deaf.stdout:
        deaf.stdout.readline()
        willing = processes.start([sys.executable, "-c", SLEEP])
        processes.stop([deaf, willing], (signal.SIGTERM, 0.3))
    assert (deaf.returncode, willing.returncode) == (-signal.SIGKILL, -signal.SIGTERM)


def test_ctrl_c_in_the_terminal_does_not_reach_a_child() -> None:
    child = processes.start([sys.executable, "-c", SLEEP])
    assert os.getsid(child.pid) == child.pid
    processes.stop([child])


def test_a_program_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        processes.start([tmp_path / "absent"])


def test_where_the_kernel_does_not_end_it_a_child_follows_its_parent_by_itself() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    end = time.monotonic() + 60
    while is_running(child):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(listed) and not listed.startswith("Z")
