"""Facts stay young, and the deleted are looked up anew, without anybody noticing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import refresh, tasks
from kinograph.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, now, store, until, watched
from tests.films.test_nothing_lost import SOON, working
from tests.invented_catalogue import invented

QUAY = "A Quay by Night,1994"


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        tmdb.add(invented("A Quay by Night", 1994))
        yield tmdb


@pytest.fixture
def worker_settings(settings: Settings, tmdb: FakeTmdb) -> Settings:
    return replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=200)


async def run(engine: AsyncEngine, sql: str, **values: Any) -> Any:
    async with engine.begin() as db:
        result = await db.execute(text(sql), values)
        return result.scalar() if result.returns_rows else None


async def enqueue_due(engine: AsyncEngine) -> int:
    async with engine.begin() as db:
        driver = await raw(db)
        facts, _ = await refresh.enqueue_due_facts(driver)
        films, _ = await refresh.enqueue_unmatched(driver)
        return facts + films


async def idle(engine: AsyncEngine) -> bool:
    return not await run(engine, "SELECT count(*) FROM pgqueuer")


async def known(engine: AsyncEngine, settings: Settings, *films: str) -> Any:
    """A completed session of these films, whose facts are half a year old."""
    session_id = await store(engine, *films)
    async with working(settings):
        await completed(engine, session_id)
    await run(engine, "UPDATE film_facts SET fetched_at = now() - interval '6 months', title = 'Stale'")
    return session_id


@pytest.mark.parametrize(
    ("released_days_ago", "kept_days"), [(-100, 7), (30, 7), (200, 30), (None, 30), (520, 135), (20_000, 135)]
)
async def test_how_long_facts_are_kept(
    engine: AsyncEngine, worker_settings: Settings, released_days_ago: int | None, kept_days: int
) -> None:
    await known(engine, worker_settings, QUAY)
    await run(engine, "UPDATE film_facts SET release_date = current_date - CAST(:ago AS int)", ago=released_days_ago)
    for days, due in ((kept_days - 1, 0), (kept_days + 1, 1)):
        await run(engine, "UPDATE film_facts SET fetched_at = now() - make_interval(days => :days)", days=days)
        assert await enqueue_due(engine) == due
    assert kept_days < 150


async def test_old_facts_are_fetched_again(engine: AsyncEngine, worker_settings: Settings) -> None:
    session_id = await known(engine, worker_settings, QUAY)
    before = await now(engine, session_id)
    assert await enqueue_due(engine) == 1
    async with working(worker_settings):
        await until(lambda: idle(engine))

    assert await run(engine, "SELECT title FROM film_facts") == "A Quay by Night"
    assert (await now(engine, session_id)).version != before.version  # so that pages are drawn anew
    assert await enqueue_due(engine) == 0


async def test_a_merged_entry_is_followed_and_sessions_stay_completed(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    session_id = await known(engine, worker_settings, QUAY)
    entry = tmdb.entry("A Quay by Night", 1994)
    tmdb.entries.remove(entry)
    tmdb.add(replace(entry, id=777, details=entry.details | {"id": 777}))
    await enqueue_due(engine)
    async with working(worker_settings):
        await until(lambda: idle(engine))

    assert await run(engine, "SELECT tmdb_id FROM films JOIN film_facts ON film_facts.id = facts_id") == 777
    found = await now(engine, session_id)
    assert (found.status, found.enriched) == ("completed", 1)


async def test_of_a_deleted_entry_the_match_holds_until_another_is_looked_for(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    session_id = await known(engine, worker_settings, QUAY)
    tmdb.delete(tmdb.entry("A Quay by Night", 1994))
    tmdb.unknown.add("A Quay by Night")
    await enqueue_due(engine)
    async with working(worker_settings):
        await until(lambda: idle(engine))

    found = await now(engine, session_id)
    assert (found.status, found.total, found.enriched + found.unmatched) == ("completed", 1, 1)
    assert (
        await run(engine, "SELECT count(*) FROM films JOIN film_facts f ON f.id = facts_id WHERE f.title = 'Stale'")
        == 0
    )


async def test_what_was_not_found_is_looked_for_again_after_a_month(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.unknown.add("Some Day")
    session_id = await store(engine, "Some Day,2026")
    async with working(worker_settings):
        assert (await completed(engine, session_id)).unmatched == 1
        assert await enqueue_due(engine) == 0
        await run(engine, "UPDATE films SET settled_at = now() - interval '31 days'")
        tmdb.unknown.clear()
        assert await enqueue_due(engine) == 1
        await until(lambda: idle(engine))

    assert (await now(engine, session_id)).enriched == 1


async def test_refreshes_never_keep_anybody_waiting(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    await known(engine, worker_settings, *(f"Film Number {n},{1950 + n % 60}" for n in range(150)))
    known_paths = {request.path for request in tmdb.requests if not request.path.startswith("search/")}
    assert await enqueue_due(engine) == 150
    tmdb.requests.clear()

    async def begun() -> bool:
        return bool(tmdb.requests)

    async with working(replace(worker_settings, tmdb_requests_per_second=30)):
        await until(begun)
        session_id = await store(engine, *(f"New {n},2001" for n in range(10)))
        before = len(tmdb.requests)
        await completed(engine, session_id)
        asked = [request.path in known_paths for request in tmdb.requests]

    assert asked[0], "a refresh was under way"
    last = max(n for n, is_refresh in enumerate(asked) if not is_refresh)
    assert sum(asked[before:last]) < 50, "refreshes that came before the last of the new films"


async def test_details_come_in_the_language_that_is_set_and_searches_in_english(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    await known(engine, replace(worker_settings, tmdb_language="fr"), QUAY)

    asked = {(request.path.split("/")[0], request.query.get("language")) for request in tmdb.requests[1:]}
    assert asked == {("search", "en-US"), ("movie", "fr")}


async def test_failed_films_are_tried_again_every_hour(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.outage = True
    session_id = await store(engine, QUAY)
    async with working(worker_settings, replace(SOON, attempts=1)):
        assert (await completed(engine, session_id)).failed == 1
        tmdb.outage = False
        async with engine.begin() as db:
            assert await tasks.retry_failed(await raw(db)) == (1, None)
        await until(lambda: idle(engine))

    found = await now(engine, session_id)
    assert (found.status, found.enriched, found.failed) == ("completed", 1, 0)


async def test_the_owner_alone_may_have_failed_films_tried_again(client: AsyncClient, engine: AsyncEngine) -> None:
    sent = await client.post("/api/upload", files={"files": ("watched.csv", watched(QUAY))})
    session_id = sent.json()["session_id"]
    await run(engine, "UPDATE films SET state = 'failed', settled_at = now(), reason = 'search/movie: status 503'")
    await run(engine, "UPDATE sessions SET status = 'completed'")
    await run(engine, "TRUNCATE pgqueuer")

    page = await client.get(f"/session/{session_id}")
    assert f'action="/session/{session_id}/retry"' in page.text
    assert (await client.post(f"/api/session/{session_id}/retry")).json() == {"films": 1}
    assert await run(engine, "SELECT count(*) FROM pgqueuer") == 1
    assert (await client.post(f"/session/{session_id}/retry")).status_code == 303
    client.cookies.clear()
    assert (await client.post(f"/api/session/{session_id}/retry")).status_code == 403


async def test_the_button_of_a_film_has_that_film_alone_tried_again(client: AsyncClient, engine: AsyncEngine) -> None:
    sent = await client.post("/api/upload", files={"files": ("watched.csv", watched(QUAY, "Seen,2001"))})
    address = f"/session/{sent.json()['session_id']}"
    await run(engine, "UPDATE films SET state = 'failed', settled_at = now(), reason = 'search/movie: status 503'")
    await run(engine, "UPDATE sessions SET status = 'completed'")
    await run(engine, "TRUNCATE pgqueuer")

    button = f'formaction="{address}/retry" name="film" value="1"'
    assert button in (await client.get(f"{address}/repair?show=all")).text
    for film, jobs in (("7", 0), ("1", 1), ("1", 1), (None, 2)):
        answer = await client.post(f"{address}/retry", data={"film": film} if film else {})
        assert answer.status_code == 303
        assert await run(engine, "SELECT count(*) FROM pgqueuer") == jobs
