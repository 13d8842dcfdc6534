"""A browser that has a page already is told so, until the page would say something else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.stats.cards import genres
from kinograph.stats.page_context import PageContext
from tests.corrections.conftest import Owned, Send, send, tmdb, worker, worker_settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import until

__all__ = ["send", "tmdb", "worker", "worker_settings"]

QUAY = "The Long Quay,1994,https://boxd.it/29hI"
LOST = "The Unfilmed Lighthouse,1999,https://boxd.it/29hy"


@pytest.fixture
async def planted(client: AsyncClient, sampled: str) -> AsyncClient:
    return client


async def again(client: AsyncClient, seen: Response, path: str = "", **headers: str) -> int:
    """What a browser is answered that has seen the page, at its own address or at another."""
    answer = await client.get(path or seen.url, headers={"If-None-Match": seen.headers["ETag"], **headers})
    assert (answer.status_code == 304) == (answer.content == b"")
    return answer.status_code


async def test_a_page_that_lacks_a_failed_card_is_not_kept_by_browsers(
    planted: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compute(view: PageContext) -> Any:
        raise RuntimeError("no projector")

    monkeypatch.setattr(genres, "compute", compute)
    answer = await planted.get("/sample/genres")
    assert (answer.status_code, "ETag" in answer.headers) == (200, False)
    monkeypatch.undo()
    assert "ETag" in (await planted.get("/sample/genres")).headers


async def test_what_others_store_meanwhile_changes_no_page(
    planted: AsyncClient, web: FastAPI, engine: AsyncEngine
) -> None:
    seen = await planted.get("/sample")
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO owners (token_hash) VALUES ('someone')"))
    web.state.progress_cache._counts.clear()  # a second later
    assert await again(planted, seen) == 304


@pytest.mark.parametrize("path", ["/sample", "/sample/genres?count=hours", "/sample/films?q=ran", "/sample?country=JP"])
async def test_an_unchanged_page_is_not_sent_again(planted: AsyncClient, path: str) -> None:
    seen = await planted.get(path)
    answer = await planted.get(path, headers={"If-None-Match": f'W/"other", {seen.headers["ETag"]}'})

    assert (answer.status_code, answer.content) == (304, b"")
    kept = ("ETag", "Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert [answer.headers[name] for name in kept] == [seen.headers[name] for name in kept]
    assert await again(planted, seen, "/sample/films?country=JP") == 200


async def test_another_light_is_another_page(planted: AsyncClient) -> None:
    seen = await planted.get("/sample")
    await planted.post("/theme", data={"theme": "light"}, headers={"Origin": "http://127.0.0.1:8000"})
    assert await again(planted, seen) == 200
    lit = await planted.get("/sample")
    assert 'data-theme="light"' in lit.text
    assert await again(planted, lit) == 304


@pytest.mark.parametrize("path", ["/sample", "/sample/films"])
async def test_another_language_is_another_page_though_its_cards_are_kept(planted: AsyncClient, path: str) -> None:
    english = await planted.get(path)
    assert await again(planted, english, **{"Accept-Language": "de"}) == 200
    german = await planted.get(path, headers={"Accept-Language": "de"})
    assert (english.headers["Content-Language"], german.headers["Content-Language"]) == ("en", "de")
    number = r">[^<]*\d,\d{1,2}(?!\d)[^<]*<"  # as in 3,48
    assert re.search(number, german.text) and not re.search(number, english.text)
    assert await again(planted, german, **{"Accept-Language": "de"}) == 304
    assert (await planted.get(path)).text == english.text


@pytest.mark.usefixtures("worker")
async def test_a_repair_is_seen_at_once(send: Send, tmdb: FakeTmdb) -> None:
    owned = await send(LOST, QUAY)
    seen = [await page(owned, path) for path in ("", "/films")]
    assert [await again(owned.client, each, **owned.headers) for each in seen] == [304, 304]
    await owned.put(0, kind="movie", tmdb_id=tmdb.entry("Low Country").id)

    assert [await again(owned.client, each, **owned.headers) for each in seen] == [200, 200]
    assert "Jori Veen" in (await page(owned, "/films")).text


@pytest.mark.usefixtures("worker")
async def test_what_the_owner_has_seen_is_no_page_of_a_visitor(send: Send) -> None:
    owned = await send(QUAY)
    assert await again(owned.client, await page(owned, "")) == 200


async def test_what_waits_for_a_key_is_another_page_than_what_is_looked_up(send: Send, engine: AsyncEngine) -> None:
    owned = await send(QUAY, wait=False)
    seen = await page(owned, "")
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', 'bad_key')"))

    async def counted_anew() -> bool:
        return await again(owned.client, seen, **owned.headers) == 200

    await until(counted_anew)  # a count is good for a second


@pytest.mark.usefixtures("worker")
async def test_a_deleted_session_is_gone_for_those_who_have_seen_it_too(send: Send) -> None:
    owned = await send(QUAY)
    seen = await page(owned, "")
    assert (await owned.client.delete(f"/api/session/{owned.id}", headers=owned.headers)).status_code == 204
    assert await again(owned.client, seen, **owned.headers) == 404


async def page(owned: Owned, path: str) -> Response:
    return await owned.client.get(f"/session/{owned.id}{path}", headers=owned.headers)


async def test_a_page_is_kept_as_it_was_sent_and_apart_for_each_address_of_ours(
    planted: AsyncClient, web: FastAPI
) -> None:
    client = planted
    drawn = (await client.get("/sample")).text
    frame = await web.state.frames.frame(web.state.sample_id, await _version(web))
    assert len(frame.pages) == 1
    again = await client.get("/sample")
    assert (again.text, again.headers["content-encoding"]) == (drawn, "gzip")
    plain = await client.get("/sample", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers.get("content-encoding")) == (drawn, None)
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (again, plain))
    assert len(frame.pages) == 1
    elsewhere = (await client.get("/sample", headers={"Host": "localhost:8000"})).text
    assert elsewhere == drawn.replace("http://127.0.0.1:8000/", "http://localhost:8000/")
    dark = (await client.get("/sample", cookies={"theme": "dark"})).text
    assert dark != drawn
    assert len(frame.pages) == 3


async def _version(web: FastAPI) -> str:
    progress = await web.state.progress_cache.progress(web.state.sample_id)
    return str(progress.version)
