"""The rows of the shared catalogue: references in, matches and facts in, and out again what nobody names any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database import raw
from kinograph.films import candidates, sharing
from kinograph.films.candidates import Subject
from kinograph.films.facts import CompanyFacts, Facts, PersonFacts
from kinograph.films.lookup import Found, Unmatched
from kinograph.films.models import Source, State
from kinograph.films.roles import CREW

# Held shared by whoever makes a reference to a shared row, alone by the purge: so nothing is deleted between being
# found and being named.
REFERENCES_LOCK = 0x66696C6D  # "film"


class LinkedFilmRef(Protocol):
    """A film as an export names it."""

    @property
    def title(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def letterboxd_id(self) -> int | None: ...


async def ensure_films(driver: asyncpg.Connection, refs: Sequence[LinkedFilmRef], *, source: Source) -> list[int]:
    """The film ids that these references mean, in their order; rows are made for those not yet known."""
    await driver.execute("SELECT pg_advisory_xact_lock_shared($1)", REFERENCES_LOCK)
    keys = [(c.letterboxd_id, c.title, c.year) for c in refs]
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
    # Apart, since "IS NOT DISTINCT FROM" is no condition for an index: a forged export with one title and a hundred
    # thousand links would read all of them for each.
    linked = [key for key in keys if key[0] is not None]
    unlinked = [key for key in keys if key[0] is None]
    return {
        **await _find_where(driver, "films.letterboxd_id = c.l", linked, source),
        **await _find_where(driver, "films.letterboxd_id IS NULL", unlinked, source),
    }


async def _find_where(
    driver: asyncpg.Connection, condition: str, keys: Sequence[_Key], source: Source
) -> dict[_Key, int]:
    if not keys:
        return {}
    # Places and ids, as an array each: the keys themselves would all come back.
    places, ids = await driver.fetchrow(
        "SELECT coalesce(array_agg(c.n), '{}'), coalesce(array_agg(films.id), '{}')"  # noqa: S608 - our own condition
        " FROM films JOIN unnest($1::bigint[], $2::text[], $3::smallint[]) WITH ORDINALITY c(l, t, y, n)"
        f" ON films.title = c.t AND {condition} AND films.year IS NOT DISTINCT FROM c.y AND films.source = $4",
        *map(list, zip(*keys, strict=True)),
        source.value,
    )
    return {keys[place - 1]: film_id for place, film_id in zip(places, ids, strict=True)}


async def find_unsettled(driver: asyncpg.Connection, film_ids: Sequence[int]) -> list[candidates.FilmRef | None]:
    """What is to be looked up for each of these films; None where that is done already."""
    rows = await driver.fetch(
        "SELECT id, title, year FROM films WHERE id = ANY($1) AND state IN ('pending', 'failed')", film_ids
    )
    refs = {row["id"]: candidates.FilmRef(row["title"], row["year"]) for row in rows}
    return [refs.get(film_id) for film_id in film_ids]


@dataclass(frozen=True, slots=True)
class Failed:
    """A look-up given up; the reason is shown to the operator."""

    reason: str


async def store_outcomes(
    driver: asyncpg.Connection, outcomes: Mapping[int, Found | Unmatched | Failed], *, anew: bool = False
) -> None:
    """Writes what the look-ups of films, by id, came to. To be called within a transaction.

    A film that is settled already stays as it is, unless it is looked up `anew`: a job may run twice. One whose entry
    another film has, too, gets a second look.
    """
    found = [outcome.facts for outcome in outcomes.values() if isinstance(outcome, Found)]
    facts_ids = await _store(driver, found, Source.TMDB) if found else {}
    await driver.execute(
        "UPDATE films SET state = o.state, facts_id = o.facts_id, confidence = o.confidence, reason = o.reason,"
        " runners_up = o.runners_up, agreed_at = NULL, compared_at = NULL, settled_at = clock_timestamp()"
        " FROM json_to_recordset($1) o(id bigint, state text, facts_id bigint, confidence float8, reason text,"
        " runners_up jsonb) WHERE films.id = o.id AND films.id = ANY($3)"
        " AND (films.state IN ('pending', 'failed') OR $2)",
        orjson.dumps(
            [{"id": film_id} | _columns(outcome, facts_ids) for film_id, outcome in outcomes.items()]
        ).decode(),
        anew,
        list(outcomes),
    )
    await sharing.enqueue_shared(
        driver, [film_id for film_id, outcome in outcomes.items() if isinstance(outcome, Found)]
    )


def _columns(outcome: Found | Unmatched | Failed, facts_ids: Mapping[Subject, int]) -> dict[str, Any]:
    match outcome:
        case Found(facts, confidence, runners_up):
            facts_id = facts_ids[facts.kind, facts.tmdb_id]
            return {
                "state": State.MATCHED, "facts_id": facts_id, "confidence": confidence, "runners_up": runners_up,
            }  # fmt: skip
        case Unmatched(runners_up, reason):
            return {"state": State.UNMATCHED, "reason": reason, "runners_up": runners_up}
        case Failed(reason):
            return {"state": State.FAILED, "reason": reason, "runners_up": []}


async def store_facts(db: AsyncConnection, facts: Facts, *, source: Source) -> int:
    """The id of the facts' row, made or brought up to date together with all that it names."""
    return await store(await raw(db), facts, source=source)


