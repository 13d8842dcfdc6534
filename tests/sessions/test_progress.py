"""What is said of a session that is being looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.layout import templates
from kinograph.sessions import progress
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


@pytest.fixture
async def completed_session(engine: AsyncEngine) -> UUID:
    """Of two films with facts and one without, looked up long ago; another session has a film of its own."""
    session_id: UUID = await store(engine, "Film 1,2001", "Film 2,2002", "Film 3,2003")
    await store(engine, "Film 9,2009")
    await run(
        engine,
        *OWNED,
        "INSERT INTO people (id, name, gender) VALUES (7, 'Agnes', 1)",
        FACTS,
        "UPDATE films SET state = 'matched', settled_at = now() - interval '1 hour', facts_id ="
        " (SELECT id FROM film_facts WHERE tmdb_id = year - 2000) WHERE year < 2003",
        "UPDATE films SET state = 'unmatched', settled_at = now() - interval '1 hour' WHERE year >= 2003",
    )
    async with engine.begin() as db:
        assert await progress.complete_sessions(db) == (2, False)
    return session_id


OWNED = (
    "INSERT INTO owners (token_hash) VALUES ('x')",
    "UPDATE sessions SET owner_id = (SELECT id FROM owners)",
)
FACTS = """
INSERT INTO film_facts (source, kind, tmdb_id, title, original_title, vote_count, popularity, genres, countries,
                        languages, keywords, companies, writers, cast_ids, cast_characters, composers, photography,
                        editors, producers, directors)
