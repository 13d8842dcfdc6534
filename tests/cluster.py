"""PostgreSQL for the tests: real, fast, and forgetful."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kinograph.running import postgres
from tests import leftovers

FORGETFUL = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off", "--max_connections=100")


@contextmanager
def running(*options: str) -> Iterator[str]:
    """The address of its database `postgres`; its account may create others. `options` are the server's, besides."""
    with running_with_log(*options) as (url, _):
        yield url


@contextmanager
def running_with_log(*options: str) -> Iterator[tuple[str, Path]]:
    """The same, and the file of the server's log."""
    with tempfile.TemporaryDirectory(prefix=leftovers.name_folder()) as name:
        place = Path(name)
        place.chmod(0o711)  # for `nobody`, whom root hands the server to
        with postgres.open_cluster(place / "data", options=(*FORGETFUL, *options)) as cluster:
            if cluster.programs.major >= 18:
                cluster = replace(cluster, options=(*FORGETFUL, *options, "--file_copy_method=clone"))
            # Proving the password takes half of what a connection costs us, and a test makes half a dozen.
            (cluster.data / "pg_hba.conf").write_text("local all all trust\n")
            server = cluster.start()
            try:
                while not cluster.is_ready(server):
                    time.sleep(0.01)
                yield cluster.url("postgres"), cluster.log
            finally:
                cluster.stop(server)


@contextmanager
def made() -> Iterator[Path]:
    """A data directory as the first start leaves it, to be copied with `cp -a`."""
    with tempfile.TemporaryDirectory(prefix=leftovers.name_folder()) as name:
        place = Path(name)
        place.chmod(0o711)
        with postgres.open_cluster(place / "data"):
            pass
        yield place / "data"