async def store(driver: asyncpg.Connection, facts: Facts, *, source: Source = Source.TMDB) -> int:
    """As store_facts, through the driver. To be called within a transaction."""
    return (await _store(driver, [facts], source))[facts.kind, facts.tmdb_id]


PLAIN = (
    "kind", "tmdb_id", "imdb_id", "title", "original_title", "original_language", "release_date", "runtime_minutes",
    "vote_average", "vote_count", "popularity", "budget", "revenue", "poster_path", "collection_id",
    "genres", "countries", "languages", "keywords",
)  # fmt: skip
COLUMNS = ("source", *PLAIN, *CREW, "companies", "cast_ids", "cast_characters")
# The rows travel as JSON, which costs this process next to nothing, and PostgreSQL gives each column its type.
STORE_FACTS = f"""
    INSERT INTO film_facts ({", ".join(COLUMNS)}, fetched_at)
    SELECT {", ".join(COLUMNS)}, now() FROM json_populate_recordset(NULL::film_facts, $1) ORDER BY kind, tmdb_id
    ON CONFLICT (source, kind, tmdb_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS, "fetched_at"))}
    RETURNING kind, tmdb_id, id
"""  # noqa: S608 - our own column names


async def _store(driver: asyncpg.Connection, found: Sequence[Facts], source: Source) -> dict[Subject, int]:
    """The ids of the facts' rows, made or brought up to date with the people and companies they name."""
    await driver.execute("SELECT pg_advisory_xact_lock_shared($1)", REFERENCES_LOCK)
    facts = {(each.kind, each.tmdb_id): each for each in found}
    await _store_people(driver, {person.id: person for each in facts.values() for person in _people(each)}.values())
    await _store_companies(driver, {c.id: c for each in facts.values() for c in each.companies}.values())
    await _store_collections(driver, [each for each in facts.values() if each.collection])
    rows = await driver.fetch(STORE_FACTS, orjson.dumps([_row(each, source) for each in facts.values()]).decode())
    return {(row["kind"], row["tmdb_id"]): row["id"] for row in rows}


def _people(facts: Facts) -> Iterator[PersonFacts]:
    for people in facts.crew.values():
        yield from people
    for member in facts.cast:
        yield member.person


def _row(facts: Facts, source: Source) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(facts, name) for name in PLAIN}
    row |= {column: [person.id for person in facts.crew.get(column, ())] for column in CREW}
    row["source"] = source
    row["companies"] = [company.id for company in facts.companies]
    row["cast_ids"] = [member.person.id for member in facts.cast]
    row["cast_characters"] = [member.character for member in facts.cast]
    return row


async def _store_people(driver: asyncpg.Connection, people: Collection[PersonFacts]) -> None:
    # In the order of their ids, or two workers deadlock. An unchanged row is not written again.
    await driver.execute(
        "INSERT INTO people (id, name, gender, portrait)"
        " SELECT * FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[]) p(id, name, gender, portrait)"
        " ORDER BY id"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, gender = excluded.gender, portrait = excluded.portrait"
        " WHERE (people.name, people.gender, people.portrait)"
        " IS DISTINCT FROM (excluded.name, excluded.gender, excluded.portrait)",
        [p.id for p in people],
        [p.name for p in people],
        [p.gender for p in people],
        [p.portrait for p in people],
    )


async def _store_companies(driver: asyncpg.Connection, companies: Collection[CompanyFacts]) -> None:
    await driver.execute(
        "INSERT INTO companies (id, name, country)"
        " SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]) c(id, name, country) ORDER BY id"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country"
        " WHERE (companies.name, companies.country) IS DISTINCT FROM (excluded.name, excluded.country)",
        [c.id for c in companies],
        [c.name for c in companies],
        [c.country for c in companies],
    )


# One that was fetched before TMDB had put a film into it that is here now. A day later at the earliest: TMDB's two
# answers may differ for good.
RENEW_COLLECTIONS = """
    UPDATE collections SET due_at = now() FROM unnest($1::bigint[], $2::bigint[]) named(id, tmdb_id)
    WHERE collections.id = named.id AND fetched_at < now() - interval '1 day' AND due_at > now()
    AND NOT parts @> jsonb_build_array(jsonb_build_object('tmdb_id', named.tmdb_id))
"""


async def _store_collections(driver: asyncpg.Connection, facts: Collection[Facts]) -> None:
    """Those that facts name, so that they are there to be fetched."""
    named = {each.collection.id: each.collection.name for each in facts if each.collection}
    await driver.execute(
        "INSERT INTO collections (id, name) SELECT * FROM unnest($1::bigint[], $2::text[]) c(id, name) ORDER BY id"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE collections.name <> excluded.name",
        list(named),
        list(named.values()),
    )
    films = ([each.collection_id for each in facts], [each.tmdb_id for each in facts])
    await driver.execute(RENEW_COLLECTIONS, *films)
