"""Behind PgBouncer in transaction mode, with a direct address for what needs a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from kinograph import cli, database
from kinograph.settings import Settings
from kinograph.web import app
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import until, watched, working
from tests.pooler import pooled


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


@pytest.fixture
def pooled_settings(settings: Settings, tmdb: FakeTmdb) -> Iterator[Settings]:
    assert settings.database_url
    with pooled(settings.database_url) as url:
        yield replace(
            settings,
            database_url=url,
            direct_url=settings.database_url,
            tmdb_base_url=tmdb.url,
            tmdb_access_token=tmdb.token,
            tmdb_requests_per_second=400,
        )


@pytest.fixture
async def browser(pooled_settings: Settings) -> AsyncIterator[AsyncClient]:
    made = app.create(pooled_settings)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1:8000") as browser,
    ):
        yield browser


async def test_an_export_is_looked_up_shown_and_corrected_behind_a_pooler(
    browser: AsyncClient, pooled_settings: Settings
) -> None:
    films = [f"Film {n},{1950 + n}" for n in range(60)]
    sent = await browser.post("/api/upload", files={"files": ("watched.csv", watched(*films))})
    assert sent.status_code == 201
    session = f"/session/{sent.json()['session_id']}"

    async def is_complete() -> bool:
        return bool((await browser.get(f"/api{session}/status")).json()["status"] == "completed")

    async with working(pooled_settings):
        await until(is_complete)
    # Many at once, so that server connections change hands in the middle of everything.
    pages = [f"{session}{page}" for page in ("", "/world", "/people", "/films", "?decade=1950", "/settings")]
    answers = await asyncio.gather(*(browser.get(page) for page in pages * 8))
    assert [answer.status_code for answer in answers] == [200] * len(answers)

    owner = {"Authorization": f"Bearer {sent.json()['owner_token']}"}
    put = await browser.put(f"/api{session}/films/0/match", json={"nothing": True}, headers=owner)
    assert put.status_code == 200, put.text
    assert (await browser.get(f"{session}/films")).status_code == 200
    assert (await browser.delete(f"/api{session}", headers=owner)).status_code == 204


async def test_what_is_set_for_every_connection_holds_in_each_transaction_behind_a_pooler(
    pooled_settings: Settings,
) -> None:
    assert pooled_settings.database_url
    engine = database.connect(pooled_settings.database_url, pooled=True)
    try:
        for _ in range(3):
            async with engine.begin() as db:
                for name, value in database.SERVER_SETTINGS.items():
                    assert await db.scalar(text(f"SELECT current_setting('{name}')")) == value
    finally:
        await engine.dispose()


async def test_a_pooler_without_the_direct_address_is_named_as_what_it_is(
    pooled_settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert pooled_settings.database_url
    monkeypatch.setenv("DATABASE_URL", pooled_settings.database_url)
    assert await asyncio.to_thread(cli.main, ["migrate"]) == 1
    assert "KINOGRAPH_DIRECT_URL" in capfd.readouterr().err
