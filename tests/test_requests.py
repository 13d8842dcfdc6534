"""Whatever a request holds, it is answered, by a page or by one whole sentence, and never by a fault of ours."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import i18n
from kinograph.corrections.api import NoMatch
from kinograph.stats.filters import FILTERS
from kinograph.web.validation import SENTENCES
from tests.routes import Address, addresses
from tests.sessions.test_api import upload
from tests.test_methods import EXPORT

ALIEN = "\\ud800"  # as one encoding of Python's writes half a character
GERMAN = {"Accept-Language": "de"}


@pytest.fixture
async def owned(client: AsyncClient, sampled: str, engine: AsyncEngine) -> str:
    """A session of this browser's, beside the sample, where nobody waits for TMDB."""
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', 'no_key')"))
    return str((await upload(client, EXPORT)).json()["session_id"])


def fields(address: Address) -> list[str]:
    return [field.alias for field in address.route.dependant.body_params]


def parameters(address: Address) -> list[str]:
    return (
        [field.alias for field in address.route.dependant.query_params] if address.path != "/api/openapi.json" else []
    )


async def send(client: AsyncClient, method: str, path: str, form: dict[str, bytes], charset: str = "") -> Response:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + form[name] for name in form]
    body = b"\r\n".join([*parts, b"--b--\r\n"])
    kind = f"multipart/form-data; boundary=b{f'; {charset}' if charset else ''}"
    return await client.request(method, path, content=body, headers={"Content-Type": kind})


def forms(web: FastAPI) -> list[tuple[str, Address]]:
    return [(method, each) for method in ("POST", "PUT") for each in addresses(web, method)]


CHARSETS = ("unicode_escape", "undefined", "utf-7", "utf-16", "idna", '"raw_unicode_escape"', "zlib")


async def test_no_form_is_taken_in_an_encoding_of_its_own(client: AsyncClient, web: FastAPI, owned: str) -> None:
    for (method, address), charset in itertools.product(forms(web), CHARSETS):
        form = dict.fromkeys(fields(address) or ["back"], ALIEN.encode())
        answer = await send(client, method, address.at(session_id=owned), form, f"charset={charset}")
        assert (address.path, answer.status_code) == (address.path, 400)
        assert "UTF-8" in answer.text
    assert (await client.get(f"/session/{owned}")).status_code == 200


async def test_utf_8_is_taken_however_it_is_spelled(client: AsyncClient) -> None:
    for charset in ("charset=UTF-8", 'charset="utf8"', ""):
        answer = await send(client, "POST", "/theme", {"theme": b"dark", "back": "/ö".encode()}, charset)
        assert answer.status_code == 303


async def test_a_field_holds_no_character_that_no_text_has(client: AsyncClient, web: FastAPI, owned: str) -> None:
    for method, address in forms(web):
        for field in (name for name in fields(address) if name != "files"):
            answer = await send(client, method, address.at(session_id=owned), {field: b"a\0b"})
            if not address.path.startswith("/api/"):  # they take no forms
                assert (address.path, field, answer.status_code) == (address.path, field, 400)
                assert f"“{field}” holds characters" in answer.text


async def test_no_form_breaks_anything(client: AsyncClient, web: FastAPI, owned: str) -> None:
    values = (b"\xff\xfe", b"\xed\xa0\x80", b"\r\n", b"%00", b"x" * 3_000)
    for (method, address), value in itertools.product(forms(web), values):
        answer = await send(client, method, address.at(session_id=owned), dict.fromkeys([*fields(address), "x"], value))
        assert answer.status_code < 500, address.path


JSON = (
    b'{"link": "\\ud800"}',
    b'{"link": "\xed\xa0\x80"}',
    b'{"link": "a\\u0000b"}',
    b'{"\\ud800": 1}',
    b'{"' + b"x" * 5_000 + b'": 1}',
    b"[" * 20_000,
    '{"link": "\ud800"}'.encode("utf-16", "surrogatepass"),
    b'{"kind": "movie", "tmdb_id": 1e400}',
    b'{"kind": "movie", "tmdb_id": ' + b"9" * 5_000 + b"}",
    b"\xff",
    b"null",
    b"",
)


