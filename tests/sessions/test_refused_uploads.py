"""What is no upload, or too much of one, is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT


async def test_what_is_no_export_is_said_to_be_none(client: AsyncClient, engine: AsyncEngine) -> None:
    for name, content in (("holiday.png", b"\x89PNG\r\n\x1a\n...."), ("notes.zip", b"no zip"), ("empty.csv", b"")):
        answer = await upload(client, Upload(name, content))
        assert answer.status_code == 400, name
        assert name in answer.json()["error"]
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM sessions")) == 0
        assert await db.scalar(text("SELECT count(*) FROM owners")) == 0


MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (EXPORT.content, {"Content-Type": "application/zip"}),
        (EXPORT.content, {}),
        (b'{"files": []}', {"Content-Type": "application/json"}),
        (b"files=watched", {"Content-Type": "application/x-www-form-urlencoded"}),
    ],
)
async def test_what_is_no_form_is_told_how_to_send_files(
    client: AsyncClient, body: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post("/api/upload", content=body, headers=headers)
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["error"]


def part(name: str, more: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\nDate\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (part("file", '; filename="watched.csv"') + b"--b--", MULTIPART),
        (part("files") + b"--b--", MULTIPART),
        (part("files", '; filename="a.csv"') * 1001 + b"--b--", MULTIPART),
        (b"--b\r\nNonsense\r\n\r\n--b--", MULTIPART),
        (b"nonsense", MULTIPART),
        (b"nonsense", {"Content-Type": "multipart/form-data"}),
    ],
    ids=["another field", "text for a file", "too many", "a wrong header", "no parts", "no boundary"],
)
@pytest.mark.parametrize("path", ["/upload", "/api/upload"])
async def test_a_form_without_files_is_refused_with_the_reason(
    client: AsyncClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 422
    assert "The form holds no files in a field “files”" in answer.text
    assert "<class" not in answer.text


async def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(client: AsyncClient) -> None:
    answer = await upload(client, Upload("watched.csv", bytes(66 << 20)))
    assert answer.status_code == 413
    assert "64" in answer.json()["error"]


async def test_what_is_no_upload_has_a_smaller_limit_of_its_own(client: AsyncClient) -> None:
    answer = await client.post("/api/session/00000000-0000-0000-0000-000000000000/shares", content=b" " * (65 << 10))
    assert (answer.status_code, answer.json()["error"]) == (
        413, "This is larger than the 64 kB that this address takes.",
    )  # fmt: skip


async def test_a_body_of_unknown_length_is_cut_off(client: AsyncClient) -> None:
    async def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="watched.csv"\r\n\r\n'
        for _ in range(70):
            yield bytes(1 << 20)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post("/api/upload", content=endless(), headers=headers)
    assert answer.status_code == 413
