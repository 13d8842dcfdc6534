"""Children that are forks: each is itself, as a program of its own would be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere programs are started")

FORKED = """
import fcntl, json, os, signal, socket, sys, threading, time
from pathlib import Path
from kinograph.running.forks import Forking

def main(arguments):
    import gc
    files = {int(each.name) for each in Path("/proc/self/fd").iterdir()}
    tell({
        "arguments": arguments,
        "environ": dict(os.environ),
        "input": os.readlink("/proc/self/fd/0"),
        "files": sorted(number for number in files if number > 2 and is_open(number)),
        "session": os.getsid(0) == os.getpid(),
        "wakes": signal.set_wakeup_fd(-1),
        "handlers": [signal.getsignal(number) == signal.SIG_DFL for number in (signal.SIGTERM, signal.SIGCHLD)],
        "ignored": signal.getsignal(signal.SIGHUP) == signal.SIG_IGN,
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "frozen": gc.get_freeze_count() > 1000,
        "loaded": "colorsys" in sys.modules,
        "command": Path("/proc/self/cmdline").read_bytes().replace(b"\\0", b" ").decode().strip(),
    })
    if arguments[0] == "raises":
        raise ValueError("it went wrong")
    if arguments[0].endswith("waits"):
        time.sleep(60)
    return 7

def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False

def tell(what):
    sys.stdout.write(json.dumps(what) + "\\n")

def load():
    import colorsys

kind = sys.argv[1]
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: print("the parent's handler"))
ours, theirs = socket.socketpair()
ours.setblocking(False)
signal.set_wakeup_fd(ours.fileno())
with open(sys.argv[2], "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    forking = Forking(main, load)
    if not kind.startswith("next"):
        forking.prepare(1, keep_open=[theirs.fileno()])
    child = forking.start([kind, "--twice"], {"ONLY": "this"}, keep_open=[theirs.fileno()])
    tell({"kept": theirs.fileno(), "pid": child.pid, "parents": "colorsys" in sys.modules})
    sys.stdout.flush()
    if kind.endswith("waits"):
        time.sleep(60)
    blocked = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    tell({"code": child.wait(30), "again": child.poll(), "blocked": blocked})
"""


def fork(kind: str, place: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", FORKED, kind, str(place / "lock")]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def told(out: bytes) -> dict[str, object]:
    return {name: value for line in out.splitlines() for name, value in orjson.loads(line).items()}


def test_a_fork_has_of_its_parent_what_that_loaded_and_nothing_else(tmp_path: Path) -> None:
    parent = fork("ends", tmp_path)
    out, complaints = parent.communicate(timeout=60)
    first, *others = sorted(map(orjson.loads, out.splitlines()), key=len, reverse=True)
    parents = {name: value for other in others for name, value in other.items()}

    assert first == {
        "arguments": ["ends", "--twice"],
        "environ": {"ONLY": "this"},
        "input": os.devnull,
        "files": [parents["kept"]],
        "session": True,
        "wakes": -1,
        "handlers": [True, True],
        "ignored": True,
        "blocked": [],
        "frozen": True,
        "loaded": True,
        "command": "kinograph ends",
    }
    assert (parents["code"], parents["again"], parents["blocked"], parents["parents"]) == (7, 7, [], False)
    assert complaints == b""


def test_one_that_is_started_after_the_others_is_the_same_but_for_what_they_have_in_common(tmp_path: Path) -> None:
    first, second = (told(fork(kind, tmp_path).communicate(timeout=60)[0]) for kind in ("ends", "next"))

    differing = {"arguments", "command", "loaded", "frozen", "pid"}
    assert {name: said for name, said in first.items() if name not in differing} == {
        name: said for name, said in second.items() if name not in differing
    }
    assert (first["loaded"], second["loaded"]) == (True, False)


def test_a_fork_that_fails_says_why_and_does_not_go_on_as_its_parent(tmp_path: Path) -> None:
    out, complaints = fork("raises", tmp_path).communicate(timeout=60)

    assert told(out)["code"] == 1
    assert b"ValueError: it went wrong" in complaints
    assert out.count(b'"code"') == 1


@pytest.mark.parametrize("kind", ["waits", "next waits"])
def test_a_fork_ends_with_its_parent(tmp_path: Path, kind: str) -> None:
    parent = fork(kind, tmp_path)
    assert parent.stdout
    child = psutil.Process(int(orjson.loads(parent.stdout.readline())["pid"]))
    parent.send_signal(signal.SIGKILL)
    parent.wait(30)
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running()


WAITING = """
import os, signal, sys, threading, time
from pathlib import Path
from kinograph.running.forks import Forking

def main(arguments):
    os.write(1, f"{arguments[0]} ".encode())
    return 0

def load():
    if sys.argv[1] == "thread":
        threading.Thread(target=time.sleep, args=[60], daemon=True).start()
    if sys.argv[1] == "error":
        raise ValueError("it went wrong")
    if sys.argv[1] == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)

def children():
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

forking = Forking(main, load)
forking.prepare(2)
codes = [forking.start([name], {}).wait(30) for name in ("first", "second", "third")[:int(sys.argv[2])]]
forking.close()
print(*codes, children(), "are left")
"""


@pytest.mark.parametrize(
    ("how", "started", "said"),
    [
        ("well", "3", "first second third 0 0 0 0 are left"),
        ("well", "1", "first 0 0 are left"),
        ("well", "0", "0 are left"),
        ("thread", "3", "first second third 0 0 0 0 are left"),
        ("error", "2", "first second 0 0 0 are left"),
        ("stopped", "0", "0 are left"),
    ],
)
def test_children_come_whatever_becomes_of_what_loads_for_them_and_nobody_is_left(
    how: str, started: str, said: str
) -> None:
    ran = subprocess.run([sys.executable, "-c", WAITING, how, started], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == said.split()
    assert ("starts threads" in ran.stderr, "it went wrong" in ran.stderr) == (how == "thread", how == "error")
