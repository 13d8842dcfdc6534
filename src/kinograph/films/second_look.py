"""The job that looks for an entry of its own where a film shares one with another film of a session.

The better claim keeps the entry; the others move to one that surely fits them, or stay as they are, and a person is
asked. Each move is from an entry to one that fits less well, and never to one that somebody claims better: so it ends,
in whatever order films are found.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import asyncpg
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from kinograph.errors import SourceError
from kinograph.films import catalogue, lookup, matching, sharing, titles
from kinograph.films.candidates import Candidate, FilmRef, Subject
from kinograph.films.lookup import Found
from kinograph.films.sharing import Sharer
from kinograph.films.tasks import DATABASE_TROUBLE, Retries
from kinograph.films.tmdb import Client, KeyRefused

log = logging.getLogger(__name__)

GUESSED = 0.8  # of two films of one name and year nothing tells which is which, so that a person is asked
ENTRIES = 4  # that are looked at for one film


class SecondLook:
    """The handler. May run twice without harm; what cannot be had now is left as it is."""

    def __init__(self, pool: asyncpg.Pool, client: Client, *, key_refused: asyncio.Event, retries: Retries) -> None:
        self._pool = pool
        self._client = client
        self._key_refused = key_refused
        self._retries = retries

    async def __call__(self, job: Job) -> None:
        film_id = int(job.payload or b"0")
        try:
            async with self._pool.acquire() as driver:
                sharers = await sharing.find_sharers(driver, film_id)
            for other in sharers[1:]:
                if not other.is_agreed and not other.is_compared:
                    await self._look(sharers[0], other)
        except KeyRefused as error:
            self._key_refused.set()
            raise RetryRequested(timedelta(seconds=1), "the key was refused") from error
        except (SourceError, *DATABASE_TROUBLE) as error:
            if isinstance(error, SourceError) and (error.permanent or job.attempts >= self._retries.attempts):
                log.warning("film %d keeps an entry it shares with another film: %s", film_id, error)
                return
            raise RetryRequested(self._retries.delay(job.attempts), type(error).__name__) from error

    async def _look(self, keeper: Sharer, other: Sharer) -> None:
        found = await self._own(other)
        if found and are_namesakes(keeper.ref, other.ref):
            found = replace(found, confidence=min(found.confidence, GUESSED))
        async with self._pool.acquire() as driver, driver.transaction():
            rows = await driver.fetch(
                "SELECT facts_id FROM films WHERE id = ANY($1) ORDER BY id FOR UPDATE", [keeper.film_id, other.film_id]
            )
            if {row["facts_id"] for row in rows} != {other.facts_id} or len(rows) < 2:
                return  # one of them has been matched otherwise meanwhile
            if found:
                found = replace(found, runners_up=(other.entry, *found.runners_up)[: matching.RUNNERS_UP])
                await catalogue.store_outcomes(driver, {other.film_id: found}, anew=True)
            else:
                await driver.execute("UPDATE films SET compared_at = now() WHERE id = $1", other.film_id)

    async def _own(self, film: Sharer) -> Found | None:
        """An entry that fits this film surely, and that nobody in a session with it claims better."""
        taken = {film.entry.subject}
        for _ in range(ENTRIES):
            found = await find_own(self._client, film.ref, taken)
            if found is None:
                return None
            entry = entry_of(found)
            async with self._pool.acquire() as driver:
                rivals = await sharing.find_holders(driver, film.film_id, entry)
            wanting = replace(film, entry=entry)
            if not rivals or sharing.sort_by_claim([wanting, *rivals])[0] is wanting:
                return found
            taken.add(entry.subject)
        return None


async def find_own(client: Client, ref: FilmRef, taken: Collection[Subject]) -> Found | None:
    """What is surely meant if it is none of the taken entries. Raises SourceError."""
    found = await lookup.look_up(client, ref, taken=taken)
    return found if isinstance(found, Found) and found.confidence >= matching.SURE else None


def are_namesakes(one: FilmRef, other: FilmRef) -> bool:
    """Whether two films bear one title and year, so that a move between their entries is a guess."""
    return one.year == other.year and titles.folded(one.title) == titles.folded(other.title)


def entry_of(found: Found) -> Candidate:
    """The entry that was found, as a search would have listed it."""
    facts = found.facts
    return Candidate(
        kind=facts.kind,
        tmdb_id=facts.tmdb_id,
        title=facts.title,
        original_title=facts.original_title,
        year=facts.release_date.year if facts.release_date else None,
        vote_count=facts.vote_count,
        popularity=facts.popularity,
    )
