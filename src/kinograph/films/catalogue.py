"""The rows of the shared catalogue: claims in, matches and facts in, and out again what nobody names any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Protocol

import asyncpg
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films.facts import Company, Facts, Person
from kinograph.films.lookup import Found, Unmatched
from kinograph.films.models import Film, FilmFacts, Source, State

# Held shared by whoever makes a reference to a shared row, alone by the purge: so nothing is deleted between being
# found and being named.
REFERENCES_LOCK = 0x66696C6D  # "film"

ROLES = ("directors", "writers", "composers", "photography", "editors", "producers")


class Claim(Protocol):
    """A film as an export names it."""

    @property
    def title(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def letterboxd_id(self) -> int | None: ...


async def claim(driver: asyncpg.Connection, claims: Sequence[Claim], *, source: Source) -> list[int]:
    """The film ids of these claims, in their order; rows are made for those not yet known."""
    await driver.execute("SELECT pg_advisory_xact_lock_shared($1)", REFERENCES_LOCK)
    keys = [(c.letterboxd_id, c.title, c.year) for c in claims]
    known = await _find(driver, keys, source)
    if missing := [key for key in dict.fromkeys(keys) if key not in known]:
        # In one order everywhere, or two uploads of the same films deadlock.
        rows = await driver.fetch(
            "INSERT INTO films (letterboxd_id, title, year, source)"
            " SELECT l, t, y, $4::text FROM unnest($1::bigint[], $2::text[], $3::smallint[]) c(l, t, y)"
            " ORDER BY t, l, y ON CONFLICT DO NOTHING RETURNING letterboxd_id, title, year, id",
            *map(list, zip(*missing, strict=True)),
            source.value,
        )
        known |= {(row[0], row[1], row[2]): row[3] for row in rows}
        # What somebody else has made in between was left out.
        known |= await _find(driver, [key for key in missing if key not in known], source)
    return [known[key] for key in keys]


_Key = tuple[int | None, str, int | None]


async def _find(driver: asyncpg.Connection, keys: Sequence[_Key], source: Source) -> dict[_Key, int]:
    if not keys:
        return {}
    rows = await driver.fetch(
        "SELECT letterboxd_id, title, year, id FROM films"
        " JOIN unnest($1::bigint[], $2::text[], $3::smallint[]) c(l, t, y) ON films.title = c.t"
        " AND films.letterboxd_id IS NOT DISTINCT FROM c.l AND films.year IS NOT DISTINCT FROM c.y"
        " AND films.source = $4",
        *map(list, zip(*keys, strict=True)),
        source.value,
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def settle(db: AsyncConnection, film_id: int, found: Found | Unmatched) -> None:
    """Writes what the look-up of a film came to."""
    match found:
        case Found():
            facts_id = await store_facts(db, found.facts, source=Source.TMDB)
            outcome = {"state": State.MATCHED, "facts_id": facts_id, "confidence": found.confidence, "reason": None}
        case Unmatched():
            outcome = {"state": State.UNMATCHED, "facts_id": None, "confidence": None, "reason": found.reason}
    outcome["runners_up"] = [asdict(candidate) for candidate in found.runners_up]
    await db.execute(update(Film).where(Film.id == film_id).values(settled_at=func.clock_timestamp(), **outcome))


async def fail(db: AsyncConnection, film_id: int, reason: str) -> None:
    """Gives a film up, for the reason that is shown to the operator."""
    await db.execute(
        update(Film)
        .where(Film.id == film_id)
        .values(state=State.FAILED, facts_id=None, reason=reason, settled_at=func.clock_timestamp())
    )


async def store_facts(db: AsyncConnection, facts: Facts, *, source: Source) -> int:
    """The id of the facts' row, made or brought up to date together with the people and companies it names."""
    await db.execute(select(func.pg_advisory_xact_lock_shared(REFERENCES_LOCK)))
    people = {p.id: p for role in ROLES for p in getattr(facts, role)} | {m.person.id: m.person for m in facts.cast}
    await _store_people(db, people.values())
    await _store_companies(db, {c.id: c for c in facts.companies}.values())
    values = {
        name: getattr(facts, name)
        for name in (
            "kind", "tmdb_id", "imdb_id", "title", "original_title", "original_language", "release_date",
            "runtime_minutes", "vote_average", "vote_count", "popularity", "budget", "revenue", "poster_path",
        )
    }  # fmt: skip
    values |= {name: list(getattr(facts, name)) for name in ("genres", "countries", "languages", "keywords")}
    values |= {role: [p.id for p in getattr(facts, role)] for role in ROLES}
    values |= {
        "source": source.value,
        "companies": [c.id for c in facts.companies],
        "cast_ids": [m.person.id for m in facts.cast],
        "cast_characters": [m.character for m in facts.cast],
        "fetched_at": func.now(),
    }
    row = await db.execute(
        insert(FilmFacts)
        .values(values)
        .on_conflict_do_update(index_elements=["source", "kind", "tmdb_id"], set_=values)
        .returning(FilmFacts.id)
    )
    facts_id: int = row.scalar_one()
    return facts_id


