"""What people ask TMDB, through the worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import questions
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import store, working


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb() as tmdb:
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)


async def ask(engine: AsyncEngine, *asked: str) -> list[int]:
    async with engine.begin() as db:
        return (await questions.ask(db, asked)).ids


async def answer(engine: AsyncEngine, asked: str) -> Any:
    ids = await ask(engine, asked)
    assert await questions.wait_for_answers(engine, ids, within=10)
    async with engine.connect() as db:
        return (await db.execute(text("SELECT * FROM questions WHERE asked = :asked"), {"asked": asked})).one()


async def test_a_search_finds_films_and_series_in_the_persons_own_words(
    engine: AsyncEngine, worker_settings: Settings
) -> None:
    async with working(worker_settings):
        kestrels = await answer(engine, questions.search_question("  KESTREL "))
        series = await answer(engine, questions.search_question("Dead Reckoners"))
        dated = await answer(engine, questions.search_question("Kestrel (1969)"))

    assert [(found["title"], found["year"]) for found in kestrels.found] == [
        ("Kestrel", 2012),
        ("Kestrel", 1969),
        ("Untitled Kestrel Project", None),
    ]
    assert [found["kind"] for found in series.found] == ["tv"]
    assert [found["year"] for found in dated.found] == [1969]


async def test_an_entry_brings_its_facts(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    film, series = tmdb.entry("Low Country"), tmdb.entry("Glasshouse")
    async with working(worker_settings):
        await answer(engine, questions.entry_question("tv", series.id))
        by_imdb = await answer(engine, questions.imdb_question(film.details["imdb_id"]))

    assert by_imdb.found == [{"kind": "movie", "tmdb_id": film.id}]
    async with engine.connect() as db:
        titles = (await db.execute(text("SELECT title FROM film_facts ORDER BY title"))).scalars().all()
    assert titles == ["Glasshouse", "Low Country"]


async def test_what_tmdb_does_not_have_is_said(engine: AsyncEngine, worker_settings: Settings) -> None:
    async with working(worker_settings):
        assert (await answer(engine, questions.entry_question("movie", 999))).reason == "not_found"
        assert (await answer(engine, questions.imdb_question("tt9999999"))).reason == "not_found"
        nothing = await answer(engine, questions.search_question("no such words"))
    assert (nothing.found, nothing.reason) == ([], None)


async def test_the_same_question_is_asked_once(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    async with working(worker_settings):
        for query in ("Kestrel", "kestrel", "Kestrel "):
            await answer(engine, questions.search_question(query))
    assert [asked.path for asked in tmdb.requests].count("search/movie") == 1


async def test_faults_are_waited_out(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    async with working(worker_settings):
        await answer(engine, questions.search_question("Tide"))
        tmdb.fail_next("502_html", 1)
        assert (await answer(engine, questions.search_question("Kestrel"))).found


async def test_a_question_comes_before_every_look_up(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.invent = True
    await store(engine, *(f"Film Number {n},{1950 + n}" for n in range(70)))
    ids = await ask(engine, questions.search_question("Kestrel"))
    async with working(replace(worker_settings, tmdb_requests_per_second=20)):
        assert await questions.wait_for_answers(engine, ids, within=20)
        assert len(tmdb.requests) < 40


async def test_without_a_key_it_waits_and_an_emptied_queue_is_made_anew(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None)
    ids = await ask(engine, questions.search_question("Kestrel"))
    async with working(keyless):
        assert not await questions.wait_for_answers(engine, ids, within=0.5)
        async with engine.begin() as db:
            await db.execute(text("TRUNCATE pgqueuer"))
            await questions.enqueue_open_questions(await raw(db))
        store_key(keyless, TmdbKey(tmdb.token))
        assert await questions.wait_for_answers(engine, ids, within=10)


async def test_day_old_questions_are_forgotten_but_those_a_repair_waits_for(engine: AsyncEngine) -> None:
    await ask(engine, "search/a", "search/b", "movie/1")
    async with engine.begin() as db:
        await db.execute(text("UPDATE questions SET asked_at = now() - interval '25 hours'"))
        await db.execute(
            text("UPDATE questions SET answered_at = now() - interval '25 hours' WHERE asked = 'search/a'")
        )
        await db.execute(text("INSERT INTO owners (token_hash) VALUES ('x')"))
        await db.execute(
            text(
                "INSERT INTO repairs (owner_id, letterboxd_id, wanted_id) SELECT owners.id, 1, questions.id"
                " FROM owners, questions WHERE asked = 'movie/1'"
            )
        )
        await questions.delete_old_questions(db)
        assert (await db.execute(text("SELECT asked FROM questions"))).scalars().all() == ["movie/1"]
