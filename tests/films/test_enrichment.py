"""From the queue to facts in the database: a real worker, a real database, a TMDB on loopback."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import tasks
from kinograph.films.roles import CREW
from kinograph.sessions import export, intake, movies, progress, summary
from kinograph.sessions.export import Upload
from kinograph.sessions.progress import Progress
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import TmdbKey, store_key
from kinograph.worker import leader, queue
from tests.fake_tmdb import FakeTmdb
from tests.sessions.export_files import FILM, table


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(leader.work_until(stop, settings))
    try:
        yield
    finally:
        stop.set()
        await worker


async def store(engine: AsyncEngine, *films: str, **others: Sequence[str]) -> Any:
    uploads = [Upload("watched.csv", watched(*films))]
    uploads += [Upload(f"{name}.csv", watched(*rows)) for name, rows in others.items()]
    async with engine.begin() as db:
        return await intake.store_session(db, export.read(uploads), owner_id=None, lifetime_days=0)


def watched(*films: str) -> bytes:
    """Films as "Title,Year", linked by an id made from both."""
    return table(FILM, *(f"2024-01-01,{film},https://boxd.it/{crc32(film.encode()):x}0" for film in films))


async def now(engine: AsyncEngine, session_id: Any) -> Progress:
    async with engine.connect() as db:
        found = await progress.count_progress(db, session_id, rate_group="default")
    assert found
    return found


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.05)


async def completed(engine: AsyncEngine, session_id: Any) -> Progress:
    async def done() -> bool:
        return (await now(engine, session_id)).status == "completed"

    await until(done)
    return await now(engine, session_id)


async def test_a_film_gets_all_its_facts(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    entry = next(e for e in tmdb.entries if e.kind == "movie" and e.title == "The Long Quay")
    session_id = await store(engine, "The Long Quay,1994")
    async with working(worker_settings):
        await completed(engine, session_id)

    async with engine.connect() as db:
        (film,) = await movies.read_movies(db, session_id)
        totals = await summary.summarize(db, session_id)
    assert film.match_state == "matched"
    assert film.tmdb_id == entry.id
    for name in ("genres", "directors", "cast", "runtime", "countries", "original_language", "keywords"):
        assert getattr(film, name), name
    for name in ("vote_average", "vote_count", "popularity", "budget", "revenue", "poster_path", "imdb_id"):
        assert getattr(film, name), name
    assert film.runtime and totals.hours == pytest.approx(film.runtime / 60)
    assert totals.directors == len(film.directors)
    async with engine.connect() as db:
        facts = (await db.execute(text("SELECT * FROM film_facts"))).one()._mapping
        portraits = (await db.execute(text("SELECT count(*) FROM people WHERE portrait IS NOT NULL"))).scalar_one()
        genders = (await db.execute(text("SELECT count(*) FROM people WHERE gender > 0"))).scalar_one()
        companies = (await db.execute(text("SELECT count(*) FROM companies"))).scalar_one()
    for role in (*CREW, "companies", "cast_ids"):
        assert facts[role], role
    assert portraits and genders and companies


async def test_what_nobody_has_is_counted_apart_and_does_not_hold_the_session_up(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.unknown.add("Nowhere to Be Found")
    session_id = await store(engine, "Nowhere to Be Found,1999", "Some Film,2001")
    async with working(worker_settings):
        found = await completed(engine, session_id)

    assert (found.total, found.enriched, found.unmatched, found.failed) == (2, 1, 1, 0)
    assert found.percent == 100


async def test_a_known_film_costs_no_request(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    async with working(worker_settings):
        await completed(engine, await store(engine, "Some Film,2001"))
        asked = len(tmdb.requests)
        await completed(engine, await store(engine, "Some Film,2001"))

    assert len(tmdb.requests) == asked


async def test_faults_are_waited_out(engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb) -> None:
    for fault in ("502_html", "504_json", "reset", "truncated_json", "gzip_undeclared"):
        tmdb.fail_next(fault, 2)
    films = [f"Film Number {n},{1950 + n}" for n in range(12)]
    session_id = await store(engine, *films)
    async with working(worker_settings):
        found = await completed(engine, session_id)

    assert (found.enriched, found.unmatched, found.failed) == (12, 0, 0)


async def test_an_outage_is_said_until_it_is_over(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "OUTAGE_SECONDS", 0.1)
    monkeypatch.setattr(queue, "OUTAGE_LOOKED_AT_SECONDS", 0.05)
    session_id = await store(engine, *(f"Film {n},2001" for n in range(30)))

    async def half_done() -> bool:
        return (await now(engine, session_id)).settled > 2

    async with working(replace(worker_settings, tmdb_requests_per_second=40)):
        await until(half_done)
        tmdb.fail_next("reset", 10_000)
        await until(lambda: _is_away(engine, session_id))
        tmdb.heal()
        found = await completed(engine, session_id)
        assert (found.enriched, found.paused) == (30, None)
        tmdb.fail_next("reset", 10_000)
    waiting = await store(engine, "Another Film,2002")
    async with working(worker_settings):  # which TMDB never answered
        await until(lambda: _is_away(engine, waiting))
        tmdb.heal()
        assert (await completed(engine, waiting)).enriched == 1


async def _is_away(engine: AsyncEngine, session_id: Any) -> bool:
    return (await now(engine, session_id)).paused == "away"


async def test_without_a_key_work_waits_and_begins_by_itself(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None)
    session_id = await store(engine, "Some Film,2001")

    async def paused() -> bool:
        return (await now(engine, session_id)).paused == "no_key"

    async with working(keyless):
        await until(paused)
        assert tmdb.requests == []
        store_key(keyless, TmdbKey(tmdb.token))
        found = await completed(engine, session_id)
    assert found.paused is None


async def test_a_refused_key_is_asked_once_and_said(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None)
    store_key(keyless, TmdbKey("wrong-token"))
    session_id = await store(engine, *(f"Film {n},2001" for n in range(50)))

    async def paused() -> bool:
        return (await now(engine, session_id)).paused == "bad_key"

    async with working(keyless):
        await until(paused)
        assert len(tmdb.requests) == 1
        store_key(keyless, TmdbKey(tmdb.token))
        await completed(engine, session_id)


async def test_a_key_revoked_in_the_middle_stops_the_asking_and_loses_nothing(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    keyless = replace(worker_settings, tmdb_access_token=None, tmdb_requests_per_second=40)
    store_key(keyless, TmdbKey(tmdb.token))
    session_id = await store(engine, *(f"Film {n},{1950 + n}" for n in range(60)))

    async def half_done() -> bool:
        return (await now(engine, session_id)).settled > 10

    async def paused() -> bool:
        return (await now(engine, session_id)).paused == "bad_key"

    async with working(keyless):
        await until(half_done)
        tmdb.valid_keys.clear()
        await until(paused)
        asked = len(tmdb.requests)
        await asyncio.sleep(0.2)  # eight more at its rate
        assert len(tmdb.requests) == asked
        tmdb.valid_keys.add("another-token")
        store_key(keyless, TmdbKey("another-token"))
        found = await completed(engine, session_id)
    assert found.enriched == 60


async def test_the_watched_complete_a_session_and_the_watchlist_follows(
    engine: AsyncEngine, worker_settings: Settings
) -> None:
    session_id = await store(engine, "Seen,2001", watchlist=["Unseen,2002"])

    async def all_known() -> bool:
        async with engine.connect() as db:
            return not await db.scalar(text("SELECT count(*) FROM films WHERE state = 'pending'"))

    async with working(worker_settings):
        found = await completed(engine, session_id)
        assert found.total == 1
        await until(all_known)


async def test_an_emptied_queue_is_made_anew_from_the_films(engine: AsyncEngine, worker_settings: Settings) -> None:
    session_id = await store(engine, *(f"Film {n},2001" for n in range(5)))
    async with engine.begin() as db:
        await db.execute(text("TRUNCATE pgqueuer"))
        await tasks.enqueue_pending(await raw(db))
    async with working(worker_settings):
        assert (await completed(engine, session_id)).enriched == 5


async def test_one_worker_of_a_group_asks_and_another_takes_over(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinograph")

    async def stands_by() -> bool:
        return "another worker leads; this one stands by" in caplog.messages

    first, second = asyncio.Event(), asyncio.Event()
    leading = asyncio.create_task(leader.work_until(first, worker_settings))
    await completed(engine, await store(engine, "Some Film,2001"))
    standby = asyncio.create_task(leader.work_until(second, worker_settings))
    await until(stands_by)
    assert [asked.path for asked in tmdb.requests].count("authentication") == 1

    first.set()
    await leading
    await completed(engine, await store(engine, "Another Film,2002"))
    assert [asked.path for asked in tmdb.requests].count("authentication") == 2
    second.set()
    await standby
