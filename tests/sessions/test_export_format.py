"""The reader in Python and the one in the browser know an export by the same file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kinograph.sessions import file_kinds
from kinograph.sessions.export_format import FORMAT, LIMITS

ROOT = Path(__file__).parent.parent.parent
PYTHON = "".join(path.read_text() for path in (ROOT / "src" / "kinograph" / "sessions").glob("*.py"))
TYPESCRIPT = "".join(path.read_text() for path in (ROOT / "frontend" / "ts" / "export").glob("*.ts"))


@pytest.mark.parametrize("key", [*FORMAT, *LIMITS])
def test_both_readers_take_it_from_the_file(key: str) -> None:
    assert re.search(rf'\b(FORMAT|LIMITS)\["{key}"\]', PYTHON)
    assert re.search(
        rf"\b(format|limits)\.{key}\b|^import .*\b{key}\b.* from .*export_format", TYPESCRIPT, re.MULTILINE
    )


def test_kinds_are_read_in_the_order_of_the_file() -> None:
    assert list(FORMAT["kinds"]) == list(file_kinds.FileKind)


@pytest.mark.parametrize("name", ["watched.csv", "diary.csv", "likes/films.csv", "comments.csv", "likes/lists.csv"])
def test_no_reader_names_a_file_by_itself(name: str) -> None:
    quoted = re.compile(rf"[\"'`]{re.escape(name)}[\"'`]")
    assert not quoted.search(TYPESCRIPT)
    assert not quoted.search(PYTHON)
