"""When the matches of several people become everybody's. docs/decisions/corrections-for-everybody.md tells why."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.database import raw
from kinograph.films import matching, tasks, titles
from kinograph.films.portions import Portion

log = logging.getLogger(__name__)

PEOPLE = 3
STANDING = timedelta(days=7)
LOG_ENTRIES = 50
LOOKED_AT = 500  # links or titles of corrections, in one portion
FILMS_AT_ONCE = 20  # whose voters' diaries are read at once
YEARS_APART = 2
SIMILAR = 0.6


@dataclass(frozen=True, slots=True)
class Vote:
    """An established owner's correction of a film; no facts: it is no film on TMDB."""

    person: int  # owners who share a diary are one person
    facts_id: int | None
    is_standing: bool


@dataclass(frozen=True, slots=True)
class VotedEntry:
    """What the votes name, as far as it is compared with the export."""

    title: str
    original_title: str
    year: int | None
    is_runner_up: bool


def find_agreed(votes: Collection[Vote]) -> int | None:
    """The facts that enough people agree on and nobody contradicts."""
    named = {vote.facts_id for vote in votes}
    people = {vote.person for vote in votes if vote.is_standing}
    return named.pop() if len(named) == 1 and len(people) >= PEOPLE else None


def is_plausible(title: str, year: int | None, entry: VotedEntry) -> bool:
    """Whether the entry may be meant at all: what any number of forgers could bring about ends here."""
    if year is not None and entry.year is not None and abs(year - entry.year) > YEARS_APART:
        return False
    return entry.is_runner_up or any(
        SequenceMatcher(None, titles.folded(title), titles.folded(other)).ratio() >= SIMILAR
        for other in (entry.title, entry.original_title)
    )


async def run_round(engine: AsyncEngine) -> None:
    """Makes everybody's what the rule allows, and takes back what somebody contradicts: in portions of what corrections
    name, each a transaction."""
    portion = Portion(FILMS_AT_ONCE)
    for named, after in (("letterboxd_id", 0), ("title", "")):
        while True:
            async with engine.begin() as db:
                asked = {"after": after, "most": LOOKED_AT, "people": PEOPLE, "sure": matching.SURE}
                rows = (await db.execute(text(CONTESTED[named]), asked)).all()
            films = [row.film_id for row in rows if row.film_id]
            while films:
                now, films = films[: portion.size], films[portion.size :]
                with portion.measured():
                    async with engine.begin() as db:
                        await _settle(db, now)
            if len({row.named for row in rows}) < LOOKED_AT:
                break
            after = rows[-1].named


async def _settle(db: AsyncConnection, films: Sequence[int]) -> None:
    votes = await _votes(db, films)
    for film_id, cast in votes.items():
        if (facts_id := find_agreed(cast)) is not None:
            await _make_everybodys(db, film_id, facts_id, len(cast))
    await _take_back(db, votes)


# The films whose match corrections may change, in the order of what names them, link or title: enough people correct
# them and they are not sure, or they have been agreed on. Each by itself ("OFFSET 0"), or all films are read.
CONTESTED = {
    named: f"""
    WITH corrected AS MATERIALIZED (
        SELECT {named} AS named, count(*) AS n FROM repairs
        WHERE answer IS NOT NULL AND NOT by_file AND {named} > :after
        GROUP BY {named} ORDER BY {named} LIMIT :most
    )
    SELECT corrected.named, films.id AS film_id FROM corrected
    LEFT JOIN LATERAL (
        SELECT id FROM films WHERE {named} = corrected.named {condition} AND source = 'tmdb' AND (
            agreed_at IS NOT NULL OR n >= :people AND (state IN ('unmatched', 'failed') OR confidence < :sure)
        ) OFFSET 0
    ) films ON true
    ORDER BY corrected.named
    """  # noqa: S608 - our own names
    for named, condition in (("letterboxd_id", ""), ("title", "AND letterboxd_id IS NULL"))
}

# Who of those whose session names these films says what. The two ways of naming a film are two joins, as in
# session_matches.
VOTES = """
WITH named AS (
    SELECT films.id AS film_id, repairs.owner_id, repairs.facts_id, repairs.changed_at
    FROM films JOIN repairs ON repairs.letterboxd_id = films.letterboxd_id
    WHERE films.id = ANY(:films) AND repairs.answer IS NOT NULL AND NOT repairs.by_file
    UNION ALL
    SELECT films.id, repairs.owner_id, repairs.facts_id, repairs.changed_at
    FROM films JOIN repairs ON films.letterboxd_id IS NULL AND repairs.title = films.title
         AND repairs.year IS NOT DISTINCT FROM films.year
    WHERE films.id = ANY(:films) AND repairs.answer IS NOT NULL AND NOT repairs.by_file
)
SELECT film_id, owner_id, facts_id, changed_at < now() - CAST(:standing AS interval) AS is_standing
FROM named WHERE EXISTS (
    SELECT FROM session_films JOIN sessions ON sessions.id = session_films.session_id
    WHERE session_films.film_id = named.film_id AND sessions.owner_id = named.owner_id
) ORDER BY film_id, owner_id
"""

