"""Whose films come when, while somebody else's thousands wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from pgqueuer.models import Job
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.films import tasks
from kinograph.settings import Settings
from kinograph.worker.picking import PacedQueue
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, now, store, until, working


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True) as tmdb:
        yield tmdb


def films(name: str, count: int) -> list[str]:
    return [f"{name} {n},{1950 + n % 70}" for n in range(count)]


async def serve(engine: AsyncEngine, count: int) -> Sequence[str]:
    """Takes so many jobs as the worker would, and says whose films they were."""
    async with engine.begin() as db:
        served = await db.execute(
            text(
                "WITH next AS (SELECT id FROM pgqueuer ORDER BY priority DESC, id LIMIT :count), gone AS"
                " (DELETE FROM pgqueuer WHERE id IN (SELECT id FROM next) RETURNING payload)"
                " SELECT films.title FROM gone JOIN films ON films.id::text = convert_from(payload, 'utf8')"
            ),
            {"count": count},
        )
        return [title.split()[0] for title in served.scalars()]


async def test_a_small_upload_is_done_soon_while_thousands_wait(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb_settings = replace(
        settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=150
    )
    many = await store(engine, *films("Many", 3000))

    async def under_way() -> bool:
        return (await now(engine, many)).settled > 100

    async with working(tmdb_settings):
        await until(under_way)
        few = await store(engine, *films("Few", 50))
        stored = len(tmdb.requests)
        await completed(engine, few)
        assert (await now(engine, many)).settled < 2000

    asked = [request.query.get("query", "").split(" ")[0] for request in tmdb.requests[stored:]]
    last = len(asked) - asked[::-1].index("Few")
    assert asked[:last].count("Many") < 45  # in turns: requests and not seconds, which are longer on a busy machine


async def test_a_newcomer_joins_the_turn_after_the_first_of_those_under_way(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 200))
    await serve(engine, 100)
    async with engine.begin() as db:
        await db.execute(
            text(
                "UPDATE pgqueuer SET status = 'picked' WHERE id IN"
                " (SELECT id FROM pgqueuer ORDER BY priority DESC, id LIMIT 20)"
            )
        )
        first = await db.scalar(text("SELECT max(priority) FROM pgqueuer"))
    await store(engine, *films("New", 20))

    async with engine.connect() as db:
        rows = await db.execute(text("SELECT priority FROM pgqueuer ORDER BY id DESC LIMIT 20"))
        assert Counter(rows.scalars()) == {first - 1: 16, first - 2: 4}


async def test_no_job_is_taken_while_as_many_requests_wait_as_are_to(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 40))
    waiting = 10
    async with engine.connect() as db:
        queue = PacedQueue(await database.raw(db), count_waiting=lambda: waiting, line=10)
        queue.entrypoint(tasks.ENTRYPOINT)(do_nothing)

        async def take() -> int:
            return len([job async for job in queue.fetch_jobs(4, 20, timedelta(seconds=30))])

        assert await take() == 0
        waiting = 3
        assert await take() == 7
        waiting = 0
        assert await take() == 10
        assert await take() == 3  # twenty may be under way


async def do_nothing(job: Job) -> None:
    """What the jobs would do is not asked for."""


async def test_the_first_films_of_an_upload_come_sixteen_in_a_turn(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 300))
    await serve(engine, 100)
    await store(engine, *films("New", 50))

    # The turn being served is one film of the old; then sixteen of the new and one of the old.
    assert Counter(await serve(engine, 35)) == {"Old": 3, "New": 32}


async def test_late_films_of_two_large_uploads_alternate(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 400))
    await serve(engine, 100)
    await store(engine, *films("New", 400))
    await serve(engine, 64 + 4)

    assert Counter(await serve(engine, 100)) == {"Old": 50, "New": 50}


async def test_newcomers_cannot_starve_an_old_tail(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 200))
    await serve(engine, 64)
    served: Counter[str] = Counter()
    for number in range(40):  # each brings nearly as much as is served until the next
        await store(engine, *films(f"Newcomer{number}", 16))
        served.update(await serve(engine, 20))

    assert served["Old"] == 136


async def test_a_film_that_fails_again_and_again_holds_no_turn_open(engine: AsyncEngine) -> None:
    await store(engine, *films("Old", 200))
    async with engine.begin() as db:
        await db.execute(text("UPDATE pgqueuer SET execute_after = now() + interval '1 minute' WHERE id % 16 = 0"))
        await db.execute(text("DELETE FROM pgqueuer WHERE execute_after <= now() AND priority > -50"))
    await store(engine, *films("New", 1))

    async with engine.connect() as db:
        assert await db.scalar(text("SELECT priority FROM pgqueuer ORDER BY id DESC LIMIT 1")) == -51
