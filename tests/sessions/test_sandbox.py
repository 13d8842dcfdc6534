"""Uploads are read in processes that end, whatever is in the files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from kinograph.sessions import export, sandbox
from kinograph.sessions.sandbox import Readers, Spooled
from tests.sessions.test_intake import EXPORT


def spooled(folder: Path, content: bytes, name: str = "export.zip") -> list[Spooled]:
    path = folder / "upload"
    path.write_bytes(content)
    return [Spooled(name, path)]


async def test_an_export_comes_back_as_it_was_read(tmp_path: Path) -> None:
    assert await Readers().read(spooled(tmp_path, EXPORT.content)) == export.read([replace(EXPORT, name="export.zip")])


async def test_errors_come_back_with_their_sentence(tmp_path: Path) -> None:
    with pytest.raises(export.NotAnExport, match=r"holiday\.png"):
        await Readers().read(spooled(tmp_path, b"\x89PNG\r\n\x1a\n", "holiday.png"))


async def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(sandbox.TookTooLong):
        await Readers(deadline=0.0).read(spooled(tmp_path, EXPORT.content))
    assert _readers() == []


async def test_a_reader_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    with pytest.raises(sandbox.TooMuch):
        await Readers(memory=1 << 20).read(spooled(tmp_path, bytes(64 << 20)))
    assert _readers() == []


def _readers() -> list[psutil.Process]:
    """Children of the fork server, which is a child of ours."""
    return [
        child
        for server in psutil.Process().children()
        if "forkserver" in " ".join(server.cmdline())
        for child in server.children()
        if child.status() != psutil.STATUS_ZOMBIE
    ]