# Each owner whose diary is long enough, beside the first owner of each of its entries.
DIARIES = """
WITH logged AS MATERIALIZED (
    SELECT DISTINCT sessions.owner_id, viewings.entry_id
    FROM sessions JOIN viewings ON viewings.session_id = sessions.id
    WHERE sessions.owner_id = ANY(:owners) AND viewings.entry_id IS NOT NULL
), established AS (
    SELECT owner_id FROM logged GROUP BY owner_id HAVING count(*) >= :log_entries
)
SELECT DISTINCT owner_id, min(owner_id) OVER (PARTITION BY entry_id) AS first_with
FROM logged JOIN established USING (owner_id)
"""


async def _votes(db: AsyncConnection, films: Sequence[int]) -> dict[int, list[Vote]]:
    rows = (await db.execute(text(VOTES), {"films": list(films), "standing": STANDING})).all()
    if not rows:
        return {}
    diaries = await db.execute(
        text(DIARIES), {"owners": list({row.owner_id for row in rows}), "log_entries": LOG_ENTRIES}
    )
    people = tell_apart((row.owner_id, row.first_with) for row in diaries)
    return {
        film_id: [Vote(people[row.owner_id], row.facts_id, row.is_standing) for row in cast if row.owner_id in people]
        for film_id, cast in groupby(rows, key=lambda row: row.film_id)
    }


def tell_apart(shared: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The person behind each owner, from pairs of owners who share a log entry, each also beside themselves: nobody
    else's export has one's entries, so that they are one."""
    same: dict[int, int] = {}

    def person(owner: int) -> int:
        while same.setdefault(owner, owner) != owner:
            owner = same[owner]
        return owner

    for pair in shared:
        one, other = map(person, pair)
        same[max(one, other)] = min(one, other)
    return {owner: person(owner) for owner in same}


async def _make_everybodys(db: AsyncConnection, film_id: int, facts_id: int, votes: int) -> None:
    row = (
        await db.execute(
            text(
                "SELECT films.title, films.year, films.runners_up, facts.title AS entry_title, facts.original_title,"
                " extract(year FROM facts.release_date)::int AS entry_year, facts.kind, facts.tmdb_id"
                " FROM films, film_facts facts WHERE films.id = :film_id AND facts.id = :facts_id"
                " AND films.facts_id IS DISTINCT FROM facts.id"
                " AND (films.state IN ('unmatched', 'failed') OR films.confidence < :sure)"
                " FOR UPDATE OF films"
            ),
            {"film_id": film_id, "facts_id": facts_id, "sure": matching.SURE},
        )
    ).one_or_none()
    if row is None or not is_plausible(row.title, row.year, _entry(row)):
        return
    await db.execute(
        text(
            "UPDATE films SET state = 'matched', facts_id = :facts_id, confidence = NULL, reason = NULL,"
            " agreed_at = now(), settled_at = clock_timestamp() WHERE id = :film_id"
        ),
        {"film_id": film_id, "facts_id": facts_id},
    )
    log.info("film %d matches %s/%d for everyone: %d votes agree", film_id, row.kind, row.tmdb_id, votes)


def _entry(row: Any) -> VotedEntry:
    found = {(candidate["kind"], candidate["tmdb_id"]) for candidate in row.runners_up}
    return VotedEntry(row.entry_title, row.original_title, row.entry_year, (row.kind, row.tmdb_id) in found)


async def _take_back(db: AsyncConnection, votes: Mapping[int, Sequence[Vote]]) -> None:
    """Looked up again, a film gets the match it would have had. Votes that went away with their sessions change
    nothing; one that says otherwise does."""
    rows = await db.execute(
        text("SELECT id, facts_id FROM films WHERE id = ANY(:ids) AND agreed_at IS NOT NULL"), {"ids": list(votes)}
    )
    contradicted = [row.id for row in rows if any(vote.facts_id != row.facts_id for vote in votes.get(row.id, ()))]
    if not contradicted:
        return
    await db.execute(
        text(
            "UPDATE films SET state = 'pending', facts_id = NULL, agreed_at = NULL, settled_at = NULL"
            " WHERE id = ANY(:ids)"
        ),
        {"ids": contradicted},
    )
    await tasks.enqueue_films(await raw(db), watched=contradicted, others=[])
    log.info("%d films are no longer agreed on and are looked up again", len(contradicted))
