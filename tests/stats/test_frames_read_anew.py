"""What of a frame is read anew when films changed, and how much of the cast."""

from __future__ import annotations

from dataclasses import replace

from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films.roles import CAST_BILLED
from kinograph.settings import Settings
from kinograph.stats.frame_cache import Frames
from kinograph.stats.frames import Frame
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, store, working
from tests.stats.test_frames import frames, tmdb
from tests.stats.test_page_cache import drawn

__all__ = ["frames", "tmdb"]


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
    await drawn(first.pages, "page", b"first")
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
    assert second.pages.get("page") is None
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
