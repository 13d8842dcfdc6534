"""What a frame takes over of the one before it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.stats.frame_cache import Frames
from tests.films.test_enrichment import store


@pytest.fixture
async def frames(database_url: str) -> AsyncIterator[Frames]:
    frames = Frames(database_url)
    yield frames
    frames.close()


async def test_what_was_made_of_the_films_outlasts_the_change_of_a_few(engine: AsyncEngine, frames: Frames) -> None:
    session_id = await store(engine, *(f"Film {n},{1990 + n % 7}" for n in range(20)))
    first = await frames.frame(session_id, "1")
    before = first.columns.codes("state"), first.columns.codes("year")
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE id = (SELECT min(id) FROM films)")
        )
    second = await frames.frame(session_id, "2")
    assert second.carried
    assert {value for value, _ in second.carried.values()} == {*before}
    assert second.columns.count_each("state", second.film_flags) == {"pending": 19, "unmatched": 1}
    assert second.columns.codes("year").keys is before[1].keys
    assert second.columns.codes("year").codes.tolist() == before[1].codes.tolist()
    assert replace(second).carried is None  # whoever makes another frame of it may have changed its films
