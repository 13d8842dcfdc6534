"""Where the embedded PostgreSQL lies: whose the folders are, and that only one Kinograph is at work in them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kinograph.i18n import gettext
from kinograph.running.postgres_programs import NoPostgres
from kinograph.running.processes import Account

NAME = "kinograph"  # of the account and of the database
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # bytes; macOS has the least
UPGRADED = "data.upgraded"
"""A whole cluster of the next major version, until it has the place of the one before."""


def read_major(data: Path) -> int | None:
    """The version that made a cluster; None where there is none. Raises NoPostgres."""
    try:
        told = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", told):
        raise NoPostgres(gettext("%(folder)s is damaged: its PG_VERSION is no number.", folder=data))
    return int(told)


def finish_upgrade(folder: Path) -> None:
    """Whoever was killed between the two renames of an upgrade has left the place empty."""
    if not (folder / "data").exists() and (folder / UPGRADED).exists():
        (folder / UPGRADED).rename(folder / "data")


def find_account(data_dir: Path) -> Account | None:
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


def own_folder(path: Path, account: Account | None) -> None:
    """Closed to everybody else, also when somebody made it before us in a folder all may write to."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    stat = path.lstat()
    if path.is_symlink() or stat.st_uid != (account.uid if account else os.geteuid()):
        raise NoPostgres(gettext("%(folder)s belongs to another user.", folder=path))
    path.chmod(0o700)


def find_socket_dir(folder: Path, account: Account | None) -> Path:
    """A socket's path has little room: a long one is replaced by a short one that its hash tells from others."""
    inside = folder / "socket"
    if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
        return inside
    runtime = None if account else os.environ.get("XDG_RUNTIME_DIR")
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(runtime if runtime and len(runtime) < 50 else "/tmp") / f"{NAME}-{digest}"  # noqa: S108


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
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
