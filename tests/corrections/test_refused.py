"""Who may correct, what is refused, and what the description of the API says of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.corrections import links, owner_context
from kinograph.corrections.owner_context import Throttles, TooManyQuestions
from kinograph.sessions.throttle import Throttle
from tests.corrections.conftest import Send
from tests.corrections.test_corrections import LOST, QUAY


async def test_only_the_owner_may(send: Send, client: AsyncClient) -> None:
    mine, yours = await send(LOST, wait=False), await send(QUAY, wait=False)
    address = f"/api/session/{mine.id}"
    for method, path in (
        ("GET", "/repairs"),
        ("GET", "/films/0/candidates"),
        ("PUT", "/films/0/match"),
        ("DELETE", "/films/0/match"),
    ):
        said = {"json": {"nothing": True}} if method == "PUT" else {}
        nobody = await client.request(method, address + path, **said)  # type: ignore[arg-type]
        other = await client.request(method, address + path, headers=yours.headers, **said)  # type: ignore[arg-type]
        assert (nobody.status_code, other.status_code) == (401, 403), path
        assert nobody.json()["error"] and other.json()["error"]
    for path in ("/repair", "/repair/0"):
        answer = await client.get(f"/session/{mine.id}{path}")
        assert answer.status_code == 403
        assert "Only the person who uploaded these films can do that." in answer.text


async def test_what_cannot_be_understood_is_said(send: Send, client: AsyncClient) -> None:
    session = await send(LOST, wait=False)
    address = f"/api/session/{session.id}/films"
    for match in (
        {},
        {"kind": "movie"},
        {"kind": "book", "tmdb_id": 1},
        {"nothing": True, "link": "tt0133093"},
        {"link": "https://letterboxd.com/film/heat-1995/"},
        {"link": "https://evil.example/themoviedb.org/movie/1"},
        {"nothing": False},
    ):
        answer = await client.put(f"{address}/0/match", json=match, headers=session.headers)
        assert answer.status_code == 422, match
        assert is_plain(answer.json()["error"])
    for n in (1, -1, 2**40):
        answer = await client.put(f"{address}/{n}/match", json={"nothing": True}, headers=session.headers)
        assert answer.status_code == 404
        assert answer.json()["error"] == "There is no such film in this session."


async def test_another_sites_page_chooses_nothing(send: Send, client: AsyncClient) -> None:
    session = await send(LOST, wait=False)
    answer = await client.post(
        f"/session/{session.id}/repair/0",
        data={"choice": "nothing"},
        headers=session.headers | {"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert (await session.get("/repairs?show=mine"))["total"] == 0


async def test_nobody_asks_without_end(send: Send, web: FastAPI, engine: AsyncEngine) -> None:
    web.state.questions = Throttles(
        Throttle("questions of owner", most=2, refusal=TooManyQuestions), Throttle("questions of address", most=99)
    )
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', 'no_key')"))
    session = await send(LOST, wait=False)
    answers = [
        await session.client.get(f"/api/session/{session.id}/films/0/candidates?query={query}", headers=session.headers)
        for query in ("one", "two", "one", "three")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Too many searches" in answers[-1].json()["error"]
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM questions")) == 2


PYDANTIC = ("Value error", "Input should", "valid integer", "Field required", "Extra inputs", "tmdb_id.", "literal")


def is_plain(sentence: str) -> bool:
    """Whether a person wrote it, and not the library that found the mistake."""
    return sentence.endswith(".") and not sentence.endswith("..") and not any(word in sentence for word in PYDANTIC)


async def test_a_match_that_cannot_be_parsed_is_refused_in_the_readers_language(send: Send) -> None:
    session = await send(LOST, wait=False)
    address = f"/api/session/{session.id}/films/0/match"
    spoken: dict[str, set[str]] = {"en": set(), "de": set()}
    for body in (
        b"{}", b"[]", b"{", b"5", b"null", b'{"kind": "book", "tmdb_id": 1}', b'{"kind": "tv", "tmdb_id": "x"}',
        b'{"kind": "tv", "tmdb_id": 0}', b'{"kind": "tv", "tmdb_id": 99999999999}', b'{"nothing": 1, "more": 2}',
        b'{"link": 5}', b'{"link": "' + b"x" * 3000 + b'"}', b'{"kind": "tv"}',
    ):  # fmt: skip
        for language in spoken:
            headers = session.headers | {"Accept-Language": language, "Content-Type": "application/json"}
            answer = await session.client.put(address, content=body, headers=headers)
            assert answer.status_code == 422
            sentence = answer.json()["error"]
            assert is_plain(sentence), sentence
            spoken[language].add(sentence)
    assert not spoken["en"] & spoken["de"]
    assert "Say what the film is in one of three ways" in "".join(spoken["en"])


def fits(body: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether exactly one way of the description has all that it needs, and nothing of the others."""

    def holds(way: dict[str, Any], name: str) -> bool:
        value, want = body.get(name), way["properties"][name]
        if value is None or want == {"type": "null"}:
            return value is None and want == {"type": "null"}
        if want.get("type") == "integer":
            return isinstance(value, int)
        if "pattern" in want:
            return bool(re.search(want["pattern"], value, re.ASCII))  # as ECMA-262 reads it
        return value in want.get("enum", [want.get("const")])

    return sum(all(holds(way, name) for name in schema["properties"]) for way in schema["oneOf"]) == 1


MATCHES: tuple[dict[str, Any], ...] = (
    {},
    {"nothing": True},
    {"nothing": True, "kind": None, "tmdb_id": None, "link": None},
    {"nothing": True, "link": "", "kind": None, "tmdb_id": 1},
    {"nothing": True, "link": "tt0133093"},
    {"nothing": None},
    {"kind": "movie"},
    {"kind": "movie", "tmdb_id": 603},
    {"kind": "book", "tmdb_id": 603},
    {"kind": "tv", "tmdb_id": 603, "nothing": True},
    {"link": "tt0133093"},
    {"link": "https://www.themoviedb.org/movie/603-the-matrix"},
    {"link": "themoviedb.org/de-de/tv/1399"},
    {"link": "https://m.imdb.com/de/title/tt0133093/reviews"},
    {"link": "https://evil.example/themoviedb.org/movie/1"},
    {"link": "tt٠١٢٣٤٥٦"},
    {"link": ""},
)


async def test_a_match_is_taken_if_and_only_if_it_fits_the_description(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_context, "PATIENCE", 0.0)  # nobody is there to answer
    session = await send(LOST, wait=False)
    description = (await session.client.get("/api/openapi.json")).json()
    address = f"/api/session/{session.id}/films/0/match"
    for body in MATCHES:
        answer = await session.client.put(address, json=body, headers=session.headers)
        assert (answer.status_code in (200, 202)) == fits(body, description["components"]["schemas"]["Match"]), body


def test_the_described_links_are_those_that_are_understood() -> None:
    for link in ("tt0133093", "imdb.com/title/tt0133093", "https://www.themoviedb.org/movie/603", "tt1", "heat", ""):
        assert bool(re.search(links.PATTERN, link)) == (links.find_question(link) is not None), link
