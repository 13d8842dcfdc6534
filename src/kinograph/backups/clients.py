"""pg_dump, pg_restore and psql, run as ours: they end when we do, and show nobody a password."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from kinograph.backups.archive import CHUNK, BackupError
from kinograph.i18n import gettext
from kinograph.running import processes
from kinograph.running.postgres_programs import Programs


class Client:
    """A program that runs, until the block of `running` ends."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._name = name
        self._process = process
        self._errors = errors

    @property
    def output(self) -> IO[bytes]:
        assert self._process.stdout
        return self._process.stdout

    @property
    def input(self) -> IO[bytes]:
        assert self._process.stdin
        return self._process.stdin

    def finish(self) -> None:
        """Waits for its end. Raises BackupError with its first complaint where it did not do what it should."""
        if self._process.wait():
            self._errors.seek(0)
            raise BackupError(gettext("%(program)s says: %(why)s", program=self._name, why=self._complaint()))

    def _complaint(self) -> str:
        """Without the lines that follow an error, which quote rows."""
        lines = self._errors.read().decode(errors="replace").splitlines()
        first = next((line for line in lines if "error:" in line.lower()), lines[0] if lines else "?")
        return first.partition("ERROR:")[2].strip() or first.strip()


@contextmanager
def running(
    programs: Programs, name: str, arguments: Sequence[str], *, url: str | None = None, writes: bool = False
) -> Iterator[Client]:
    """`url` is the database that it works in. It is killed when the block ends before it does."""
    environ, given = {**os.environ, "LC_ALL": "C"}, list(arguments)
    if url:
        address, password = hide_password(url)
        given.append(f"--dbname={address}")
        if password is not None:
            environ["PGPASSWORD"] = password
    with tempfile.TemporaryFile() as errors:
        command: list[str | Path] = [programs.path(name), *given]
        process = processes.pipe(command, environ=environ, errors=errors, reads=name != "psql", writes=writes)
        try:
            yield Client(name, process, errors)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(OSError):  # of what it no longer reads
                        pipe.close()


@contextmanager
def feeding(client: Client, source: IO[bytes]) -> Iterator[None]:
    """Writes all of `source` to the program while the block reads what it answers."""

    def feed() -> None:
        with suppress(OSError, ValueError):  # it ended, and says why
            while chunk := source.read(CHUNK):
                client.input.write(chunk)
            client.input.close()

    thread = threading.Thread(target=feed, name="feed", daemon=True)
    thread.start()
    try:
        yield
    finally:
        if thread.is_alive():
            client._process.kill()
        thread.join()


def hide_password(url: str) -> tuple[str, str | None]:
    """The address without its password, as everybody on the machine sees what a program was started with."""
    parts = urlsplit(url)
    user, separator, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    query = parse_qsl(parts.query, keep_blank_values=True)
    asked = [value for key, value in query if key == "password"]
    rest = urlencode([pair for pair in query if pair[0] != "password"])
    shown = f"{parts.scheme}://{name}{separator}{host}{parts.path}{'?' if rest else ''}{rest}"
    return shown, asked[-1] if asked else unquote(password) if colon else None
