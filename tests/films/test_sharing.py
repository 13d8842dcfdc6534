"""Two films of a session never share an entry unnoticed, in whatever order they are found."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import asyncpg
import pytest
from pgqueuer.models import Job
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.corrections import corrections, explanations, queries
from kinograph.database import raw
from kinograph.films import catalogue, lookup, refresh, sharing
from kinograph.films.candidates import FilmRef
from kinograph.films.second_look import SecondLook
from kinograph.films.tasks import RETRIES
from kinograph.films.tmdb import Client
from kinograph.sessions import export, intake
from kinograph.sessions.export import Upload
from tests.fake_tmdb import FakeTmdb
from tests.invented_films import film
from tests.sessions.export_files import FILM, table

# Title, year, link; links made earlier have lower numbers.
RAIN = "Slate Rain,1989,https://boxd.it/1YgE"
OTHER_RAIN = "Slate Rain,1989,https://boxd.it/29hy"
ROSE = "Rosalba,1980,https://boxd.it/2w5A"
OTHER_ROSE = "Rosalba!,1979,https://boxd.it/2w5K"
DOTS = "The Dotrix,2003,https://boxd.it/2w5U"
PART_OF_DOTS = "The Dotrix: Aki Moss,2003,https://boxd.it/2w64"
NAMESAKES = (RAIN, OTHER_RAIN, ROSE, OTHER_ROSE, DOTS, PART_OF_DOTS)

FAMOUS, QUIET = 101, 102  # both "Slate Rain", of 1989
NEAR, NEARER = 103, 104  # "Rosalba" of 1980 and "Rosalba!" of 1979
WHOLE = 105


@pytest.fixture
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb() as tmdb:
        tmdb.add(
            film("Slate Rain", 1989, id=FAMOUS, votes=5000, popularity=20),
            film("Slate Rain", 1989, id=QUIET, votes=300, original_title="Kuroi Ame", minutes=123),
            film("Rosalba", 1980, id=NEAR, votes=20_000),
            film("Rosalba!", 1979, id=NEARER, votes=1, popularity=0.1),
            film("The Dotrix", 2003, id=WHOLE, votes=3000),
        )
        yield tmdb


@dataclass(frozen=True)
class Installation:
    engine: AsyncEngine
    pool: asyncpg.Pool
    client: Client

    async def upload(self, *films: str, owner_id: int = 1) -> UUID:
        async with self.engine.begin() as db:
            await db.execute(
                text("INSERT INTO owners (id, token_hash) VALUES (:id, decode(:hash, 'hex')) ON CONFLICT DO NOTHING"),
                {"id": owner_id, "hash": f"{owner_id:02x}"},
            )
            read = export.read([Upload("watched.csv", table(FILM, *(f"2024-01-01,{each}" for each in films)))])
            return await intake.store_session(db, read, owner_id=owner_id, lifetime_days=0)

    async def find(self, order: random.Random) -> None:
        """All that is pending, in some order, in batches of some size that are written at the same time."""
        rows = await self.pool.fetch("SELECT id, title, year FROM films WHERE state = 'pending' ORDER BY id")
        order.shuffle(rows)
        size = order.randint(1, 3)
        await asyncio.gather(*(self._settle(rows[n : n + size]) for n in range(0, len(rows), size)))

    async def _settle(self, rows: Sequence[asyncpg.Record]) -> None:
        outcomes = {row["id"]: await lookup.look_up(self.client, FilmRef(row["title"], row["year"])) for row in rows}
        async with self.pool.acquire() as driver, driver.transaction():
            await catalogue.store_outcomes(driver, outcomes)

    async def look_twice(self, order: random.Random | None = None) -> int:
        """Works the second looks off, some at the same time. Returns how many there were."""
        handler = SecondLook(self.pool, self.client, key_refused=asyncio.Event(), retries=RETRIES)
        looks = 0
        while rows := await self.pool.fetch(
            "DELETE FROM pgqueuer WHERE entrypoint = $1 RETURNING payload", sharing.ENTRYPOINT
        ):
            (order or random.Random(1)).shuffle(rows)
            looks += len(rows)
            assert looks < 50, "second looks without end"
            await asyncio.gather(*(handler(job(row["payload"])) for row in rows))
        return looks

    async def entries(self, session_id: UUID) -> dict[str, int]:
        """What each film, by the line that was uploaded, is matched with."""
        rows = await self.pool.fetch(
            "SELECT m.title, m.year, m.uri, f.tmdb_id FROM session_matches m JOIN film_facts f ON f.id = m.facts_id"
            " WHERE session_id = $1",
            session_id,
        )
        return {f"{row['title']},{row['year']},{row['uri']}": row["tmdb_id"] for row in rows}

    async def reviewed(self, session_id: UUID, owner_id: int = 1) -> dict[str, str]:
        """Why each film that is listed for review is."""
        async with self.engine.connect() as db:
            films = await queries.list_films(db, session_id, owner_id)
        return {f"{each.title},{each.year},{each.uri}": explanations.explain_match(each) for each in films}


def job(payload: bytes) -> Job:
    return cast(Job, SimpleNamespace(payload=payload, attempts=0))


@pytest.fixture
async def at(engine: AsyncEngine, database_url: str, tmdb: FakeTmdb) -> AsyncIterator[Installation]:
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=6)
    async with Client(tmdb.url, token=tmdb.token, per_second=1000) as client:
        yield Installation(engine, pool, client)
    await pool.close()


def unnoticed(entries: dict[str, int], reviewed: dict[str, str]) -> list[str]:
    """The films that share their entry with another and are not said to."""
    shared = [one for one, entry in entries.items() if list(entries.values()).count(entry) > 1]
    return [one for one in shared if not reviewed.get(one, "").startswith("Two of your films have the same match")]


@pytest.mark.parametrize("seed", range(8))
async def test_namesakes_of_one_upload_end_alike_in_any_order(at: Installation, seed: int) -> None:
    order = random.Random(seed)
    films = order.sample(NAMESAKES, len(NAMESAKES))
    session_id = await at.upload(*films)
    await at.find(order)
    assert not unnoticed(await at.entries(session_id), await at.reviewed(session_id))  # and before any second look
    await at.look_twice(order)

    entries, reviewed = await at.entries(session_id), await at.reviewed(session_id)
    assert not unnoticed(entries, reviewed)
    assert {one: entries[one] for one in (RAIN, OTHER_RAIN, ROSE, OTHER_ROSE, DOTS)} == {
        RAIN: FAMOUS, OTHER_RAIN: QUIET, ROSE: NEAR, OTHER_ROSE: NEARER, DOTS: WHOLE,
    }  # fmt: skip
    assert "title and year" in reviewed[RAIN] and "title and year" in reviewed[OTHER_RAIN]
    assert ROSE not in reviewed and OTHER_ROSE not in reviewed


@pytest.mark.parametrize("seed", range(8))
async def test_none_is_shared_unnoticed_when_films_come_in_several_uploads(at: Installation, seed: int) -> None:
    order = random.Random(seed)
    for number in range(2, 5):  # of others, who have some of them
        await at.upload(*order.sample(NAMESAKES, order.randint(1, 4)), owner_id=number)
        if order.random() < 0.7:
            await at.find(order)
        if order.random() < 0.5:
            await at.look_twice(order)
    session_id = await at.upload(*order.sample(NAMESAKES, len(NAMESAKES)))
    await at.find(order)
    await at.look_twice(order)

    entries, reviewed = await at.entries(session_id), await at.reviewed(session_id)
    assert not unnoticed(entries, reviewed)
    assert {entries[RAIN], entries[OTHER_RAIN]} == {FAMOUS, QUIET}
    assert (entries[ROSE], entries[OTHER_ROSE], entries[DOTS]) == (NEAR, NEARER, WHOLE)


async def test_those_who_were_never_together_stay_as_they_are(at: Installation) -> None:
    """An older export may name the same film by another link."""
    one, other = await at.upload(RAIN, owner_id=1), await at.upload(OTHER_RAIN, owner_id=2)
    await at.find(random.Random(1))
    await at.look_twice()
    assert (await at.entries(one))[RAIN] == (await at.entries(other))[OTHER_RAIN] == FAMOUS
    assert not await at.reviewed(one)

    both = await at.upload(RAIN, OTHER_RAIN, owner_id=3)  # known already, so that nothing is looked up
    assert await at.look_twice() == 1
    assert {*(await at.entries(both)).values()} == {FAMOUS, QUIET}


async def test_two_that_are_one_entry_keep_it_and_are_asked_about(at: Installation) -> None:
    """A series that Letterboxd splits: neither is taken from its entry, and nobody is asked at TMDB again and again."""
    session_id = await at.upload("The Dotrix,2003,https://boxd.it/aaa", "The Dotrix,2003,https://boxd.it/bbb")
    await at.find(random.Random(1))
    assert await at.look_twice()
    assert {*(await at.entries(session_id)).values()} == {WHOLE}
    reviewed = await at.reviewed(session_id)
    assert len(reviewed) == 2
    assert "this one and The Dotrix (2003)." in "".join(reviewed.values())

    asked = at.client.requests
    await at.upload("The Dotrix,2003,https://boxd.it/aaa", "The Dotrix,2003,https://boxd.it/bbb", owner_id=2)
    await at.look_twice()
    assert at.client.requests == asked


async def test_many_that_are_one_entry_cost_a_few_requests_each(at: Installation) -> None:
    """A forged upload may hold any number of films of one name: each is looked at once, not once for every other."""
    many = [f"The Dotrix,2003,https://letterboxd.com/film/the-dotrix-{n}/" for n in range(12)]
    session_id = await at.upload(*many)
    await at.find(random.Random(1))
    asked = at.client.requests
    await at.look_twice()
    assert at.client.requests - asked <= 6 * len(many)
    assert len(await at.reviewed(session_id)) == len(many)


async def test_a_repair_wins_and_an_answered_film_is_not_asked_about(at: Installation) -> None:
    session_id = await at.upload(DOTS, PART_OF_DOTS)
    await at.find(random.Random(1))
    await at.look_twice()
    assert len(await at.reviewed(session_id)) == 2
    async with at.engine.begin() as db:
        for each in await queries.list_films(db, session_id, 1, show="all"):
            await corrections.choose_entry(db, 1, each, f"movie/{WHOLE}")
    assert {*(await at.entries(session_id)).values()} == {WHOLE}
    assert not await at.reviewed(session_id)


async def test_an_entry_that_is_merged_into_anothers_is_looked_at(at: Installation, tmdb: FakeTmdb) -> None:
    session_id = await at.upload(ROSE, OTHER_ROSE)
    await at.find(random.Random(1))
    await at.look_twice()
    rose = await at.pool.fetchval("SELECT id FROM film_facts WHERE tmdb_id = $1", NEARER)
    found = await lookup.look_up(at.client, FilmRef("Rosalba", 1980))
    assert isinstance(found, lookup.Found)
    refresher = refresh.Refresher(at.pool, at.client, key_refused=asyncio.Event(), retries=RETRIES)
    await refresher._store(rose, found.facts)
    assert not unnoticed(await at.entries(session_id), await at.reviewed(session_id))
    await at.look_twice()
    assert await at.entries(session_id) == {ROSE: NEAR, OTHER_ROSE: NEARER}  # which TMDB still finds


async def test_what_people_agreed_on_is_not_moved(at: Installation) -> None:
    session_id = await at.upload(RAIN, OTHER_RAIN)
    async with at.engine.begin() as db:
        await db.execute(text("SELECT 1"))
        driver = await raw(db)
        found = await lookup.look_up(at.client, FilmRef("Slate Rain", 1989))
        ids = [row["id"] for row in await driver.fetch("SELECT id FROM films ORDER BY id")]
        await catalogue.store_outcomes(driver, dict.fromkeys(ids, found))
        await driver.execute("UPDATE films SET agreed_at = now() WHERE id = $1", max(ids))
    await at.look_twice()
    assert (await at.entries(session_id)) == {RAIN: QUIET, OTHER_RAIN: FAMOUS}
