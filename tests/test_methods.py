"""HEAD, OPTIONS and Allow at every address there is, and the headers that every answer bears."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from kinograph.settings import Settings
from kinograph.web.security_middleware import AnswerHeaders
from tests.routes import addresses
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_api import upload

EXPORT = zipped(
    watched=table(FILM, "2024-01-01,Ran,1985,", "2024-01-01,Ikiru,1952,"),
    diary=table(DIARY, "2024-01-01,Ran,1985,,4,Yes,cellar,2024-01-05"),
)
ALWAYS = ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
# How long it is, and whether it is packed, is told only of a body that was made.
OF_THE_BODY = {"content-length", "content-encoding", "vary"}


@pytest.fixture
async def session_id(client: AsyncClient, sampled: str) -> str:
    """A session of this browser's, beside the sample."""
    return str((await upload(client, EXPORT)).json()["session_id"])


def said(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_BODY}


def check_headers(answer: Response) -> None:
    """They protect whoever sees it, and keep others from finding it."""
    request, path = answer.request, answer.request.url.path
    assert [name for name in ALWAYS if name not in answer.headers] == [], (request.method, path)
    if answer.status_code >= 400 or "session" in path:
        assert answer.headers["x-robots-tag"] == "noindex", (request.method, path)


async def test_head_says_what_get_says_without_a_body(client: AsyncClient, web: FastAPI, session_id: str) -> None:
    """By headers that protect, too."""
    for address in addresses(web, "GET"):
        path = address.at(session_id=session_id)
        head = await client.head(path)
        get = await client.get(path)
        check_headers(head)
        check_headers(get)
        if path.endswith("/report") and "/api/" not in path:  # GET begins what it leads to
            assert head.status_code in (202, 303, 404)
            continue
        assert (path, head.status_code, said(head), head.content) == (path, get.status_code, said(get), b"")
        if path != "/metrics":  # its figures change from one moment to the next
            assert head.headers.get("content-length", get.headers.get("content-length")) == get.headers.get(
                "content-length"
            )


async def test_head_of_a_page_that_is_known_is_304_and_of_a_strangers_repair_403(
    client: AsyncClient, session_id: str
) -> None:
    tag = (await client.head(f"/session/{session_id}/genres")).headers["etag"]
    known = {"If-None-Match": tag}
    assert (await client.head(f"/session/{session_id}/genres", headers=known)).status_code == 304
    client.cookies.clear()
    assert (await client.head(f"/session/{session_id}/repair")).status_code == 403


async def test_head_draws_no_card(client: AsyncClient, web: FastAPI, session_id: str) -> None:
    for address in addresses(web, "GET"):
        await client.head(address.at(session_id=session_id))
    progress = await web.state.progress_cache.progress(UUID(session_id))
    frame = await web.state.frames.frame(progress.session_id, progress.version)
    assert not len(frame.pages)
    await client.get(f"/session/{session_id}")
    assert len(frame.pages) == 1


def methods(web: FastAPI, session_id: str) -> dict[str, set[str]]:
    """What may be asked of each path there is."""
    found: dict[str, set[str]] = defaultdict(lambda: {"OPTIONS"})
    for address in addresses(web):
        found[address.at(session_id=session_id)] |= address.methods | ({"HEAD"} if "GET" in address.methods else set())
    return found


async def test_every_address_says_what_may_be_asked_of_it(client: AsyncClient, web: FastAPI, session_id: str) -> None:
    """By headers that protect, too."""
    for path, taken in {**methods(web, session_id), "/static/main.css": {"GET", "HEAD", "OPTIONS"}}.items():
        allow = ", ".join(sorted(taken))
        options = await client.options(path)
        assert (path, options.status_code, options.headers["allow"], options.content) == (path, 204, allow, b"")
        check_headers(options)
        for method in set(METHODS) - taken:
            refused = await client.request(method, path)
            assert (path, method, refused.status_code) == (path, method, 405)
            assert refused.headers.get("allow") == allow
            check_headers(refused)


async def test_what_is_not_there_has_no_methods(client: AsyncClient) -> None:
    for method in METHODS:
        answer = await client.request(method, "/nothing/here")
        assert (answer.status_code, "allow" in answer.headers) == (404, False)


async def test_every_answer_bears_the_headers_that_protect_it(
    client: AsyncClient, web: FastAPI, session_id: str
) -> None:
    """Of what may be sent; those of GET, HEAD, OPTIONS and of refusals are looked at above."""
    for path, taken in methods(web, session_id).items():
        for method in sorted(taken - {"GET", "HEAD", "OPTIONS"}):
            check_headers(await client.request(method, path))


@pytest.mark.parametrize("path", ["/broken", "/session/secret/broken", "/api/session/secret/broken"])
async def test_a_bug_of_ours_bears_them_too(web: FastAPI, path: str) -> None:
    async def breaks() -> None:
        raise RuntimeError("a bug")

    web.add_api_route(path, breaks)
    transport = ASGITransport(web, raise_app_exceptions=False)
    async with AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"Accept-Language": "de"}
    ) as client:
        answer = await client.get(path)
    assert answer.status_code == 500
    assert "Nichts" in answer.text or "nichts" in answer.text
    assert [name for name in ALWAYS if name not in answer.headers] == []
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == ("private, no-cache" if "secret" in path else "no-store")


async def test_even_what_breaks_while_it_says_so_is_answered(settings: Settings) -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("a bug")

    transport = ASGITransport(AnswerHeaders(breaks, settings=settings), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/")
    assert answer.status_code == 500
    assert [name for name in ALWAYS if name not in answer.headers] == []