async def _store_people(db: AsyncConnection, people: Collection[Person]) -> None:
    # In the order of their ids, or two workers deadlock. An unchanged row is not written again.
    await db.execute(
        text(
            "INSERT INTO people (id, name, gender, portrait)"
            " SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS text[]), CAST(:genders AS smallint[]),"
            " CAST(:portraits AS text[])) p(id, name, gender, portrait) ORDER BY id"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, gender = excluded.gender,"
            " portrait = excluded.portrait"
            " WHERE (people.name, people.gender, people.portrait)"
            " IS DISTINCT FROM (excluded.name, excluded.gender, excluded.portrait)"
        ),
        {
            "ids": [p.id for p in people],
            "names": [p.name for p in people],
            "genders": [p.gender for p in people],
            "portraits": [p.portrait for p in people],
        },
    )


async def _store_companies(db: AsyncConnection, companies: Collection[Company]) -> None:
    await db.execute(
        text(
            "INSERT INTO companies (id, name, country)"
            " SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS text[]), CAST(:countries AS text[]))"
            " c(id, name, country) ORDER BY id"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country"
            " WHERE (companies.name, companies.country) IS DISTINCT FROM (excluded.name, excluded.country)"
        ),
        {
            "ids": [c.id for c in companies],
            "names": [c.name for c in companies],
            "countries": [c.country for c in companies],
        },
    )


async def purge(db: AsyncConnection) -> int:
    """Deletes films no session names, facts no film and no repair points to, and people and companies left without
    facts. Returns how many films went."""
    await db.execute(select(func.pg_advisory_xact_lock(REFERENCES_LOCK)))
    gone = await db.execute(
        text(
            "DELETE FROM films WHERE NOT EXISTS (SELECT FROM session_films WHERE session_films.film_id = films.id)"
            " AND NOT EXISTS (SELECT FROM pgqueuer WHERE dedupe_key = 'film:' || films.id AND status = 'picked')"
        )
    )
    facts = await db.execute(
        text(
            "DELETE FROM film_facts WHERE NOT EXISTS (SELECT FROM films WHERE facts_id = film_facts.id)"
            " AND NOT EXISTS (SELECT FROM repairs WHERE facts_id = film_facts.id)"
        )
    )
    if facts.rowcount:
        named = " UNION ".join(f"SELECT unnest({role}) FROM film_facts" for role in (*ROLES, "cast_ids"))  # noqa: S608
        await db.execute(text(f"DELETE FROM people WHERE id NOT IN ({named})"))  # noqa: S608 - our own column names
        await db.execute(text("DELETE FROM companies WHERE id NOT IN (SELECT unnest(companies) FROM film_facts)"))
    return gone.rowcount
