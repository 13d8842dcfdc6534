"""What is said of a session that is being looked up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.layout import templates
from kinograph.sessions.models import Status
from kinograph.sessions.progress import Progress
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


@pytest.mark.parametrize(("recently", "said"), [(2, "0.4 a second"), (3, "1 a second"), (40, "8 a second")])
def test_a_slow_rate_is_not_said_as_none(recently: int, said: str) -> None:
    begun = datetime(2026, 5, 1, tzinfo=UTC)
    progress = Progress(
        session_id=uuid4(), owner_id=None, status=Status.ENRICHING, key_state="ok", created_at=begun, expires_at=None,
        total=100, enriched=50, unmatched=0, failed=0, recently=recently, digest=0,
        counted_at=begun + timedelta(minutes=1),
    )  # fmt: skip
    html = templates.render("stats/_progress.html", session=SimpleNamespace(progress=progress, warnings=()))
    assert f">{said}</span>" in " ".join(html.split()).replace("> ", ">").replace(" <", "<")
