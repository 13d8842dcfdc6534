"""The shared rows: found fast whoever forges what, and gone when nobody names them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import catalogue, unnamed
from kinograph.films.catalogue import Failed
from kinograph.films.facts import CastMember, CompanyFacts, Facts, PersonFacts
from kinograph.films.lookup import Found, Unmatched
from kinograph.films.models import Source


@dataclass(frozen=True)
class Claimed:
    title: str
    year: int | None
    letterboxd_id: int | None


def facts(tmdb_id: int, *people: int) -> Facts:
    cast = tuple(CastMember(PersonFacts(person, f"Person {person}"), "") for person in people)
    studio = (CompanyFacts(tmdb_id, "Studio"),)
    return Facts("movie", tmdb_id, None, "Film", "Film", None, None, None, cast=cast, companies=studio)


async def test_claims_differ_by_link_by_year_and_by_having_none(engine: AsyncEngine) -> None:
    refs = [Claimed("X", 2000, 1), Claimed("X", 2000, None), Claimed("X", None, 1), Claimed("X", None, None)]
    async with engine.begin() as db:
        first = await catalogue.ensure_films(await raw(db), refs, source=Source.TMDB)
        again = await catalogue.ensure_films(await raw(db), [*refs, refs[0]], source=Source.TMDB)

    assert len(set(first)) == 4
    assert again == [*first, first[0]]


async def test_a_thousand_links_with_one_title_are_found_by_their_link(engine: AsyncEngine) -> None:
    refs = [Claimed("X", 2000, n) for n in range(1000)]
    async with engine.begin() as db:
        driver = await raw(db)
        await catalogue.ensure_films(driver, refs, source=Source.TMDB)
        await driver.execute("ANALYZE films")
        plan = await driver.fetchval(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM films"
            " JOIN unnest($1::bigint[], $2::text[]) c(l, t) ON films.title = c.t AND films.letterboxd_id = c.l",
            [ref.letterboxd_id for ref in refs],
            [ref.title for ref in refs],
        )
    assert "Rows Removed by Join Filter" not in plan


async def test_a_look_up_that_ends_twice_is_written_once(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        driver = await raw(db)
        (film,) = await catalogue.ensure_films(driver, [Claimed("X", 2000, 1)], source=Source.TMDB)

        async def state(outcome: Found | Unmatched | Failed, *, anew: bool = False) -> str:
            await catalogue.store_outcomes(driver, {film: outcome}, anew=anew)
            found: str = await driver.fetchval("SELECT state FROM films WHERE id = $1", film)
            return found

        assert await state(Failed("search/movie: status 503")) == "failed"
        assert await state(Found(facts(1), 1.0, ())) == "matched"
        assert await state(Failed("search/movie: status 503")) == "matched"
        assert await state(Unmatched((), "deleted"), anew=True) == "unmatched"


async def test_what_nobody_names_goes_with_those_who_made_it(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        kept = await catalogue.store_facts(db, facts(1, 10, 11), source=Source.TMDB)
        await catalogue.store_facts(db, facts(2, 11, 12), source=Source.TMDB)
        await db.execute(text("INSERT INTO owners (token_hash) VALUES ('x')"))
        await db.execute(
            text(
                "INSERT INTO repairs (owner_id, letterboxd_id, facts_id, answer)"
                " SELECT id, 7, :facts_id, 'entry' FROM owners"
            ),
            {"facts_id": kept},
        )
    await unnamed.delete_unnamed(engine)
    async with engine.connect() as db:
        left = [
            (await db.execute(text(f"SELECT id FROM {name} ORDER BY id"))).scalars().all()
            for name in ("people", "companies")
        ]
    assert left == [[10, 11], [1]]
