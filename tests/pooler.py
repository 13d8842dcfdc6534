"""PgBouncer in front of a test's database, as Debian packages it: a server connection for each transaction alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import free_port

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def pooled(url: str, *, connections: int = 4) -> Iterator[str]:
    """The address of a pooler before the database of this one. Without PgBouncer the test is skipped, and fails under
    CI. So few server connections are shared by all clients that what outlasts a transaction meets a stranger."""
    if PROGRAM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no PgBouncer, and without it nothing is known of poolers.")
        pytest.skip("NO PGBOUNCER: nothing was tested behind a pooler. Install pgbouncer.")
    parts = urlsplit(url)
    port = free_port()
    with TemporaryDirectory(prefix="kinograph-pooler-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        config = folder / "pgbouncer.ini"
        server = f"host={parse_qs(parts.query)['host'][0]} user={parts.username} password={parts.password}"
        config.write_text(
            f"[databases]\n* = {server}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 100\n"
        )
        account = ["-u", "nobody"] if os.geteuid() == 0 else []
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([PROGRAM, *account, str(config)], stdout=log, stderr=log)
        try:
            wait_for_port(port, process, "PgBouncer")
            yield f"postgresql://{parts.username or ''}:any@127.0.0.1:{port}{parts.path}"
        finally:
            process.terminate()
            process.wait()


def wait_for_port(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    end = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"{name} did not start")