async def test_no_json_breaks_anything_and_each_is_told_what_is_wrong(client: AsyncClient, owned: str) -> None:
    path = f"/api/session/{owned}/films/0/match"
    for body in JSON:
        answer = await client.put(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, body[:50]
        assert len(answer.json()["error"]) < 200, body[:50]


async def test_no_parameter_breaks_anything(client: AsyncClient, web: FastAPI, owned: str) -> None:
    values = ("%00", "%ED%A0%80", "-1", "1e9", "%D9%A3", "9" * 30, "x" * 3_000)
    for address, value in itertools.product(addresses(web, "GET"), values):
        query = "&".join(f"{name}={value}" for name in parameters(address))
        if query:
            answer = await client.get(f"{address.at(session_id=owned)}?{query}")
            assert answer.status_code < 500, (address.path, value)
    for page, value in itertools.product(("films", "people", "films.csv"), values):
        query = "&".join(f"{name}={value[:300]}" for name in [*FILTERS, "sort", "size", "look", "columns"])
        assert (await client.get(f"/session/{owned}/{page}?{query}")).status_code == 200


def pages(web: FastAPI) -> list[Address]:
    return [each for each in addresses(web, "GET") if each.path.startswith(("/session/", "/sample"))]


async def test_a_bad_page_number_is_page_one_everywhere(client: AsyncClient, web: FastAPI, owned: str) -> None:
    numbers = ("x", "0", "-1", "1.5", "%D9%A3", "1%20", "9" * 12, "%00", "")
    for address in pages(web):
        path = address.at(session_id=owned)
        plain = (await client.head(path)).status_code
        # The sample's pages are the session's.
        tried = numbers if address.path.startswith("/session/") else numbers[:1]
        assert {(path, (await client.head(f"{path}?page={number}")).status_code) for number in tried} == {(path, plain)}
    for path in ("/sample/films", "/sample/people", f"/session/{owned}/repair"):
        first = main((await client.get(path)).text)
        assert "page=2" in first or "session" in path
        for number in numbers:
            assert main((await client.get(f"{path}?page={number}")).text) == first, (path, number)


def main(html: str) -> str:
    """What the page is about, without the form that leads back to its address."""
    return html.partition("<main")[2].partition("</main>")[0]


async def test_pages_take_no_notice_of_what_they_cannot_understand(
    client: AsyncClient, web: FastAPI, owned: str
) -> None:
    for address in pages(web):
        for name in parameters(address):
            path = address.at(session_id=owned)
            plain, bad = await client.head(path), await client.get(f"{path}?{name}={'x' * 300}")
            assert (path, name, bad.status_code) == (path, name, plain.status_code)


async def test_the_api_says_what_is_wrong_in_one_sentence_of_the_readers_language(
    client: AsyncClient, web: FastAPI, owned: str
) -> None:
    seen = set()
    for address in (each for each in addresses(web, "GET") if each.path.startswith("/api/session/")):
        for name in parameters(address):
            for value in ("x", "-1", "9" * 5_000, "x" * 300):
                path = f"{address.at(session_id=owned)}?{name}={value}"
                answer = await client.get(path, headers=GERMAN)
                if answer.status_code == 422:
                    told = answer.json()["error"]
                    assert told.startswith(f"„{name}“ ") and told.endswith("."), told
                    assert not re.search(r"\b(should|must|valid|known)\b", told), told
                    seen.add(told)
    assert len(seen) >= 5


TOLD: tuple[tuple[Any, str], ...] = (
    ({}, NoMatch.sentence),
    ({"kind": "book", "tmdb_id": 1}, "“kind” must be one of: movie, tv."),
    ({"kind": "movie", "tmdb_id": "x"}, "“tmdb_id” must be a whole number."),
    ({"kind": "movie", "tmdb_id": 0}, "“tmdb_id” must be 1 or more."),
    ({"what": 1}, "“what” is not known here."),
    ({"link": 1}, "“link” must be a text."),
    ([], "The body must be a JSON object."),
)


async def test_a_body_that_does_not_fit_is_told_why(client: AsyncClient, owned: str) -> None:
    for body, told in TOLD:
        answer = await client.put(f"/api/session/{owned}/films/0/match", json=body)
        assert (answer.status_code, answer.json()) == (422, {"error": told})


def test_every_sentence_is_translated_with_its_places() -> None:
    i18n.load("de")
    for sentence in set(SENTENCES.values()):
        german = i18n._catalogues["de"].gettext(sentence)
        assert german != sentence
        assert set(re.findall(r"%\(\w+\)s", german)) == set(re.findall(r"%\(\w+\)s", sentence))
