"""A session's rows as columns, from a real database."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from sys import getsizeof
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions import export, intake
from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from kinograph.stats import frame_reader
from kinograph.stats.frame_cache import Frames, Kept
from kinograph.stats.frame_reader import COMPANIES_SQL, FILMS_SQL, PEOPLE_SQL, STAMPS_SQL
from kinograph.stats.frame_schema import COMPANIES, FILMS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame
from kinograph.stats.memory import weigh
from kinograph.stats.packed_frames import PARTS, pack
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, working
from tests.sessions.export_files import DIARY, table, zipped
from tests.stats.test_page_cache import drawn


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


async def test_a_frame_knows_the_day_of_its_export(engine: AsyncEngine, frames: Frames) -> None:
    diary = table(DIARY, "2023-01-02,Some Film,2001,https://boxd.it/1,,,,2023-01-01")
    named, unnamed = zipped(diary=diary), Upload("diary.csv", diary)
    days = []
    for upload in (named, unnamed):
        async with engine.begin() as db:
            session_id = await intake.store_session(db, export.read([upload]), owner_id=None, lifetime_days=0)
        frame = await frames.frame(session_id, "1")
        assert pack(frame).unpack().told_until == frame.told_until
        days.append((frame.told_until, frame.until))
    assert days == [(date(2026, 5, 3),) * 2, (None, date(2023, 1, 1))]


async def test_a_frame_knows_which_films_are_reviewed(engine: AsyncEngine, frames: Frames) -> None:
    film = "2024-01-01,{},,https://boxd.it/{}"
    upload = zipped(
        watched=table("Date,Name,Year,Letterboxd URI", film.format("Ran", "a"), film.format("Ikiru", "b")),
        reviews=table("Date,Name,Year,Letterboxd URI,Review", f"{film.format('Ikiru', 'c')},Great"),
    )
    async with engine.begin() as db:
        session_id = await intake.store_session(db, export.read([upload]), owner_id=None, lifetime_days=0)
    films = (await frames.frame(session_id, "1")).films
    assert films.select("title", "reviewed").rows() == [("Ran", False), ("Ikiru", True)]


async def test_a_frame_is_read_once_for_each_version(engine: AsyncEngine, frames: Frames) -> None:
    session_id = await store(engine, "Some Film,2001")
    first, again = await asyncio.gather(frames.frame(session_id, "1"), frames.frame(session_id, "1"))

    assert first is again
    assert await frames.frame(session_id, "2") is not first


async def test_a_frame_that_is_new_is_not_asked_for_its_stamps_apart(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = frame_reader._fetch

    def spying(connection: Any, sql: str, *given: Any) -> pl.DataFrame:
        asked.append(sql)
        return fetch(connection, sql, *given)

    monkeypatch.setattr(frame_reader, "_fetch", spying)
    session_id = await store(engine, "Some Film,2001", "Other,1999")
    first = await frames.frame(session_id, "1")
    assert STAMPS_SQL not in asked
    again = await frames.frame(session_id, "2")
    assert asked.count(STAMPS_SQL) == 1
    assert_frame_equal(again.stamps, first.stamps)


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


async def test_drawn_pages_count_as_memory_and_the_oldest_frames_give_way(engine: AsyncEngine, frames: Frames) -> None:
    old, new = await store(engine, "Some Film,2001"), await store(engine, "Another,2002")
    first = await frames.frame(old, "1")
    second = await frames.frame(new, "1")
    assert frames.bytes == first.bytes + second.bytes
    frames._most = frames.bytes + 1000
    assert await frames.frame(old, "1") is first
    assert await frames.frame(new, "1") is second
    await drawn(second.pages, "page", b"x" * 2000)
    assert frames.pages(new, "1") is second.pages
    assert frames.pages(old, "1") is None
    assert frames.bytes == second.bytes


async def test_pages_of_a_forgotten_session_are_in_nobodys_way(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, other = await store(engine, "Some Film,2001"), await store(engine, "Another,2002")
    frame = await frames.frame(session_id, "1")
    derived = frame.derived.get_or_make("masked", lambda: replace(frame))
    for pages in (frame.pages, derived.pages):
        await drawn(pages, "page", b"x")
    assert len(frames._order) == 2
    monkeypatch.setattr("kinograph.stats.frame_cache.OPEN_SHARE", 0)
    await frames.frame(other, "1")
    await _packed(frames)
    assert len(frames._order) == 1  # what was made of an open frame went with it
    await drawn(derived.pages, "late", b"x")
    frames.forget(session_id)
    await drawn(frame.pages, "late", b"x")
    assert len(frames._order) == 0


async def test_frames_open_longest_ago_are_packed_and_opened_again_with_their_pages(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await store(engine, f"Film {n},2001") for n in range(3)]
    first = await frames.frame(ids[0], "1")
    await drawn(first.pages, "page", b"kept")
    monkeypatch.setattr("kinograph.stats.frame_cache.OPEN_SHARE", 2.5 * first.own_bytes / frames._most)
    for session_id in ids[1:]:
        await frames.frame(session_id, "1")
    await _packed(frames)
    again = await frames.frame(ids[0], "1")
    assert again is not first
    assert again.pages.get("page") == b"kept"
    for part in PARTS:
        assert_frame_equal(getattr(again, part), getattr(first, part))
    await _packed(frames)
    opened = [kept for kept in frames._kept.values() if kept.opened]
    assert len(opened) == 2
    told = frames.figures()
    assert (told.frames, told.lookups) == ({"open": 2, "packed": 2}, {"open": 0, "packed": 1, "missing": 3})
    assert told.bytes["packed"] == sum(kept.packed.bytes for kept in frames._kept.values() if kept.packed)
    assert told.bytes["pages"] == first.pages.n_bytes == getsizeof(b"kept")
    assert frames.bytes == sum(told.bytes.values())
    tallies = [(kept.tally, kept.opened_tally, kept.packed_tally) for kept in frames._kept.values()]
    assert frames.bytes == sum(each.bytes for three in tallies for each in three)
    frames.forget_all()
    assert frames.bytes == 0


async def test_a_version_after_a_packed_one_reads_only_what_changed(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await store(engine, f"Film {n},2001", "Other,1999") for n in range(2)]
    monkeypatch.setattr("kinograph.stats.frame_cache.OPEN_SHARE", 0)
    first = await frames.frame(ids[0], "1")
    await frames.frame(ids[1], "1")
    await _packed(frames)
    kept = frames._kept[ids[0]]
    assert kept.opened is None
    asked: list[Frame | None] = []
    read = frames._reader.read

    def spying(session_id: UUID, before: Frame | None) -> Frame:
        asked.append(before)
        return read(session_id, before)

    frames._reader.read = spying  # type: ignore[method-assign]
    await frames.frame(ids[0], "2")
    assert asked[0] is not None
    assert_frame_equal(asked[0].stamps, first.stamps)


async def _packed(frames: Frames) -> None:
    await asyncio.gather(*(kept.packing for kept in frames._kept.values() if kept.packing))


@pytest.mark.parametrize("others", [1, 60])
async def test_choosing_what_to_forget_weighs_no_frame_again(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """However many are kept: only what comes is weighed, and only who goes is looked at."""
    monkeypatch.setattr("kinograph.stats.frame_cache.OPEN_SHARE", math.inf)  # packed, so small frames weigh more
    ids = [await store(engine, f"Film {n},2001") for n in range(others)]
    for session_id in ids:
        await frames.frame(session_id, "1")
    weighed: list[pl.DataFrame] = []

    def weighing(part: pl.DataFrame) -> int:
        weighed.append(part)
        return 0

    monkeypatch.setattr("kinograph.stats.frames.weigh", weighing)
    last = await store(engine, "The last,2001")
    await frames.frame(last, "1")
    assert len(weighed) == len(PARTS)
    looked_at: list[UUID] = []
    frames._kept = Spied(frames._kept, looked_at)
    frames._most = frames.bytes
    frame = await frames.frame(last, "1")
    assert (len(weighed), looked_at) == (len(PARTS), [])
    await drawn(frame.pages, "page", b"more")
    await frames.frame(last, "1")
    assert (len(weighed), looked_at) == (len(PARTS), [ids[0]])


class Spied(OrderedDict[UUID, Kept]):
    """Notes whom a walk through it comes by."""

    def __init__(self, kept: OrderedDict[UUID, Kept], looked_at: list[UUID]) -> None:
        super().__init__(kept)
        self._looked_at = looked_at

    def __iter__(self) -> Iterator[UUID]:
        for key in super().__iter__():
            self._looked_at.append(key)
            yield key


def test_texts_weigh_what_polars_takes_for_them() -> None:
    short = pl.DataFrame({"a": ["x"] * 1000, "b": [["y", "z"]] * 1000})
    assert weigh(short) == short.estimated_size() + 3000 * 16
