"""An export in the database, down to its rows and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import tasks
from kinograph.sessions import export, intake, summary
from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped

EXPORT = zipped(
    watched=table(
        FILM,
        "2024-01-01,Seven Samurai,1954,https://boxd.it/2ahS",
        "2024-01-02,The Haunted Castle,1897,https://boxd.it/3y76",
        "2024-01-02,The Haunted Castle,1897,https://boxd.it/6Pki",
        "2024-01-03,V.H.S.,,https://boxd.it/abc0",
    ),
    ratings=table(RATING, "2024-01-01,Seven Samurai,1954,https://boxd.it/2ahS,4.5"),
    diary=table(
        DIARY,
        '2024-01-01,Seven Samurai,1954,https://boxd.it/6oDmPH,4,,"cinema, 35mm",2024-01-01',
        "2024-02-01,Seven Samurai,1954,https://boxd.it/6oDmPR,4.5,Yes,,2024-01-30",
    ),
    reviews=table(REVIEW, '2024-01-01,Seven Samurai,1954,https://boxd.it/6oDmPH,4,,"Rain,\r\nmud",,2024-01-01'),
    watchlist=table(FILM, "2024-01-01,Heat 2,,https://boxd.it/DErS"),
    likes__films=table(FILM, "2024-01-01,Seven Samurai,1954,https://boxd.it/2ahS"),
    lists__rain=table(
        "Letterboxd list export v7",
        LIST,
        "2024-01-01,Rain,wet,https://boxd.it/j8KbM,About rain",
        "",
        PLACES,
        "1,Seven Samurai,1954,https://boxd.it/2ahS,the end",
    ),
    orphaned__diary=table(DIARY, "2020-06-04,Prada: Candy,2013,,,,youtube,2020-06-03"),
)


async def store(engine: AsyncEngine, *uploads: Upload) -> Any:
    async with engine.begin() as db:
        return await intake.store_session(db, export.read(uploads), owner_id=None, lifetime_days=0)


async def rows(engine: AsyncEngine, sql: str) -> Sequence[tuple[Any, ...]]:
    async with engine.connect() as db:
        return [tuple(row) for row in await db.execute(text(sql))]


async def test_stores_every_part_of_an_export(engine: AsyncEngine) -> None:
    await store(engine, EXPORT)

    assert await rows(
        engine,
        "SELECT title, year, watched, rating, liked, watchlist FROM session_films JOIN films ON films.id = film_id"
        " ORDER BY n",
    ) == [
        ("Seven Samurai", 1954, True, 4.5, True, False),
        ("The Haunted Castle", 1897, True, None, False, False),
        ("The Haunted Castle", 1897, True, None, False, False),
        ("V.H.S.", None, True, None, False, False),
        ("Heat 2", None, False, None, False, True),
    ]
    assert await rows(engine, "SELECT film_n, watched_on::text, rating, rewatch, tags FROM viewings ORDER BY n") == [
        (0, "2024-01-01", 4.0, False, ["cinema", "35mm"]),
        (0, "2024-01-30", 4.5, True, []),
    ]
    assert await rows(engine, "SELECT film_n, rating, text FROM reviews") == [(0, 4.0, "Rain,\r\nmud")]
    assert await rows(engine, "SELECT name, tags, description FROM lists") == [("Rain", ["wet"], "About rain")]
    assert await rows(engine, "SELECT list_n, position, film_n, note FROM list_films") == [(0, 1, 0, "the end")]


async def test_totals_are_those_of_the_files(engine: AsyncEngine) -> None:
    session_id = await store(engine, EXPORT)

    async with engine.connect() as db:
        assert (await summary.summarize(db, session_id)).model_dump(mode="json") == {
            "films": 4,
            "viewings": 2,
            "rewatches": 1,
            "ratings": 1,
            "rating_mean": 4.5,
            "reviews": 1,
            "likes": 1,
            "watchlist": 1,
            "lists": 1,
            "first_viewing": "2024-01-01",
            "last_viewing": "2024-01-30",
            "undated_films": 3,
            "hours": None,
            "directors": 0,
            "countries": 0,
        }


async def test_the_watched_come_before_the_watchlist_and_the_well_rated_first(engine: AsyncEngine) -> None:
    await store(engine, EXPORT)

    assert await rows(
        engine,
        "SELECT title, priority FROM pgqueuer JOIN films ON films.id::text = convert_from(payload, 'utf8')"
        " ORDER BY priority DESC, pgqueuer.id",
    ) == [
        ("Seven Samurai", 0),
        ("V.H.S.", 0),
        ("The Haunted Castle", 0),
        ("The Haunted Castle", 0),
        ("Heat 2", -tasks.OTHERS_LOWER),
    ]


async def test_a_film_is_looked_up_once_whoever_names_it(engine: AsyncEngine) -> None:
    await store(engine, EXPORT)
    await store(engine, EXPORT)

    assert await rows(engine, "SELECT count(*) FROM films") == [(5,)]
    assert await rows(engine, "SELECT count(*) FROM pgqueuer") == [(5,)]


async def test_a_film_on_a_watchlist_moves_up_when_somebody_has_watched_it(engine: AsyncEngine) -> None:
    film = "2024-01-01,Heat 2,,https://boxd.it/DErS"
    await store(engine, Upload("watchlist.csv", table(FILM, film)), Upload("watched.csv", table(FILM)))
    await store(engine, Upload("watched.csv", table(FILM, film)))

    assert await rows(engine, "SELECT priority FROM pgqueuer") == [(0,)]


@pytest.mark.parametrize("title", ["x" * 400, "🎞" * 300, "a\x00b", "İ" * 400])
async def test_no_title_is_too_odd_for_the_database(engine: AsyncEngine, title: str) -> None:
    await store(engine, Upload("watched.csv", table(FILM, f"2024-01-01,{title},2000,https://boxd.it/abc0")))

    assert await rows(engine, "SELECT count(*) FROM session_films") == [(1,)]


async def test_twenty_viewers_of_the_same_films_do_not_block_each_other(engine: AsyncEngine) -> None:
    films = [f"2024-01-01,Film {n},2000,https://boxd.it/{n:03}0" for n in range(100, 200)]
    uploads = [Upload("watched.csv", table(FILM, *(films if n % 2 else reversed(films)))) for n in range(10)]
    await asyncio.gather(*(store(engine, upload) for upload in uploads))

    assert await rows(engine, "SELECT count(*) FROM films") == [(100,)]
    assert await rows(engine, "SELECT count(*) FROM session_films") == [(1000,)]


async def test_films_are_stored_in_the_order_of_the_index_over_all_sessions(engine: AsyncEngine) -> None:
    """Else its pages are read again and again, once there are more of them than PostgreSQL keeps in memory."""
    await store(engine, EXPORT)
    stored = await rows(engine, "SELECT film_id FROM session_films ORDER BY ctid")
    assert stored == sorted(stored)
    assert stored != await rows(engine, "SELECT film_id FROM session_films ORDER BY n")


async def test_storing_writes_to_no_film_that_is_there(engine: AsyncEngine) -> None:
    """As a foreign key does, which locks each row that it finds."""
    for _ in range(2):
        await store(engine, EXPORT)
    assert await rows(engine, "SELECT title FROM films WHERE xmax::text <> '0'") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_films SET film_id = 1000000",
        "INSERT INTO session_films (session_id, n, film_id, uri, watched, liked, watchlist)"
        " SELECT session_id, 1000, 1000000, '', true, false, false FROM session_films LIMIT 1",
        "DELETE FROM films WHERE title = 'V.H.S.'",
    ],
)
async def test_no_session_names_a_film_that_is_not_there(engine: AsyncEngine, statement: str) -> None:
    await store(engine, EXPORT)
    with pytest.raises(IntegrityError):
        async with engine.begin() as db:
            await db.execute(text(statement))


async def test_the_lock_of_the_queue_is_taken_last_and_only_for_what_waits(
    engine: AsyncEngine, settings: Settings
) -> None:
    asked: list[str] = []

    async def upload() -> list[str]:
        """The statements from the lock on."""
        asked.clear()
        async with engine.begin() as db:
            driver = await raw(db)
            driver.add_query_logger(note)
            await intake.accept_upload(db, export.read([EXPORT]), holder=None, sent_bytes=1, settings=settings)
            driver.remove_query_logger(note)
        locked = [n for n, query in enumerate(asked) if "pg_advisory_xact_lock(" in query]
        return asked[locked[0] + 1 :] if locked else []

    def note(query: LoggedQuery) -> None:
        asked.append(query.query)

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note_too(_db: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    assert [query.split()[0] for query in await upload() if "pgqueuer" in query] == ["SELECT", "UPDATE", "INSERT"]
    after = [query for query in await upload() if "pgqueuer" not in query]
    assert [query for query in after if "session_films JOIN films" not in query and query != "SELECT 1"] == []
    assert len(asked) > 10
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET state = 'failed', reason = 'gone', settled_at = now()"))
    assert await upload() == []
    assert len(asked) > 10
