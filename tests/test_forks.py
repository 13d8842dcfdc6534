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
    if arguments[0] == "waits":
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
    forking.prepare()
    child = forking.start([kind, "--twice"], {"ONLY": "this"}, keep_open=[theirs.fileno()])
    tell({"kept": theirs.fileno(), "pid": child.pid})
    sys.stdout.flush()
    if kind == "waits":
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
    assert (parents["code"], parents["again"], parents["blocked"]) == (7, 7, [])
    assert complaints == b""


def test_a_fork_that_fails_says_why_and_does_not_go_on_as_its_parent(tmp_path: Path) -> None:
    out, complaints = fork("raises", tmp_path).communicate(timeout=60)

    assert told(out)["code"] == 1
    assert b"ValueError: it went wrong" in complaints
    assert out.count(b'"code"') == 1


def test_a_fork_ends_with_its_parent(tmp_path: Path) -> None:
    parent = fork("waits", tmp_path)
    assert parent.stdout
    child = psutil.Process(int(orjson.loads(parent.stdout.readline())["pid"]))
    parent.send_signal(signal.SIGKILL)
    parent.wait(30)
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running()


def test_what_has_started_a_thread_is_not_forked() -> None:
    script = (
        "import threading; from kinograph.running.forks import Forking;"
        "print(Forking(len, lambda: None).prepare(), end=' ');"
        "held = threading.Event();"
        "print(Forking(len, lambda: threading.Thread(target=held.wait).start()).prepare()); held.set()"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).split() == ["True", "False"]
