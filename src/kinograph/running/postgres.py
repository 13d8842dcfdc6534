"""The database Kinograph brings: made on first use, reached through a socket only its owner can open, ended with us."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote

from kinograph.i18n import gettext
from kinograph.running import postgres_programs, processes
from kinograph.running.postgres_folders import (
    NAME,
    SOCKET,
    find_account,
    find_socket_dir,
    finish_upgrade,
    locked,
    own_folder,
    read_major,
)
from kinograph.running.postgres_leftovers import STOP_SIGNALS, stop_left_over
from kinograph.running.postgres_programs import NoPostgres, Programs
from kinograph.running.processes import Account
from kinograph.settings import make_data_dir

LOG_BYTES = 1_000_000

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    # One person's machine: the system keeps the files as well, and what each process sees of these counts for all.
    "shared_buffers": "32MB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Processes that would do nothing here.
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    # Statements and rows hold what a person watched: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

OPTIONS_SINCE = {18: {"io_method": "sync"}}  # else three processes read for the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A database that is ours alone while the lock is held.

    Only `folder` belongs to the account the server runs as. Lock, log and password lie beside it, since root must not
    write where another account could have laid a link.
    """

    data_dir: Path
    socket_dir: Path
    programs: Programs
    account: Account | None
    options: Sequence[str] = ()
    name: str = "data"
    """Of its folder: another while an upgrade fills it."""

    @property
    def folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def password(self) -> Path:
        return self.data_dir / "postgres.password"

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    def url(self, database: str = NAME) -> str:
        """As asyncpg, SQLAlchemy and libpq read it."""
        return f"postgresql://{NAME}:{self.password.read_text()}@/{database}?host={quote(str(self.socket_dir))}"

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the server; `is_ready` tells when it can be used. One left over from before is stopped first."""
        stop_left_over(self.data)
        for stale in (self.data / "postmaster.pid", self.socket_dir / SOCKET, self.socket_dir / f"{SOCKET}.lock"):
            stale.unlink(missing_ok=True)  # a process of another program may bear the old number
        given = {**OPTIONS, "unix_socket_directories": str(self.socket_dir)}
        for major, options in OPTIONS_SINCE.items():
            given |= options if self.programs.major >= major else {}
        settings = [f"--{name}={value}" for name, value in given.items()]
        command: list[str | Path] = [self.programs.path("postgres"), "-D", self.data, *settings, *self.options]
        with self._open_log() as log:
            return processes.start(
                command, account=self.account, environ=_environ(), output=log, at_our_death=signal.SIGINT
            )

    def stop(self, server: subprocess.Popen[bytes] | None) -> None:
        """Ends open transactions and writes everything down; only a server that cannot do so in ten seconds is cut off.

        Returns once nobody works in the data any more: what a server started outlives its violent end by a moment.
        """
        if server:
            processes.stop([server], *STOP_SIGNALS)
        stop_left_over(self.data)

    def is_ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Whether it takes connections. Raises NoPostgres when it has ended."""
        if server.poll() is not None:
            raise NoPostgres(gettext("The database did not start. It says: %(log)s", log=self._last_words()))
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address of a server that runs until the block ends. Raises NoPostgres."""
        server = self.start()
        try:
            while not self.is_ready(server):
                time.sleep(0.01)
            yield self.url()
        finally:
            self.stop(server)

    @contextmanager
    def _open_log(self) -> Iterator[IO[bytes]]:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.before"))
        with self.log.open("ab") as file:
            self.log.chmod(0o600)
            yield file

    def _last_words(self) -> str:
        return " ".join(self.log.read_text(errors="replace").splitlines()[-5:])


def find_address(data_dir: Path) -> str | None:
    """Where the server of a running Kinograph is reached; None before the first start."""
    password = data_dir / "postgres.password"
    if not password.exists():
        return None
    socket_dir = find_socket_dir(data_dir / "postgres", find_account(data_dir))
    return f"postgresql://{NAME}:{password.read_text()}@/{NAME}?host={quote(str(socket_dir))}"


@contextmanager
def open_cluster(data_dir: Path, *, chosen: Path | None = None, options: Sequence[str] = ()) -> Iterator[Cluster]:
    """The cluster under `data_dir`, made if there is none, locked against others until the block ends.

    Raises NoPostgres with a sentence for the person.
    """
    make_data_dir(data_dir)
    account = find_account(data_dir)
    folder = data_dir / "postgres"
    with locked(data_dir):
        own_folder(folder, account)
        finish_upgrade(folder)
        major = read_major(folder / "data")
        cluster = describe(data_dir, postgres_programs.find_for_data(chosen=chosen, major=major), account)
        if major is None:
            make(cluster, secrets.token_hex(24))
        yield replace(cluster, options=options)


def describe(data_dir: Path, found: Programs, account: Account | None, *, name: str = "data") -> Cluster:
    """The cluster in a folder of `data_dir`, which is locked."""
    programs = postgres_programs.make_reachable(found, account=account, copies=data_dir / "postgres-programs")
    socket_dir = find_socket_dir(data_dir / "postgres", account)
    own_folder(socket_dir, account)
    return Cluster(data_dir=data_dir, socket_dir=socket_dir, programs=programs, account=account, name=name)


def make(cluster: Cluster, password: str) -> None:
    """Made beside its place and then renamed, so that an interrupted first start leaves nothing half-made in it."""
    partial = cluster.folder / f"{cluster.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    if not cluster.password.exists() or cluster.password.read_text() != password:  # that of an upgrade stays untouched
        _write_private(cluster.password, password, None)
    lent = cluster.data_dir / "postgres.password.lent"
    _write_private(lent, password, cluster.account)
    try:
        _initdb(cluster, partial, lent)
    finally:
        lent.unlink()
    _run(cluster, "postgres", ["--single", "-F", "-D", partial, "postgres"], f"CREATE DATABASE {NAME}\n")
    sync(cluster, partial)
    partial.rename(cluster.data)


def sync(cluster: Cluster, data: Path) -> None:
    """Writes a folder of data to the disk, of which no server is at work."""
    # One call for the file system in place of one for each of a thousand files.
    all_at_once = ["--sync-method=syncfs"] if cluster.programs.major >= 17 and sys.platform == "linux" else []
    _run(cluster, "initdb", ["--sync-only", *all_at_once, "-D", data])


def _write_private(path: Path, text: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)


def _initdb(cluster: Cluster, data: Path, password: Path) -> None:
    common = ["-D", str(data), f"--username={NAME}", f"--pwfile={password}"]
    common += ["--encoding=UTF8", "--auth=scram-sha-256", "--no-sync"]
    failed: NoPostgres | None = None
    for locale in _locales(cluster.programs.major):
        try:
            return _run(cluster, "initdb", [*common, *locale])
        except NoPostgres as error:
            failed = failed or error
    assert failed
    raise failed


def _locales(major: int) -> list[list[str]]:
    """Plain C could not lower-case É. Before 17 the system's own locales have to do; which there are differs."""
    if major >= 17:
        return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--locale=C", "--locale-provider=icu", "--icu-locale=und"], ["--locale=en_US.UTF-8"]]


def _run(cluster: Cluster, program: str, arguments: Sequence[str | Path], given: str = "") -> None:
    command = [cluster.programs.path(program), *arguments]
    done = processes.run(command, account=cluster.account, environ=_environ(), given=given)
    if done.returncode:
        raise NoPostgres(
            gettext("The database could not be created. It says: %(log)s", log=" ".join(done.stderr.split()))
        )


def _environ() -> dict[str, str]:
    """Without PG* variables, which would lead the programs to another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
