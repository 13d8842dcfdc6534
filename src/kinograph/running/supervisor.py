"""`kinograph run`: the database, and web server and worker in one process, by one command, started again when they
die."""

from __future__ import annotations

import errno
import logging
import math
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from urllib.parse import urlsplit
from uuid import uuid4

from kinograph.i18n import gettext
from kinograph.running import postgres, processes, told
from kinograph.running.delays import Delays
from kinograph.running.postgres_programs import NoPostgres
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import find_key

PROGRAM = (sys.executable, "-m", "kinograph")
STOP_SECONDS = 10.0  # more than the web server leaves to open requests, and the worker to running jobs
BACKLOG = 512

log = logging.getLogger(__name__)


class CannotRun(Exception):
    """Nothing could be started. The text is for the person at the terminal."""


class _Stopped(Exception):
    """A signal asked us to end."""


class ManagedProcess:
    """A process that is started again whenever it ends, after a longer wait each time."""

    def __init__(self, name: str, launch: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._name = name
        self._launch = launch
        self._due = -math.inf
        self._delays = Delays()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> subprocess.Popen[bytes]:
        self.process = self._launch()
        self._delays.note_begin()
        return self.process

    def tend(self) -> float:
        """Starts it when that is due. Returns the seconds until the next look, infinity while it runs."""
        if self.is_alive:
            return math.inf
        if self.process and (code := self.process.poll()) is not None:
            self._put_off(_ending(code))
            self.process = None
        if (wait := self._due - time.monotonic()) > 0:
            return wait
        try:
            self.start()
        except (NoPostgres, OSError) as error:
            return self._put_off(str(error))
        return math.inf

    def _put_off(self, why: str) -> float:
        delay = self._delays.next()
        log.warning("%s: %s; starting it again in %.1f s", self._name, why, delay)
        self._due = time.monotonic() + delay
        return delay


class Supervisor:
    """Lives in the main thread: signals arrive there, and the children are tied to it."""

    def __init__(self, settings: Settings, *, program: Sequence[str] = PROGRAM) -> None:
        self._settings = settings
        self._program = program
        self._kept: list[ManagedProcess] = []
        self._stopping = False
        # One worker follows the other, so the next need not wait until the lease of the one before has ended.
        self._worker = str(uuid4())
        self._url: str | None = None
        self._tells: socket.socket | None = None

    def run(self) -> None:
        """Returns after a signal, with everything stopped. Raises CannotRun, NoPostgres or SettingsError."""
        with (
            _listening(self._settings) as listener,
            self._signals(),
            suppress(_Stopped),
            self._web_server(listener) as web,
            self._database() as url,
        ):
            try:
                self._tell(url)
                self._bring_up(web)
                self._announce()
                self._kept.append(web)
                while True:
                    self._tend()
            finally:
                _stop(web)

    @contextmanager
    def _web_server(self, listener: socket.socket) -> Iterator[ManagedProcess]:
        """It loads what it needs while the database is made and starts, and waits to be told where that is."""
        web = ManagedProcess("web", partial(self._start_web, listener))
        web.start()
        try:
            yield web
        finally:
            _stop(web)
            if self._tells:
                self._tells.close()

    def _bring_up(self, web: ManagedProcess) -> None:
        """What fails before the first answer will fail again, so it is not tried again."""
        while not self._answers():
            if not web.is_alive:
                raise CannotRun(gettext("The web server could not be started."))
            self._tend(at_most=0.05)

    @contextmanager
    def _database(self) -> Iterator[str]:
        if self._settings.database_url:
            yield self._settings.database_url
            return
        with postgres.open_cluster(self._settings.data_dir, chosen=self._settings.postgres_bin) as cluster:
            kept = ManagedProcess("database", cluster.start)
            server = kept.start()
            try:
                while not cluster.is_ready(server):
                    self._pause(0.01)
                self._kept.append(kept)
                yield cluster.url()
            finally:
                cluster.stop(kept.process)

    def _start_web(self, listener: socket.socket) -> subprocess.Popen[bytes]:
        """With the worker in it. It migrates too: a process for that alone would have to load most of the program once
        more."""
        if self._tells:
            self._tells.close()
        self._tells, hears = socket.socketpair()
        with hears:
            kept = [listener.fileno(), hears.fileno()]
            arguments = [f"--worker={self._worker}", f"--told={hears.fileno()}", f"--listener={listener.fileno()}"]
            process = processes.start([*self._program, "web", "--supervised", "--migrate", *arguments], keep_open=kept)
        if self._url:
            self._tell(self._url)
        return process

    def _tell(self, url: str) -> None:
        """The child is told of the database we brought as of any other; what we settled from its absence stays."""
        self._url = url
        environ = {
            "DATABASE_URL": url,
            "KINOGRAPH_SESSION_DAYS": str(self._settings.session_days),
            "KINOGRAPH_ACCOUNTS": "on" if self._settings.accounts else "off",
        }
        assert self._tells
        with suppress(BrokenPipeError):  # else it has died, and is started again or not
            told.tell(self._tells, environ)

    def _tend(self, *, at_most: float = math.inf) -> None:
        self._pause(min([at_most, *(kept.tend() for kept in self._kept)]))

    def _pause(self, seconds: float) -> None:
        """Ends early when a child ends or a signal comes; a signal to stop takes effect here and nowhere else."""
        if not self._stopping:
            select.select([self._wake], [], [], None if seconds == math.inf else seconds)
            with suppress(BlockingIOError):
                self._wake.recv(4096)
        if self._stopping:
            raise _Stopped

    @contextmanager
    def _signals(self) -> Iterator[None]:
        self._wake, wakes = socket.socketpair()
        self._wake.setblocking(False)
        wakes.setblocking(False)
        wanted = [signal.SIGTERM, signal.SIGINT, signal.SIGCHLD]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup leaves it
            wanted.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._note) for number in wanted}
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._wake.close()
            wakes.close()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._stopping = True

    def _answers(self) -> bool:
        """By hand: what speaks HTTP for us takes 2 MB, for good."""
        address = urlsplit(self._settings.local_url)
        asked = f"GET /healthz HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection((address.hostname or "", address.port or 80), timeout=0.2) as connection:
                connection.sendall(asked.encode())
                return connection.recv(64).split()[1:2] == [b"200"]
        except OSError:
            return False

    def _announce(self) -> None:
        _say(gettext("Kinograph is at %(url)s", url=self._settings.local_url))
        if find_key(self._settings) is None:
            _say(
                gettext(
                    "There is no TMDB key yet, so films are not looked up. Add one with “kinograph key” or “make "
                    "key”; the lookups then start by themselves."
                )
            )


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """We hold the socket, not the web server: while that is started again, browsers wait and are not refused."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listener = socket.create_server(
            (str(address[0]), int(address[1])),
            family=family,
            backlog=BACKLOG,
            dualstack_ipv6=settings.host == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = gettext(
                "Port %(port)s is in use, perhaps by another Kinograph. Set KINOGRAPH_PORT to a different one.",
                port=settings.port,
            )
        else:
            text = gettext(
                "KINOGRAPH_HOST, KINOGRAPH_PORT: cannot listen on %(host)s, port %(port)s: %(why)s.",
                host=settings.host,
                port=settings.port,
                why=error.strerror,
            )
        raise CannotRun(text) from error
    with listener:
        yield listener


def _stop(kept: ManagedProcess) -> None:
    if kept.process and kept.is_alive:
        processes.stop([kept.process], (signal.SIGTERM, STOP_SECONDS))


def _ending(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
