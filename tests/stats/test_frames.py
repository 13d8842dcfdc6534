"""A session's rows as columns, from a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.settings import Settings
from kinograph.stats.frames import COMPANIES, COMPANIES_SQL, FILMS, FILMS_SQL, PEOPLE, PEOPLE_SQL, VIEWINGS, Frames
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, working


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb() as tmdb:
        yield tmdb


@pytest.fixture
async def frames(database_url: str) -> AsyncIterator[Frames]:
    frames = Frames(database_url)
    yield frames
    frames.close()


async def test_a_frame_holds_films_and_those_who_made_them(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, frames: Frames
) -> None:
    session_id = await store(engine, "The Long Quay,1994", "Not Looked Up Yet,", watchlist=["Later,2001"])
    tmdb.unknown.add("Not Looked Up Yet")
    async with working(replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)
    frame = await frames.frame(session_id, "1")

    assert (frame.films.schema, frame.viewings.schema) == (FILMS, VIEWINGS)
    assert (frame.people.schema, frame.companies.schema) == (PEOPLE, COMPANIES)
    assert frame.films["title"].to_list() == ["The Long Quay", "Not Looked Up Yet", "Later"]
    assert frame.films["watched"].to_list() == [True, True, False]
    film = frame.films.row(0, named=True)
    assert film["genres"] and film["runtime_minutes"]
    for role in ("directors", "writers", "cast", "composers", "photography", "editors", "producers"):
        assert set(film[role]) <= set(frame.people["id"]) and film[role], role
    assert set(film["companies"]) == set(frame.companies["id"])
    assert frame.films.row(1, named=True)["genres"] == []


async def test_a_frame_is_read_once_for_each_version(engine: AsyncEngine, frames: Frames) -> None:
    session_id = await store(engine, "Some Film,2001")
    first, again = await asyncio.gather(frames.frame(session_id, "1"), frames.frame(session_id, "1"))

    assert first is again
    assert await frames.frame(session_id, "2") is not first


async def test_a_restarted_database_costs_no_page(engine: AsyncEngine, frames: Frames) -> None:
    session_id = await store(engine, "Some Film,2001")
    await frames.frame(session_id, "1")
    async with engine.connect() as db:
        ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        await db.execute(text(f"{ours} AND datname = current_database()"))

    assert isinstance((await frames.frame(session_id, "2")).films, pl.DataFrame)


@pytest.mark.parametrize("sql", [PEOPLE_SQL, COMPANIES_SQL, FILMS_SQL])
def test_no_statement_compares_rows_with_an_array_it_cannot_see(sql: str) -> None:
    """PostgreSQL would go through the whole array for each row: 24,000 people took 47 seconds."""
    assert "ANY(" not in sql
