"""Which collection a film is in, and the films of each: asked for once, kept young, gone when nobody names it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.database import raw
from kinograph.films import collections, refresh, unnamed
from kinograph.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, now, store, until
from tests.films.test_nothing_lost import working
from tests.films.test_refresh import enqueue_due, idle, run
from tests.invented_films import film

QUAYS = (
    film("Quay One", 1990, minutes=100, votes=9, score=7.0),
    film("Quay Two", 1995, minutes=110),
    film("Quay Three", 2100, minutes=0, votes=0),
)
ONE, TWO = "Quay One,1990", "Quay Two,1995"


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        mine = [replace(each, details=dict(each.details)) for each in QUAYS]
        tmdb.add(*mine)
        tmdb.collect(77, "The Quay Collection", *mine)
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=200)


def asked(tmdb: FakeTmdb, of: str = "collection/") -> list[str]:
    return [each.path for each in tmdb.requests if each.path.startswith(of)]


async def work(engine: AsyncEngine, settings: Settings) -> None:
    async with working(settings):
        await until(lambda: idle(engine))


async def seen(engine: AsyncEngine, settings: Settings, *films: str) -> Any:
    """A completed session of these films, whose collections are fetched."""
    session_id = await store(engine, *films)
    async with working(settings):
        await completed(engine, session_id)
        await jobs.fetch_collections(engine)
        await until(lambda: idle(engine))
    return session_id


async def parts(engine: AsyncEngine) -> Any:
    found = await run(engine, "SELECT parts::text FROM collections WHERE id = 77")
    return found and orjson.loads(found)


def part(number: int, minutes: int | None) -> dict[str, Any]:
    entry = QUAYS[number]
    return {
        "tmdb_id": entry.id, "title": entry.title, "release_date": entry.released,
        "poster_path": entry.details["poster_path"], "runtime_minutes": minutes,
        "vote_average": entry.details["vote_average"] if entry.details["vote_count"] else None,
    }  # fmt: skip


async def test_the_films_of_a_collection_are_fetched_by_one_request_for_all_sessions(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    await seen(engine, worker_settings, ONE, "Lone Harbor,2001")
    assert asked(tmdb) == []  # of one film nothing is shown
    assert await run(engine, "SELECT collection_id FROM film_facts WHERE title = 'Lone Harbor'") == 0

    first = await seen(engine, worker_settings, ONE, TWO)
    second = await seen(engine, worker_settings, TWO, ONE, "Lone Harbor,2001")
    assert asked(tmdb) == ["collection/77"]
    # As long as is known: of the third nobody has seen anything.
    assert await parts(engine) == [part(0, 100), part(1, 110), part(2, None)]

    versions = [(await now(engine, each)).version for each in (first, second)]
    assert await run(engine, "UPDATE collections SET due_at = now()") is None
    await jobs.fetch_collections(engine)
    await work(engine, worker_settings)
    assert asked(tmdb) == ["collection/77"] * 2
    renewed = [(await now(engine, each)).version for each in (first, second)]
    assert not set(versions) & set(renewed)  # so that pages are drawn anew


async def test_a_collection_is_fetched_anew_as_its_newest_film_is(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    async def due_after_days() -> int:
        return int(await run(engine, "SELECT extract(day FROM due_at - fetched_at)::int FROM collections"))

    await seen(engine, worker_settings, ONE, TWO)
    assert await due_after_days() == 7  # the third is yet to come
    for released, days in (("", 30), ("1999-01-01", 135)):
        tmdb.entry("Quay Three").details["release_date"] = released
        await run(engine, "UPDATE collections SET due_at = now()")
        await jobs.fetch_collections(engine)
        await work(engine, worker_settings)
        assert await due_after_days() == days


async def test_a_collection_that_lacks_a_film_seen_is_asked_for_a_day_later(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    await seen(engine, worker_settings, ONE, TWO)
    late = film("Quay Four", 2020)
    tmdb.add(late)
    tmdb.collect(77, "The Quay Collection", *(tmdb.entry(each.title) for each in QUAYS), late)
    await seen(engine, worker_settings, "Quay Four,2020")
    assert len(asked(tmdb)) == 1

    await run(engine, "UPDATE collections SET fetched_at = now() - interval '2 days'")
    await run(engine, "UPDATE film_facts SET fetched_at = now() - interval '6 months' WHERE title = 'Quay Four'")
    await enqueue_due(engine)
    await work(engine, worker_settings)
    await jobs.fetch_collections(engine)
    await work(engine, worker_settings)
    assert len(asked(tmdb)) == 2
    assert [each["title"] for each in await parts(engine)] == ["Quay One", "Quay Two", "Quay Four", "Quay Three"]


async def test_collections_come_after_every_film_and_before_refreshes(
    engine: AsyncEngine, worker_settings: Settings
) -> None:
    await seen(engine, worker_settings, ONE, TWO)
    await run(engine, "UPDATE collections SET due_at = now(), parts = NULL")
    await run(engine, "INSERT INTO collections (id, name, parts) VALUES (78, 'Old', '[]')")
    await run(engine, "UPDATE film_facts SET collection_id = 78, fetched_at = now() - interval '6 months'")
    await run(
        engine,
        "INSERT INTO film_facts SELECT (json_populate_record(film_facts, json_build_object("
        "'id', id + 1000, 'tmdb_id', tmdb_id + 1000, 'collection_id', 77, 'fetched_at', now()))).* FROM film_facts",
    )
    await jobs.fetch_collections(engine)
    await enqueue_due(engine)
    async with engine.connect() as db:
        rows = await db.execute(text("SELECT DISTINCT entrypoint, priority FROM pgqueuer ORDER BY 2 DESC, 1"))
        assert [tuple(row) for row in rows] == [
            (collections.ENTRYPOINT, -700_000_000),
            (collections.ENTRYPOINT, -1_000_000_000),
            (refresh.REFRESH, -1_000_000_000),
        ]


async def test_a_collection_that_tmdb_has_deleted_is_not_asked_for_each_minute(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.collections.clear()
    await seen(engine, worker_settings, ONE, TWO)
    assert await parts(engine) == []
    await jobs.fetch_collections(engine)
    assert await idle(engine) and asked(tmdb) == ["collection/77"]


async def test_an_outage_delays_a_collection(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    session_id = await store(engine, ONE, TWO)
    async with working(worker_settings):
        await completed(engine, session_id)
        tmdb.fail_next("502_html", 2)
        await jobs.fetch_collections(engine)
        await until(lambda: idle(engine))
    assert len(asked(tmdb)) == 3
    assert len(await parts(engine)) == 3


async def test_facts_stored_before_collections_were_are_fetched_once_more_behind_everything(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "AT_ONCE", 2)
    await seen(engine, worker_settings, ONE, TWO, "Lone Harbor,2001")
    await run(engine, "UPDATE film_facts SET collection_id = NULL")
    await run(engine, "DELETE FROM collections")
    await run(
        engine,
        "INSERT INTO film_facts SELECT (json_populate_record(film_facts, json_build_object('id', 1000, 'tmdb_id', 1000)"
        ")).* FROM film_facts LIMIT 1",
    )  # nobody names these
    tmdb.requests.clear()

    async with engine.begin() as db:
        found, place = await refresh.enqueue_unchecked(await raw(db))
        assert found == 2 and place
        found, place = await refresh.enqueue_unchecked(await raw(db), place)
        assert (found, place) == (1, None)
    assert await run(engine, "SELECT min(priority) = max(priority) AND max(priority) < -1000000000 FROM pgqueuer")
    await jobs.refresh_facts(engine)  # the next round while they wait
    assert await run(engine, "SELECT count(*) FROM pgqueuer") == 3
    await work(engine, worker_settings)
    assert len(asked(tmdb, "movie/")) == 3

    await jobs.refresh_facts(engine)
    assert await idle(engine)
    assert await run(engine, "SELECT name FROM collections") == "The Quay Collection"
    assert await run(engine, "SELECT count(*) FROM film_facts WHERE collection_id = 77") == 2


async def test_the_purge_keeps_the_collections_that_facts_name(engine: AsyncEngine, worker_settings: Settings) -> None:
    session_id = await seen(engine, worker_settings, ONE, TWO)
    await run(engine, "INSERT INTO collections (id, name) VALUES (1, 'Nobody''s'), (-1, 'Of an older sample')")
    await unnamed.delete_unnamed(engine)
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT id FROM collections"))).scalars().all() == [77]
    await run(engine, "DELETE FROM sessions WHERE id = :id", id=session_id)
    await unnamed.delete_unnamed(engine)
    assert await run(engine, "SELECT count(*) FROM collections") == 0
