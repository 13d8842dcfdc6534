"""The database Kinograph brings: made on first use, reached through a socket only its owner can open, ended with us."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from kinograph.i18n import gettext
from kinograph.running import postgres_programs, processes
from kinograph.running.postgres_leftovers import STOP_SIGNALS, stop_left_over
from kinograph.running.postgres_programs import NoPostgres, Programs
from kinograph.running.processes import Account
from kinograph.settings import make_data_dir

NAME = "kinograph"  # of the account and of the database
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # bytes; macOS has the least
LOG_BYTES = 1_000_000

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Statements and rows hold what a person watched: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


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

    @property
    def folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

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
    socket_dir = _socket_dir(data_dir / "postgres", _account(data_dir))
    return f"postgresql://{NAME}:{password.read_text()}@/{NAME}?host={quote(str(socket_dir))}"


@contextmanager
def open_cluster(data_dir: Path, *, chosen: Path | None = None, options: Sequence[str] = ()) -> Iterator[Cluster]:
    """The cluster under `data_dir`, made if there is none, locked against others until the block ends.

    Raises NoPostgres with a sentence for the person.
    """
    make_data_dir(data_dir)
    account = _account(data_dir)
    folder = data_dir / "postgres"
    with _locked(data_dir):
        _own_folder(folder, account)
        made_by = folder / "data" / "PG_VERSION"
        major = int(made_by.read_text()) if made_by.exists() else None
        found = postgres_programs.find_programs(chosen=chosen, major=major)
        programs = postgres_programs.make_reachable(found, account=account, copies=data_dir / "postgres-programs")
        socket_dir = _socket_dir(folder, account)
        _own_folder(socket_dir, account)
        cluster = Cluster(data_dir=data_dir, socket_dir=socket_dir, programs=programs, account=account, options=options)
        if major is None:
            _make(cluster)
        yield cluster


def _make(cluster: Cluster) -> None:
    """Made beside its place and then renamed, so that an interrupted first start leaves nothing half-made in it."""
    partial = cluster.folder / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    password = secrets.token_hex(24)
    _write_private(cluster.password, password, None)
    lent = cluster.data_dir / "postgres.password.lent"
    _write_private(lent, password, cluster.account)
    try:
        _initdb(cluster, partial, lent)
    finally:
        lent.unlink()
    _run(cluster, "postgres", ["--single", "-F", "-D", partial, "postgres"], f"CREATE DATABASE {NAME}\n")
    # One call for the file system in place of one for each of a thousand files.
    all_at_once = ["--sync-method=syncfs"] if cluster.programs.major >= 17 and sys.platform == "linux" else []
    _run(cluster, "initdb", ["--sync-only", *all_at_once, "-D", partial])
    partial.rename(cluster.data)


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


def _account(data_dir: Path) -> Account | None:
    """PostgreSQL refuses to run as root, so root hands it to `nobody`."""
    if os.geteuid() != 0:
        return None
    for folder in (data_dir.resolve(), *data_dir.resolve().parents):
        if not folder.stat().st_mode & 0o001:
            raise NoPostgres(
                gettext(
                    "KINOGRAPH_DATA_DIR: started by root, the database runs as nobody, who cannot enter %(folder)s."
                    " Choose a folder such as /var/lib/kinograph, or start as another user.",
                    folder=folder,
                )
            )
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise NoPostgres(
            gettext("PostgreSQL refuses to run as root, and this system has no account “nobody”.")
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def _own_folder(path: Path, account: Account | None) -> None:
    """Closed to everybody else, also when somebody made it before us in a folder all may write to."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    stat = path.lstat()
    if path.is_symlink() or stat.st_uid != (account.uid if account else os.geteuid()):
        raise NoPostgres(gettext("%(folder)s belongs to another user.", folder=path))
    path.chmod(0o700)


def _socket_dir(folder: Path, account: Account | None) -> Path:
    """A socket's path has little room: a long one is replaced by a short one that its hash tells from others."""
    inside = folder / "socket"
    if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
        return inside
    runtime = None if account else os.environ.get("XDG_RUNTIME_DIR")
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(runtime if runtime and len(runtime) < 50 else "/tmp") / f"{NAME}-{digest}"  # noqa: S108


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    with (data_dir / "postgres.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise NoPostgres(
                gettext(
                    "Kinograph is already running with the data in %(folder)s (process %(pid)s).",
                    folder=data_dir,
                    pid=file.read().strip() or "?",
                )
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
