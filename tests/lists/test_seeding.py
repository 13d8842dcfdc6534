"""The built-in lists in the database: stored once, looked up last, kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.database import raw
from kinograph.films import refresh, tasks, unnamed
from kinograph.lists import built_in, seeding
from kinograph.lists.built_in import BuiltIn, ListedFilm
from kinograph.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import store, until, working

FILMS = (ListedFilm(1951, "Rashomon", 1950), ListedFilm(1952, "Forbidden Games", 1952), ListedFilm(1954, "Ran", 1985))


def make_list(name: str, *films: ListedFilm, digest: str = "1") -> BuiltIn:
    return BuiltIn(name, f"Title of {name}", "Somewhere", False, "by hand", date(2026, 1, 1), "", films, digest)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> dict[str, BuiltIn]:
    """In place of the eight, for every test of this file."""
    given = {"few": make_list("few", *FILMS), "one": make_list("one", FILMS[0])}
    monkeypatch.setattr(seeding, "built_in", lambda: given)
    return given


async def rows(engine: AsyncEngine, sql: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as db:
        return [tuple(row) for row in await db.execute(text(sql))]


PLACES = (
    "SELECT name, position, films.title, films.year FROM film_list_entries JOIN film_lists ON film_lists.id = list_id"
    " JOIN films ON films.id = film_id ORDER BY name, position"
)
ALL = [("few", n, film.title, film.year) for n, film in enumerate(FILMS, start=1)] + [("one", 1, "Rashomon", 1950)]


async def seed(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await seeding.store_built_in(db)


async def test_the_lists_are_stored_once_and_a_changed_file_takes_the_place_of_the_last(
    engine: AsyncEngine, lists: dict[str, BuiltIn]
) -> None:
    await seed(engine)
    before = await rows(engine, "SELECT id, name FROM film_lists ORDER BY id")
    await seed(engine)
    assert await rows(engine, "SELECT id, name FROM film_lists ORDER BY id") == before
    assert await rows(engine, PLACES) == ALL
    assert await rows(engine, "SELECT count(*) FROM films") == [(3,)]  # two lists of one film share its row

    lists["few"] = make_list("few", *FILMS[:2], digest="2")
    del lists["one"]
    await seed(engine)
    assert await rows(engine, PLACES) == ALL[:2]


def test_seeding_stores_every_film_of_every_file(database_url: str) -> None:
    seeding.seed(database_url)

    async def count() -> tuple[int, int]:
        from kinograph import database

        engine = database.connect(database_url)
        found = await rows(engine, "SELECT count(DISTINCT list_id), count(*) FROM film_list_entries")
        await engine.dispose()
        return found[0][0], found[0][1]

    assert asyncio.run(count()) == (8, sum(len(each.films) for each in built_in.built_in().values()))


@pytest.mark.usefixtures("lists")
async def test_films_of_lists_wait_behind_everybodys_and_before_refreshes(engine: AsyncEngine) -> None:
    await seed(engine)
    async with engine.begin() as db:
        assert await tasks.enqueue_pending(await raw(db)) is None
    await store(engine, "Seen,2001", watchlist=["Wished,2002", "Ran,1985"])
    waiting = await rows(
        engine,
        "SELECT title, priority FROM pgqueuer JOIN films ON dedupe_key = 'film:' || films.id ORDER BY priority DESC",
    )
    assert [title for title, _ in waiting[:1]] == ["Seen"]
    assert {title for title, _ in waiting[1:3]} == {"Wished", "Ran"}  # of the upload, which has a link
    assert sorted(title for title, _ in waiting[3:]) == ["Forbidden Games", "Ran", "Rashomon"]
    assert all(refresh.PRIORITY < priority < -tasks.LISTED_LOWER + 1 for _, priority in waiting[3:])


@pytest.mark.usefixtures("lists")
async def test_what_only_a_list_names_is_kept_and_gone_with_it(engine: AsyncEngine, lists: dict[str, BuiltIn]) -> None:
    await seed(engine)
    assert await unnamed.delete_unnamed(engine) == 0
    lists.clear()
    await seed(engine)
    assert await unnamed.delete_unnamed(engine) == 3


@pytest.mark.usefixtures("lists")
async def test_the_worker_looks_the_lists_up_and_goes_on_where_it_was(engine: AsyncEngine, settings: Settings) -> None:
    await seed(engine)
    with FakeTmdb(invent=True, unknown={"Ran"}) as tmdb:
        given = replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token, tmdb_requests_per_second=400)
        await rows(engine, "SELECT 1")
        async with engine.begin() as db:  # the first of them is done already
            await db.execute(
                text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE title = 'Forbidden Games'")
            )

        async def are_settled() -> bool:
            return await rows(engine, "SELECT 1 FROM films WHERE state = 'pending'") == []

        await jobs.rebuild_queue(engine)
        async with working(given):
            await until(are_settled)
        asked = {each.query.get("query") for each in tmdb.requests} - {None}
    assert asked == {"Rashomon", "Ran"}
    assert await rows(engine, "SELECT title, state FROM films ORDER BY title") == [
        ("Forbidden Games", "unmatched"),
        ("Ran", "unmatched"),
        ("Rashomon", "matched"),
    ]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    built_in.built_in.cache_clear()
    yield
