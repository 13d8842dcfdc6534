"""The SQL that pg_restore makes of a dump, line by line, with its rows counted as they pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinograph.backups import archive, clients
from kinograph.running.postgres_programs import Programs

SCHEMA = "public"
# What other programs have in the database is theirs, and so is the schema, which every database has.
OPTIONS = (f"--schema={SCHEMA}", "--no-owner", "--no-privileges")
TABLE = re.compile(rb'COPY public\.("?)([\w .-]+)\1 \(.*\) FROM stdin;$')
END = b"\\.\n"


class Script:
    """Its lines, to be read once; `counts` are the rows of each table that have been read by then."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.counts: dict[str, int] = {}

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            yield line
            if line.startswith(b"COPY ") and (table := TABLE.match(line)):
                rows = 0
                for row in self._lines:  # one a line: what is within a row is written as \n
                    yield row
                    if row == END:
                        break
                    rows += 1
                self.counts[table[2].decode()] = rows


@contextmanager
def reading(path: Path, programs: Programs, *options: str) -> Iterator[Script]:
    """The script of a backup. Ends with BackupError where pg_restore could not read the dump to its end."""
    arguments = [*OPTIONS, *options, "--file=-"]
    with (
        archive.read_dump(path) as dump,
        clients.running(programs, "pg_restore", arguments, writes=True) as pg_restore,
        clients.feeding(pg_restore, dump),
    ):
        yield Script(iter(pg_restore.output))
        pg_restore.finish()
