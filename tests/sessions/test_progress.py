"""What is said of a session that is being looked up."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.films.test_enrichment import now, store


@pytest.mark.parametrize(("seconds_old", "per_second"), [(2, 10), (60, 4)])
async def test_the_rate_is_that_of_the_last_seconds_from_the_first_on(
    engine: AsyncEngine, seconds_old: int, per_second: int
) -> None:
    session_id = await store(engine, *(f"Film {n},2001" for n in range(30)))
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE sessions SET created_at = clock_timestamp() - make_interval(secs => :old)"),
            {"old": seconds_old},
        )
        await db.execute(
            text(
                "UPDATE films SET state = 'unmatched', settled_at = clock_timestamp()"
                " WHERE id IN (SELECT id FROM films WHERE state = 'pending' LIMIT 20)"
            )
        )
    found = await now(engine, session_id)

    assert found.rate == pytest.approx(per_second, rel=0.3)
    assert found.seconds_left == pytest.approx(10 / per_second, abs=1)


async def test_what_was_known_before_the_upload_says_nothing_of_the_rate(engine: AsyncEngine) -> None:
    await store(engine, "Film 1,2001")
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = clock_timestamp()"))
    found = await now(engine, await store(engine, "Film 1,2001", "Film 2,2001"))

    assert (found.settled, found.rate, found.seconds_left) == (1, None, None)