SELECT 'tmdb', 'movie', n, 'F', 'F', 1, 1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{7}'
FROM generate_series(1, 4) n
"""
CORRECTED = (
    "INSERT INTO repairs (owner_id, title, year, answer, facts_id, changed_at)"
    " SELECT owner_id, 'Film 3', 2003, 'entry', film_facts.id, clock_timestamp() FROM sessions, film_facts"
    " WHERE sessions.id = '{session}' AND tmdb_id = 3"
)
CHANGES = {
    "a correction": [CORRECTED],
    "a correction that is taken back": [CORRECTED, "DELETE FROM repairs"],
    "facts behind a correction": [CORRECTED, "UPDATE film_facts SET title = 'G' WHERE tmdb_id = 3"],
    "facts": ["UPDATE film_facts SET title = 'G' WHERE tmdb_id = 2"],
    "a person": ["UPDATE people SET name = 'Agnès'"],
    "a film": ["UPDATE films SET state = 'failed', settled_at = clock_timestamp() WHERE year = 2003"],
    "the reading": ["UPDATE sessions SET read_at = clock_timestamp() WHERE id = '{session}'"],
    "nothing of this session": [
        "UPDATE films SET state = 'failed', settled_at = clock_timestamp() WHERE year = 2009",
        "UPDATE film_facts SET title = 'G' WHERE tmdb_id = 4",
    ],
}


@pytest.mark.parametrize("changed", CHANGES)
async def test_a_session_is_counted_again_when_something_of_it_changed_and_only_then(
    engine: AsyncEngine, completed_session: UUID, changed: str
) -> None:
    async with engine.connect() as db:
        before = await progress.count_progress(db, completed_session, rate_group="default")
    assert before is not None
    for change in CHANGES[changed]:
        await run(engine, change.format(session=completed_session))
        async with engine.connect() as db:
            counted = await progress.count_progress(db, completed_session, rate_group="default")
            with statements(engine) as ran:
                again = await progress.count_again(db, before, rate_group="default")
        assert again is not None and counted is not None
        assert (again.version, again.enriched, again.failed) == (counted.version, counted.enriched, counted.failed)
        is_counted = any("count(*) FILTER" in statement for statement in ran)
        assert is_counted is (changed != "nothing of this session")
        assert (again.version != before.version) is is_counted
        before = again


async def test_a_change_is_seen_that_began_before_a_count_and_ended_after_it(
    engine: AsyncEngine, completed_session: UUID
) -> None:
    async with engine.connect() as writing, engine.connect() as db:
        await writing.execute(text("UPDATE films SET settled_at = clock_timestamp() WHERE year = 2003"))
        before = await progress.count_progress(db, completed_session, rate_group="default")
        assert before is not None
        await run(engine, "UPDATE films SET settled_at = clock_timestamp() WHERE year = 2009")  # a later transaction
        still = await progress.count_again(db, before, rate_group="default")
        assert still is not None and still.version == before.version
        await writing.commit()
        await db.rollback()
        again = await progress.count_again(db, still, rate_group="default")
    assert again is not None and again.version != before.version


async def test_of_too_much_news_the_session_is_counted(
    engine: AsyncEngine, completed_session: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "NEWS", 1)
    async with engine.connect() as db:
        before = await progress.count_progress(db, completed_session, rate_group="default")
    assert before is not None
    await run(engine, *(f"UPDATE films SET settled_at = now() WHERE year = {year}" for year in (2003, 2009)))
    async with engine.connect() as db:
        again = await progress.count_again(db, before, rate_group="default")
    assert again is not None and again.version != before.version


async def test_a_session_that_waits_for_a_film_is_looked_at_when_that_is_settled(engine: AsyncEngine) -> None:
    session_id = await store(engine, "Film 1,2001", "Film 2,2002")
    others = [await store(engine, "Film 2,2002", f"Film {n},2010") for n in range(3, 8)]

    async def look() -> tuple[int, bool]:
        async with engine.begin() as db:
            return await progress.complete_sessions(db)

    async def looked_at() -> int:
        """How many sessions the next round has to look at."""
        async with engine.connect() as db:
            waiting = await db.scalar(
                text("SELECT count(*) FROM sessions WHERE status = 'enriching' AND waits_for IS NULL")
            )
            return waiting or 0

    settled = "UPDATE films SET state = 'unmatched', settled_at = clock_timestamp() WHERE title = 'Film {}'"
    assert await looked_at() == 6
    assert await look() == (0, False)
    assert await looked_at() == 0
    await run(engine, settled.format(1))
    assert await looked_at() == 1  # and those that do not wait for it are left alone
    assert await look() == (0, False)
    await run(engine, settled.format(2))
    assert await look() == (1, False)
    found = await now(engine, session_id)
    assert found.status == "completed" and (await now(engine, others[0])).status == "enriching"


async def test_a_film_that_is_settled_during_a_round_is_not_waited_for(engine: AsyncEngine) -> None:
    session_id = await store(engine, "Film 1,2001")
    settle = text("UPDATE films SET state = 'unmatched', settled_at = clock_timestamp()")

    async with engine.connect() as settling:
        await settling.execute(settle)
        async with engine.begin() as db:
            assert await progress.complete_sessions(db) == (0, False)
        await settling.commit()
    async with engine.begin() as db:
        assert await progress.complete_sessions(db) == (1, False)

    await run(
        engine, "UPDATE films SET state = 'pending', settled_at = NULL", "UPDATE sessions SET status = 'enriching'"
    )
    async with engine.connect() as round_, engine.connect() as settling:
        assert await progress.complete_sessions(round_) == (0, False)
        waits = asyncio.create_task(settling.execute(settle))  # for the round, which has just found that it is open
        await until_locked(engine)
        await round_.commit()
        await waits
        await settling.commit()
    async with engine.begin() as db:
        assert await progress.complete_sessions(db) == (1, False)
    assert (await now(engine, session_id)).status == "completed"


async def test_the_last_film_of_a_session_may_be_corrected_rather_than_found(engine: AsyncEngine) -> None:
    session_id = await store(engine, "Film 3,2003")
    async with engine.begin() as db:
        await progress.complete_sessions(db)
    await run(
        engine,
        *OWNED,
        "INSERT INTO repairs (owner_id, title, year, answer) SELECT owner_id, 'Film 3', 2003, 'nothing' FROM sessions"
        f" WHERE id = '{session_id}'",
    )
    async with engine.begin() as db:
        assert await progress.complete_sessions(db) == (1, False)


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as db:
        for statement in statements:
            await db.execute(text(statement))


async def until_locked(engine: AsyncEngine) -> None:
    """Until somebody waits for a lock."""
    async with engine.connect() as db:
        while not await db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            await asyncio.sleep(0.01)


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that are run inside."""
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield ran
    event.remove(engine.sync_engine, "before_cursor_execute", note)
