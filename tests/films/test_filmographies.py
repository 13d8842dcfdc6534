"""What somebody has worked on: how TMDB's answer is read, and how it is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.errors import SourceError
from kinograph.films import catalogue, filmographies, questions
from kinograph.films.facts import Facts
from kinograph.films.filmographies import Credit, Listed, Status
from kinograph.films.models import Source
from kinograph.films.person_answers import read_credits
from kinograph.settings import Settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import store, working
from tests.films.test_questions import ask, tmdb, worker_settings

__all__ = ["tmdb", "worker_settings"]


def film(
    number: int, title: str, released: str | None = "1999-05-01", votes: Any = 900, **more: object
) -> dict[str, Any]:
    """A film as TMDB lists it among somebody's."""
    return {
        "adult": False, "backdrop_path": None, "genre_ids": [18], "id": number, "original_language": "en",
        "original_title": title, "overview": "", "popularity": 4.2, "poster_path": f"/{number}.jpg",
        "release_date": released, "title": title, "video": False, "vote_average": 7.5, "vote_count": votes,
        "credit_id": f"c{number}", "media_type": "movie", **more,
    }  # fmt: skip


def series(number: int, name: str, **more: object) -> dict[str, Any]:
    return {
        "adult": False, "id": number, "name": name, "original_name": name, "first_air_date": "2001-01-01",
        "vote_average": 8.0, "vote_count": 40, "episode_count": 3, "media_type": "tv", **more,
    }  # fmt: skip


ANSWER = {
    "cast": [
        film(1, "Lead", character="Ann", order=0),
        film(2, "Crowd", character="Passer-by", order=31),
        film(3, "Portrait", character="Self (archive footage)", order=2),
        film(3, "Portrait", character="Self - Narrator", order=40),
        film(4, "Not Oneself", character="Self-Made Man", order=1),
        film(1, "Lead", character="Ann's twin", order=25),
        series(1, "A Series", character="Ann"),
        film(5, "For Adults", adult=True, character="Ann", order=0),
        {"media_type": "person", "id": 7},
        "junk",
    ],
    "crew": [
        film(1, "Lead", department="Directing", job="Director"),
        film(1, "Lead", department="Writing", job="Screenplay"),
        film(1, "Lead", department="Writing", job="Story"),
        film(6, "Thanked", department="Crew", job="Thanks"),
        film(8, "Planned", released="", votes=0, department="Directing", job="Director"),
        film(9, "Making of Lead", video=True, votes=None, department="Production", job="Producer"),
        film(10, "", job="Director"),
    ],
}


def credit(number: int, title: str, *roles: str, **more: Any) -> Credit:
    told: dict[str, Any] = {
        "kind": "movie", "released": date(1999, 5, 1), "score": 7.5, "votes": 900, "poster_path": f"/{number}.jpg",
    }  # fmt: skip
    return Credit(tmdb_id=number, title=title, roles=roles, **(told | more))


LISTED = Listed(
    (
        credit(1, "Lead", "director", "cast", "writer"),
        credit(2, "Crowd", "cast", part="small"),
        credit(3, "Portrait", "cast", part="self"),
        credit(4, "Not Oneself", "cast"),
        credit(1, "A Series", "cast", kind="tv", released=date(2001, 1, 1), score=8.0, votes=40, poster_path=None),
        credit(8, "Planned", "director", released=None, score=None, votes=0),
        credit(9, "Making of Lead", "producer", score=None, votes=0, is_video=True),
    ),
    total=7,
)


def test_a_film_is_told_once_with_all_that_was_done_on_it() -> None:
    assert read_credits(ANSWER) == LISTED


@pytest.mark.parametrize("answer", [{}, {"cast": []}, {"cast": None, "crew": []}])
def test_an_answer_without_credits_is_none(answer: dict[str, Any]) -> None:
    with pytest.raises(SourceError):
        read_credits(answer)


def test_somebody_without_end_is_told_by_what_is_best_known() -> None:
    many = [credit(n, f"Film {n}", "director", votes=n) for n in range(filmographies.MOST_CREDITS + 5)]
    listed = Listed.of(many)
    assert (len(listed.credits), listed.total) == (filmographies.MOST_CREDITS, filmographies.MOST_CREDITS + 5)
    assert listed.credits[0].votes == filmographies.MOST_CREDITS + 4


async def find(engine: AsyncEngine, person: int) -> Status:
    async with engine.connect() as db:
        return await filmographies.find_status(db, person)


async def test_it_is_asked_for_once_and_kept_with_the_runtimes_that_are_known(
    engine: AsyncEngine, worker_settings: Settings, tmdb: FakeTmdb
) -> None:
    tmdb.credits[31] = ANSWER
    await store(engine, "Not Oneself,1999")
    async with engine.begin() as db:
        facts = Facts("movie", 4, None, "Not Oneself", "Not Oneself", "en", None, 38)
        known = await catalogue.store_facts(db, facts, source=Source.TMDB)
        matched = "UPDATE films SET state = 'matched', facts_id = :id, settled_at = now()"
        await db.execute(text(matched), {"id": known})
    assert await find(engine, 31) == Status()
    ids = await ask(engine, questions.person_question(31))
    assert await find(engine, 31) == Status(is_waiting=True)
    async with working(worker_settings):
        assert await questions.wait_for_answers(engine, ids, within=10)
        missing = await ask(engine, questions.person_question(32))
        assert await questions.wait_for_answers(engine, missing, within=10)
    status = await find(engine, 31)
    assert status.fetched_at and not status.is_waiting
    assert (await find(engine, 32)).reason == "not_found"
    async with engine.connect() as db:
        listed = await filmographies.read(db, 31)
        assert [each.runtime_minutes for each in listed.credits] == [None, None, None, 38, None, None, None]
        assert await filmographies.read(db, 32) == Listed((), 0)
    assert [asked.path for asked in tmdb.requests if "person" in asked.path] == [
        "person/31/combined_credits",
        "person/32/combined_credits",
    ]


async def age(engine: AsyncEngine, person: int, days: int) -> None:
    async with engine.begin() as db:
        await filmographies.store(db, person, LISTED)
        await db.execute(
            text("UPDATE filmographies SET fetched_at = now() - make_interval(days => :days) WHERE person_id = :id"),
            {"days": days, "id": person},
        )


async def kept(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as db:
        return list((await db.execute(text("SELECT person_id FROM filmographies ORDER BY 1"))).scalars())


async def test_after_a_month_it_is_forgotten_but_for_the_samples(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person, days in ((-4, 400), (1, 31), (2, 31), (3, 31), (4, 29)):
        await age(engine, person, days)
    assert (await find(engine, 1)).fetched_at is None  # though nobody has swept yet
    assert (await find(engine, 4)).fetched_at and (await find(engine, -4)).fetched_at
    monkeypatch.setattr(filmographies, "DELETED_AT_ONCE", 2)
    await jobs.forget_filmographies(engine)
    assert await kept(engine) == [-4, 4]


async def test_no_more_people_are_kept_than_there_is_room_for(engine: AsyncEngine) -> None:
    for person in (-4, 1, 2, 3):
        await age(engine, person, days=10 - abs(person))
    async with engine.begin() as db:
        await filmographies.store(db, 9, LISTED, most=2)
    assert await kept(engine) == [-4, 3, 9]
