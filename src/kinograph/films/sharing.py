"""Films that share an entry: which of one session do, and whose claim to it is the better.

Two films of one session are two at Letterboxd, so that one of them is hardly the entry both were matched with. Films of
different sessions may share one: exports of different years name a film by different links. And an upload is a
stranger's: nothing here takes a match away, and only what stands together in a session is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from pgqueuer.queries import Queries

from kinograph.films import matching
from kinograph.films.candidates import Candidate, FilmRef

ENTRYPOINT = "look_twice"
PRIORITY = -50_000_000  # below the watched films of everybody, above those that are only on a watchlist
SESSIONS = 100  # of a film, in which others are looked for: what it costs must not grow with the number of people
SHARERS = 50
NAMED = 100


@dataclass(frozen=True, slots=True)
class Sharer:
    """A film with the entry it is matched with. `strength` is how well that fits it, `named` in how many sessions it
    stands, up to NAMED."""

    film_id: int
    ref: FilmRef
    letterboxd_id: int | None
    facts_id: int
    entry: Candidate
    named: int
    is_agreed: bool
    is_compared: bool

    @property
    def strength(self) -> float:
        return 2.0 if self.is_agreed else matching.strength(self.ref, self.entry)


def sort_by_claim(sharers: Collection[Sharer]) -> list[Sharer]:
    """The best claim to the entry first: what fits best, then what most sessions name, then what is older at
    Letterboxd. The same however they were found."""
    return sorted(
        sharers,
        key=lambda film: (-film.strength, -film.named, film.letterboxd_id or float("inf"), film.film_id),
    )


# How many compare at once is bounded: a forged upload may hold a thousand films of one name.
SHARING = """
WITH mine AS MATERIALIZED (
    SELECT session_id FROM session_films WHERE film_id = $1 LIMIT {sessions}
), sharing AS MATERIALIZED (
    SELECT id FROM films WHERE facts_id = {facts_id} AND id <> $1 AND source = 'tmdb' ORDER BY id LIMIT {sharers}
), together AS (
    SELECT DISTINCT film_id FROM session_films
    WHERE session_id IN (SELECT session_id FROM mine) AND film_id IN (SELECT id FROM sharing)
    UNION SELECT id FROM films WHERE id = $1 AND facts_id = {facts_id}
)
SELECT films.id, films.title, films.year, films.letterboxd_id, films.facts_id, films.agreed_at,
       coalesce(films.compared_at > now() - interval '30 days', false) AS is_compared,
       (SELECT count(*) FROM (SELECT FROM session_films WHERE film_id = films.id LIMIT {named}) stands) AS named,
       facts.kind, facts.tmdb_id, facts.title AS entry_title, facts.original_title,
       extract(year FROM facts.release_date)::int AS entry_year, facts.vote_count, facts.popularity,
       facts.poster_path, facts.runtime_minutes
FROM together JOIN films ON films.id = together.film_id JOIN film_facts facts ON facts.id = films.facts_id
"""
OF_ITS_ENTRY = SHARING.format(
    facts_id="(SELECT facts_id FROM films WHERE id = $1)", sessions=SESSIONS, sharers=SHARERS, named=NAMED
)
OF_ENTRY = SHARING.format(
    facts_id="(SELECT id FROM film_facts WHERE source = 'tmdb' AND kind = $2 AND tmdb_id = $3)",
    sessions=SESSIONS,
    sharers=SHARERS,
    named=NAMED,
)


async def find_sharers(driver: asyncpg.Connection, film_id: int) -> list[Sharer]:
    """The film and those that stand in a session with it and are matched with the same entry, the best claim first."""
    return sort_by_claim([_sharer(row) for row in await driver.fetch(OF_ITS_ENTRY, film_id)])


async def find_holders(driver: asyncpg.Connection, film_id: int, entry: Candidate) -> list[Sharer]:
    """The films that stand in a session with this one and are matched with that entry."""
    rows = await driver.fetch(OF_ENTRY, film_id, entry.kind, entry.tmdb_id)
    return sort_by_claim([_sharer(row) for row in rows if row["id"] != film_id])


async def enqueue_shared(driver: asyncpg.Connection, film_ids: Sequence[int]) -> None:
    """A second look at those of these films whose entry another has, too. To be called in the transaction that
    matched them: whoever matches another with the same entry waits for its row, and then sees these."""
    rows = await driver.fetch(
        "SELECT id FROM films WHERE id = ANY($1) AND source = 'tmdb' AND EXISTS"
        " (SELECT FROM films other WHERE other.facts_id = films.facts_id AND other.id <> films.id)",
        film_ids,
    )
    await _enqueue(driver, [row["id"] for row in rows])


async def enqueue_shared_of_session(driver: asyncpg.Connection, session_id: UUID) -> None:
    """The same for the films of a session that were all matched before, but had never stood together.
    The youngest of them stands in the fewest sessions. In one order everywhere, or two uploads deadlock."""
    rows = await driver.fetch(
        "SELECT max(films.id) AS id FROM session_films JOIN films ON films.id = film_id"
        " WHERE session_id = $1 AND facts_id IS NOT NULL AND films.source = 'tmdb'"
        " GROUP BY facts_id HAVING count(DISTINCT films.id) > 1 ORDER BY 1",
        session_id,
    )
    await _enqueue(driver, [row["id"] for row in rows])


async def _enqueue(driver: asyncpg.Connection, film_ids: Sequence[int]) -> None:
    if film_ids:
        await Queries.from_asyncpg_connection(driver).enqueue(
            [ENTRYPOINT] * len(film_ids),
            [str(film_id).encode() for film_id in film_ids],
            [PRIORITY] * len(film_ids),
            dedupe_key=[f"twice:{film_id}" for film_id in film_ids],
            on_conflict="skip",
        )


def _sharer(row: asyncpg.Record) -> Sharer:
    return Sharer(
        film_id=row["id"],
        ref=FilmRef(row["title"], row["year"]),
        letterboxd_id=row["letterboxd_id"],
        facts_id=row["facts_id"],
        entry=Candidate(
            kind=row["kind"],
            tmdb_id=row["tmdb_id"],
            title=row["entry_title"],
            original_title=row["original_title"],
            year=row["entry_year"],
            vote_count=row["vote_count"],
            popularity=row["popularity"],
            poster_path=row["poster_path"],
            runtime_minutes=row["runtime_minutes"],
        ),
        named=row["named"],
        is_agreed=row["agreed_at"] is not None,
        is_compared=row["is_compared"],
    )
