"""With a small program in place of the web server and its worker, and a real PostgreSQL."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from kinograph.running import delays, supervisor
from kinograph.running.postgres_programs import NoPostgres
from kinograph.running.supervisor import CannotRun, ManagedProcess
from kinograph.settings import Settings
from tests import cluster
from tests.browser import free_port

STAND_IN = """
import http.server, json, os, pathlib, socket, sys
given = dict(each.removeprefix("--").partition("=")[::2] for each in sys.argv[1:])
notes = pathlib.Path(os.environ["NOTES"])
with (notes / "web").open("a") as file:
    file.write(f"{os.getpid()}\\n")
with (notes / "worker").open("a") as file:
    file.write(f"{given['worker']}\\n")

if "FAILS" in os.environ:
    sys.exit(1)

said = socket.socket(fileno=int(given["told"])).recv(1 << 16)
(notes / "told").write_bytes(said)
if not said:
    sys.exit(0)

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("", 0), Answer, bind_and_activate=False)
server.socket = socket.socket(fileno=int(given["listener"]))
server.serve_forever()
"""

RUN = """
import sys
from kinograph import settings
from kinograph.running.supervisor import Supervisor

Supervisor(settings.read(), program=[sys.executable, sys.argv[1]]).run()
"""


class Running:
    """`kinograph run` in a process of its own."""

    def __init__(self, place: Path, **environ: str) -> None:
        self.place = place
        self.port = free_port()
        (place / "stand_in.py").write_text(STAND_IN)
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, place / "stand_in.py"],
            env={
                **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL"}},
                "KINOGRAPH_DATA_DIR": str(place / "data"),
                "KINOGRAPH_PORT": str(self.port),
                "NOTES": str(place),
                **environ,
            },
            cwd=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # The tests may themselves run under nohup, which a terminal's end does not stop, nor what it starts.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def noted(self, name: str) -> list[str]:
        path = self.place / name
        return path.read_text().split() if path.exists() else []

    def pids(self) -> list[int]:
        """Of the web servers, one after the other."""
        return list(map(int, self.noted("web")))

    def told(self) -> dict[str, str]:
        return dict(json.loads((self.place / "told").read_bytes()))

    def database_pid(self) -> int:
        return int((self.place / "data/postgres/data/postmaster.pid").read_text().split()[0])

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=60) as answer:
            return bool(answer.status == 200)

    def all_gone(self) -> bool:
        return not any(alive(pid) for pid in self.everyone)

    def note_everyone(self) -> None:
        self.everyone = [self.database_pid(), *self.pids()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc here, or it has just ended
        return sys.platform != "linux"


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kinograph-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with cluster.made() as made:
        yield made


@pytest.fixture
def running(made: Path, place: Path) -> Iterator[Running]:
    subprocess.run(["cp", "-a", made, place / "data"], check=True)
    started = Running(place)
    try:
        assert started.line() == f"Kinograph is at http://127.0.0.1:{started.port}"
        started.note_everyone()
        yield started
    finally:
        started.process.terminate()  # killed, it could not wait for its database, which would still write in `place`
        started.process.communicate(timeout=60)
        until(started.all_gone)


def test_it_says_where_it_is_and_what_is_missing_once_the_web_server_answers(running: Running) -> None:
    assert "kinograph key" in running.line()
    assert running.answers()
    assert running.told()["DATABASE_URL"].startswith("postgresql://kinograph:")
    assert (running.told()["KINOGRAPH_SESSION_DAYS"], running.told()["KINOGRAPH_ACCOUNTS"]) == ("0", "off")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(running: Running, number: signal.Signals) -> None:
    running.process.send_signal(number)
    assert running.process.wait(30) == 0
    assert running.all_gone()


def test_further_signals_do_not_cut_its_database_off(running: Running) -> None:
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        running.process.send_signal(number)
    database = running.database_pid()
    while alive(database):
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.01)
    running.process.wait(30)
    assert running.all_gone()
    assert "database system is shut down" in (running.place / "data/postgres.log").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells the processes of a killed server")
def test_it_does_not_end_before_the_processes_of_a_database_that_was_killed(running: Running) -> None:
    writer, *_ = psutil.Process(running.database_pid()).children()
    writer.suspend()  # as one that is in the midst of a long write, and does not notice
    os.kill(running.database_pid(), signal.SIGKILL)
    running.process.terminate()
    running.process.wait(60)
    assert not writer.is_running() or writer.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start stops what is left")
def test_nothing_is_left_when_it_is_killed(running: Running) -> None:
    running.process.kill()
    until(running.all_gone)


def test_what_is_killed_comes_back_and_nobody_is_refused_meanwhile(running: Running) -> None:
    for pid in running.everyone:
        os.kill(pid, signal.SIGKILL)
    assert running.answers()
    assert len(running.pids()) == 2
    until((running.place / "data/postgres/data/postmaster.pid").exists)
    until(lambda: running.database_pid() != running.everyone[0] and alive(running.database_pid()))


def test_one_worker_after_the_other_has_the_same_name_so_that_it_need_not_wait_for_its_own_lease(
    running: Running,
) -> None:
    os.kill(running.pids()[0], signal.SIGKILL)
    assert running.answers()
    first, second = running.noted("worker")
    assert first == second != ""


def test_a_web_server_that_never_answered_is_not_tried_again(place: Path) -> None:
    failing = Running(place, FAILS="1")
    _, complaint = failing.process.communicate(timeout=30)
    assert failing.process.returncode == 1
    assert "The web server could not be started." in complaint
    assert len(failing.pids()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the child looks for its parent once a second")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_web_server_that_waits_for_its_database_ends_with_what_started_it(
    place: Path, number: signal.Signals, code: int
) -> None:
    """While PostgreSQL is being made, before anybody was told anything."""
    started = Running(place)
    until(lambda: bool(started.pids()))
    started.process.send_signal(number)
    assert started.process.wait(60) == code
    started.process.communicate()
    until(lambda: not any(map(alive, started.pids())))
    assert started.noted("told") == []


def test_a_given_database_is_used_and_none_is_made(place: Path) -> None:
    started = Running(place, DATABASE_URL="postgres://host/films")
    started.line()
    started.process.terminate()
    started.process.communicate(timeout=30)
    assert started.told()["DATABASE_URL"] == "postgresql://host/films"
    assert not (place / "data").exists()


def test_a_taken_port_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Settings(data_dir=tmp_path / "data", port=other.getsockname()[1])
        with pytest.raises(CannotRun, match=r"is in use.*KINOGRAPH_PORT"):
            supervisor.Supervisor(taken).run()
    assert not taken.data_dir.exists()


def test_an_address_of_another_machine_is_refused_and_the_setting_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="KINOGRAPH_HOST"):
        supervisor.Supervisor(Settings(data_dir=tmp_path / "data", host="192.0.2.1")).run()


def test_each_start_of_what_keeps_dying_comes_later() -> None:
    kept = ManagedProcess("child", lambda: subprocess.Popen([sys.executable, "-c", ""]))
    waits = []
    for _ in range(3):
        kept.tend()
        assert kept.process
        kept.process.wait()
        waits.append(kept.tend())
        kept._due = 0
    assert waits == pytest.approx([0.2, 0.4, 0.8], abs=0.05)


def test_what_cannot_be_started_is_tried_again_later() -> None:
    def launch() -> subprocess.Popen[bytes]:
        raise NoPostgres("not yet")

    assert ManagedProcess("database", launch).tend() == delays.FIRST_DELAY
