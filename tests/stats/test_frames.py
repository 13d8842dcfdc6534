"""A session's rows as columns, from a real database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.roles import CAST_BILLED
from kinograph.sessions import export, intake
from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from kinograph.stats.card_cache import CardCache
from kinograph.stats.frame_reader import COMPANIES_SQL, FILMS_SQL, PEOPLE_SQL, Frames
from kinograph.stats.frame_schema import COMPANIES, FILMS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, working
from tests.sessions.export_files import DIARY, table


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


async def test_viewings_know_when_they_were_logged_and_what_came_before(engine: AsyncEngine, frames: Frames) -> None:
    film = "Some Film,2001,https://boxd.it/{},,,,"
    at_once = [f"2023-06-01,{film.format(100 + n)}2023-02-01" for n in range(20)]
    diary = [f"2023-01-02,{film.format(1)}2023-01-01", f"2023-03-01,{film.format(2)}2023-01-01", *at_once]
    upload = Upload("diary.csv", table(DIARY, *diary, f",{film.format(3)}2023-03-04"))
    async with engine.begin() as db:
        session_id = await intake.store_session(db, export.read([upload]), owner_id=None, lifetime_days=0)
    viewings = (await frames.frame(session_id, "1")).viewings

    assert viewings.select("watched_on", "logged_on", "pause", "delay").rows() == [
        (date(2023, 1, 1), date(2023, 1, 2), None, 0),
        (date(2023, 1, 1), date(2023, 3, 1), 0, 59),
        *[(date(2023, 2, 1), date(2023, 6, 1), None, None)] * 20,
        (date(2023, 3, 4), None, 62, None),
    ]


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


def test_many_who_ask_at_once_have_it_drawn_once() -> None:
    kept, drawings = CardCache(), []
    everybody = Barrier(5)

    def draw() -> list[tuple[str, str]]:
        drawings.append(1)
        time.sleep(0.05)
        return [("card", "x" * 1000)]

    def ask(_: int) -> list[tuple[str, str]]:
        everybody.wait()
        return kept.get_or_draw("page", draw)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(ask, range(5)))
    assert (len(drawings), answers[1:]) == (1, [answers[0]] * 4)
    assert 1000 < kept.bytes < 1200


def test_what_could_not_be_drawn_is_tried_again() -> None:
    kept = CardCache()
    with pytest.raises(ZeroDivisionError):
        kept.get_or_draw("page", lambda: [("card", str(1 / 0))])
    assert kept.get_or_draw("page", lambda: [("card", "")]) == [("card", "")]


def test_the_frame_asked_for_longest_ago_is_evicted() -> None:
    kept = CardCache()
    for n in (*range(kept.MOST), 0, kept.MOST):
        kept.get_or_draw(n, lambda: [("card", "first")])
    assert kept.get_or_draw(0, lambda: [("card", "again")]) == [("card", "first")]
    assert kept.get_or_draw(1, lambda: [("card", "again")]) == [("card", "again")]


async def test_drawn_cards_count_as_memory_and_the_oldest_frames_give_way(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = await store(engine, "Some Film,2001"), await store(engine, "Another,2002")
    first = await frames.frame(old, "1")
    second = await frames.frame(new, "1")
    monkeypatch.setattr("kinograph.stats.frame_reader.BYTES_KEPT", first.bytes + second.bytes + 1000)
    assert await frames.frame(old, "1") is first
    second.card_cache.get_or_draw("page", lambda: [("card", "x" * 2000)])
    assert await frames.frame(new, "1") is second
    assert await frames.frame(old, "1") is not first


async def test_only_the_films_that_changed_are_read_anew_where_they_are_few(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, database_url: str, frames: Frames
) -> None:
    tmdb.invent = True
    session_id = await store(engine, *(f"Invented {n},{1980 + n}" for n in range(40)))
    async with working(replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)

    async def changed(version: str, *statements: str) -> Frame:
        async with engine.begin() as db:
            for statement in statements:
                await db.execute(text(statement))
        found = await frames.frame(session_id, version)
        anew = Frames(database_url)
        whole = await anew.frame(session_id, version)
        anew.close()
        for part in ("films", "viewings", "stamps"):
            assert_frame_equal(getattr(found, part), getattr(whole, part))
        for part in ("people", "companies"):  # some may be left that no film names any more
            assert_frame_equal(
                getattr(found, part).join(getattr(whole, part), on="id", how="semi").sort("id"),
                getattr(whole, part).sort("id"),
            )
        return found

    seventh = "SELECT facts_id FROM films WHERE title = 'Invented 7'"
    first = await changed("1")
    first.card_cache.get_or_draw("page", lambda: [("card", "first")])
    second = await changed(
        "2",
        f"UPDATE films SET facts_id = ({seventh}) WHERE title = 'Invented 1'",
        "UPDATE films SET state = 'unmatched', facts_id = NULL WHERE title = 'Invented 2'",
        "UPDATE film_facts SET fetched_at = now(), runtime_minutes = 7 WHERE title = 'Invented 3'",
        "INSERT INTO people (id, name, gender) VALUES (-1, 'Alone', 0)",
        "UPDATE film_facts SET directors = ARRAY[-1] WHERE title = 'Invented 3'",
        "UPDATE people SET name = 'Renamed' WHERE id = -1",
    )
    assert second.viewings is first.viewings
    assert second.films.filter(title="Invented 3")["runtime_minutes"].to_list() == [7]
    assert "Renamed" in second.people["name"]
    assert second.card_cache.get_or_draw("page", lambda: [("card", "second")]) == [("card", "second")]
    third = await changed("3", "UPDATE film_facts SET fetched_at = now()")
    assert third.viewings is not second.viewings


async def test_the_cast_is_read_as_far_as_it_counts(
    engine: AsyncEngine, settings: Settings, tmdb: FakeTmdb, frames: Frames
) -> None:
    session_id = await store(engine, "The Long Quay,1994")
    async with working(replace(settings, tmdb_base_url=tmdb.url, tmdb_access_token=tmdb.token)):
        await completed(engine, session_id)
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO people (id, name, gender) SELECT n, '', 0 FROM generate_series(1, 25) n"))
        await db.execute(text("UPDATE film_facts SET cast_ids = ARRAY(SELECT generate_series(1, 25))"))

    frame = await frames.frame(session_id, "1")
    assert frame.films["cast"].to_list() == [list(range(1, CAST_BILLED + 1))]
