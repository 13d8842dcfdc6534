"""Whatever a page is drawn from changes the session's version, and with it the page's ETag."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.corrections import agreement, corrections
from kinograph.database import raw
from kinograph.films import catalogue, questions
from kinograph.films.facts import CastMember, CollectionFacts, CompanyFacts, Facts, PersonFacts
from kinograph.films.lookup import Found, Unmatched
from kinograph.films.models import Source
from kinograph.sessions import progress
from kinograph.stats import frame_reader
from kinograph.stats.frame_cache import Frames
from kinograph.stats.frames import Frame
from tests.sessions.export_files import FILM, table

SEEN, WANTED, LIKED, LISTED, MENDED = "Quay", "Wanted", "Liked", "Listed", "Mended"
ACTRESS = PersonFacts(7, "Ada Aldane", 1)
STUDIO = CompanyFacts(9, "Harbour Films", "FR")


def facts(
    tmdb_id: int, *, title: str = "", score: float = 7.0, star: PersonFacts = ACTRESS, maker: CompanyFacts = STUDIO
) -> Facts:
    return Facts(
        kind="movie",
        tmdb_id=tmdb_id,
        title=f"Entry {tmdb_id}",
        original_title=f"Entry {tmdb_id}",
        imdb_id=None,
        original_language="fr",
        release_date=None,
        runtime_minutes=100,
        vote_average=score,
        cast=(CastMember(star, "Herself"),),
        companies=(maker,),
    )


@dataclass(frozen=True)
class Library:
    """A session with a film of each kind: seen, on the watchlist, liked, in a list, and repaired by its owner."""

    db: AsyncConnection
    session_id: UUID
    owner_id: int

    async def settle(self, title: str, outcome: Found | Unmatched, *, anew: bool = False) -> None:
        film_id = await self.film(title)
        await catalogue.store_outcomes(await raw(self.db), {film_id: outcome}, anew=anew)

    async def film(self, title: str) -> int:
        found: int = (await self.db.execute(text("SELECT id FROM films WHERE title = :t"), {"t": title})).scalar_one()
        return found

    async def claim(self, title: str) -> catalogue.LinkedFilmRef:
        row = (await self.db.execute(text("SELECT * FROM films WHERE title = :t"), {"t": title})).one()
        return Named(row.title, row.year, row.letterboxd_id)

    async def store(self, stored: Facts) -> int:
        return await catalogue.store_facts(self.db, stored, source=Source.TMDB)


@dataclass(frozen=True)
class Named:
    title: str
    year: int | None
    letterboxd_id: int | None


Change = Callable[[Library], Awaitable[object]]


async def repair(of: Library, tmdb_id: int) -> None:
    await corrections.choose_entry(
        of.db, of.owner_id, await of.claim(MENDED), questions.entry_question("movie", tmdb_id)
    )


async def merge(of: Library) -> None:
    """As a refresh does that is answered with another entry."""
    merged = await of.store(facts(12))
    for name in ("films", "repairs"):
        await of.db.execute(
            text(f"UPDATE {name} SET facts_id = :new FROM film_facts f WHERE f.id = facts_id AND f.tmdb_id = 2"),
            {"new": merged},
        )


async def take_back(of: Library) -> None:
    film = await of.film(LIKED)
    await of.db.execute(text("UPDATE films SET agreed_at = now() WHERE id = :id"), {"id": film})
    await agreement._take_back(of.db, {film: [agreement.Vote(1, None, is_standing=True)]})


CHANGES: dict[str, tuple[set[str], Change]] = {
    "a seen film is found": ({"films", "film_facts"}, lambda of: of.settle(SEEN, Found(facts(3), 1, ()))),
    "a film of the watchlist is found": ({"films"}, lambda of: of.settle(WANTED, Found(facts(4), 1, ()))),
    "a film of the watchlist is not found": ({"films"}, lambda of: of.settle(WANTED, Unmatched((), "nothing_found"))),
    "a film of a list is found": ({"films"}, lambda of: of.settle(LISTED, Found(facts(5), 1, ()))),
    "a liked film is found to be another": (
        {"films"},
        lambda of: of.settle(LIKED, Found(facts(6), 1, ()), anew=True),
    ),
    "what people agreed on is taken back": ({"films"}, take_back),
    "the facts of a liked film are refreshed": ({"film_facts"}, lambda of: of.store(facts(1, score=8.0))),
    "the facts behind a repair are refreshed": ({"film_facts", "repairs"}, lambda of: of.store(facts(2, score=8.0))),
    "another look-up comes by the same entry": (
        {"film_facts"},
        lambda of: of.settle(SEEN, Found(facts(1, score=9.0), 1, ())),
    ),
    "the entry behind a repair is merged": ({"repairs"}, merge),
    "a film is repaired": ({"repairs"}, lambda of: repair(of, 1)),
    "a repair is taken back": (
        {"repairs"},
        lambda of: with_claim(of, corrections.undo_correction),
    ),
    "a repair says that it is no film": ({"repairs"}, lambda of: with_claim(of, corrections.choose_nothing)),
    "a person has another name": (
        {"people"},
        lambda of: of.store(facts(99, star=replace(ACTRESS, name="Ada Brisk"))),
    ),
    "a person has another portrait": ({"people"}, lambda of: of.store(facts(99, star=replace(ACTRESS, portrait="/a")))),
    "a company has another country": (
        {"companies"},
        lambda of: of.store(facts(99, maker=replace(STUDIO, country="SE"))),
    ),
    "a film is found to be of a collection": (
        {"collections"},
        lambda of: of.store(replace(facts(1), collection=CollectionFacts(12, "The Quays"))),
    ),
}


async def with_claim(of: Library, change: Callable[..., Awaitable[None]]) -> None:
    await change(of.db, of.owner_id, await of.claim(MENDED))


@pytest.fixture
async def session_id(client: AsyncClient, engine: AsyncEngine) -> UUID:
    """Of a library in which the liked film and the repaired one are known, and the others still to be looked up."""
    links = {title: f"https://boxd.it/{n}aaa" for n, title in enumerate((SEEN, WANTED, LIKED, LISTED, MENDED), 1)}
    rows = {title: f"2024-01-01,{title},2001,{link}" for title, link in links.items()}
    of_list = ["Letterboxd list export v7", "Date,Name,Tags,URL,Description", "2024-01-01,Some,,https://boxd.it/a,"]
    of_list += ["", "Position,Name,Year,URL,Description", f"1,{LISTED},2001,{links[LISTED]},"]
    files = {
        "watched.csv": table(FILM, rows[SEEN], rows[MENDED]),
        "watchlist.csv": table(FILM, rows[WANTED]),
        "likes/films.csv": table(FILM, rows[LIKED]),
        "lists/some.csv": "\r\n".join(of_list).encode(),
    }
    sent = await client.post("/api/upload", files=[("files", each) for each in files.items()])
    session_id = UUID(sent.json()["session_id"])
    async with engine.begin() as db:
        of = Library(db, session_id, await owner_of(db, session_id))
        await of.settle(LIKED, Found(facts(1), 1, ()))
        await of.store(facts(2))
        await repair(of, 2)
    return session_id


async def owner_of(db: AsyncConnection, session_id: UUID) -> int:
    found: int = (
        await db.execute(text("SELECT owner_id FROM sessions WHERE id = :id"), {"id": session_id})
    ).scalar_one()
    return found


async def state(engine: AsyncEngine, database_url: str, session_id: UUID) -> tuple[str, Frame]:
    version = (await counted(engine, session_id)).version
    kept = Frames(database_url)
    try:
        return version, await kept.frame(session_id, version)
    finally:
        kept.close()


async def counted(engine: AsyncEngine, session_id: UUID) -> progress.Progress:
    async with engine.connect() as db:
        found = await progress.count_progress(db, session_id, rate_group="default")
    assert found
    return found


def differ(one: Frame, other: Frame) -> bool:
    tables = ("films", "viewings", "people", "companies", "lists", "collections")
    return any(not getattr(one, name).equals(getattr(other, name)) for name in tables)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_whatever_changes_a_frame_changes_the_version_and_the_page(
    change: tuple[set[str], Change],
    session_id: UUID,
    client: AsyncClient,
    web: FastAPI,
    engine: AsyncEngine,
    database_url: str,
) -> None:
    before, drawn = await state(engine, database_url, session_id)
    seen = await client.get(f"/session/{session_id}/world")
    _, make = change
    async with engine.begin() as db:
        await make(Library(db, session_id, await owner_of(db, session_id)))
    after, redrawn = await state(engine, database_url, session_id)

    assert differ(drawn, redrawn), "the change is none that a page shows"
    assert before != after
    web.state.progress_cache.forget(session_id)  # a count is good for a second
    answer = await client.get(seen.url, headers={"If-None-Match": seen.headers["ETag"]})
    assert answer.status_code == 200
    kept = await web.state.frames.frame(session_id, after)  # the kept frame, with what changed read anew
    assert kept.films.sort("n").equals(redrawn.films.sort("n"))
    for name in ("people", "companies"):
        named = getattr(redrawn, name)["id"].implode()
        renewed = getattr(kept, name)
        assert renewed.filter(renewed["id"].is_in(named)).sort("id").equals(getattr(redrawn, name).sort("id"))


async def test_every_table_that_a_frame_is_read_from_is_among_the_changes(engine: AsyncEngine) -> None:
    statements = " ".join(value for name, value in vars(frame_reader).items() if name.endswith("_SQL"))
    read = set(re.findall(r"(?:FROM|JOIN) ([a-z_]+)\b(?!\()", statements))
    async with engine.connect() as db:
        behind = await db.execute(
            text("SELECT table_name FROM information_schema.view_table_usage WHERE view_name = 'session_matches'")
        )
    read = (read - {"session_matches", "unnest"}) | set(behind.scalars())
    changed = set().union(*(tables for tables, _ in CHANGES.values()))
    stored_once = {"sessions", "session_films", "viewings", "reviews", "lists", "list_films"}
    assert read == changed | stored_once


async def test_of_two_that_are_written_at_once_the_older_is_seen_too(session_id: UUID, engine: AsyncEngine) -> None:
    """The moment of a change is older than its commit: one that began first may be seen last."""
    async with engine.begin() as first:
        await Library(first, session_id, 0).store(
            facts(2, star=PersonFacts(8, "Bento Brisk"), maker=CompanyFacts(10, "Other"))
        )
        async with engine.begin() as second:  # whose people and companies are others, or it would wait for the first
            await Library(second, session_id, 0).store(
                facts(1, star=PersonFacts(6, "Clio Esker"), maker=CompanyFacts(8, "More"))
            )
        before = await counted(engine, session_id)
    assert before.version != (await counted(engine, session_id)).version


async def test_what_others_do_changes_nothing(session_id: UUID, engine: AsyncEngine, database_url: str) -> None:
    before, _ = await state(engine, database_url, session_id)
    async with engine.begin() as db:
        of = Library(db, session_id, 0)
        await of.store(facts(500, star=PersonFacts(8, "Bento Brisk"), maker=CompanyFacts(10, "Other")))
        await of.store(facts(500, star=PersonFacts(8, "Bento Dunmere"), maker=CompanyFacts(10, "Another")))
        await of.store(facts(501))  # with people and companies that the session knows, and as it knows them
    after, _ = await state(engine, database_url, session_id)
    assert before == after
