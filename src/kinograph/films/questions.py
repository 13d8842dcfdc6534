"""What a person wants TMDB asked: a search in their own words, one entry, or what somebody has worked on.

TMDB counts requests by address, and the worker keeps the pace; so no page asks TMDB itself. A question is a row and a
job before all look-ups, since somebody sits and waits. Whoever asks the same shares the answer.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import asyncpg
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.database import raw
from kinograph.errors import SourceError
from kinograph.films import catalogue, filmographies, matching
from kinograph.films.candidates import Candidate, FilmRef, MediaType
from kinograph.films.facts import Facts
from kinograph.films.filmographies import Listed
from kinograph.films.models import Question, Source
from kinograph.films.tasks import Retries
from kinograph.films.tmdb import Client, KeyRefused, NotFoundAtSource

log = logging.getLogger(__name__)

ENTRYPOINT = "answer_question"
PRIORITY = 1_000  # look-ups have 0 at most
SHOWN = 12  # results of a search
LOOKED_AT_SECONDS = 0.1
Found = Facts | Listed | list[Candidate]
YEAR_AT_END = re.compile(r"(?P<title>.+?)\s+\(?(?P<year>(?:18|19|20)\d\d)\)?")


def search_question(query: str) -> str:
    """How a search in a person's own words is asked; the same for whoever asks alike."""
    return f"search/{' '.join(query.replace(chr(0), ' ').split()).casefold()}"  # PostgreSQL refuses NUL


def entry_question(kind: MediaType, tmdb_id: int) -> str:
    """How the facts of one entry are asked for."""
    return f"{kind}/{tmdb_id}"


def imdb_question(imdb_id: str) -> str:
    """How the entry that bears an IMDb id (tt0123456) is asked for."""
    return f"imdb/{imdb_id}"


def person_question(person_id: int) -> str:
    """How what somebody has worked on is asked for."""
    return f"person/{person_id}"


@dataclass(frozen=True, slots=True)
class Asked:
    ids: list[int]
    fresh: int
    """How many of them TMDB has to be asked for anew."""


async def ask(db: AsyncConnection, asked: Collection[str], *, anew: bool = False, priority: int = PRIORITY) -> Asked:
    """Makes a job for each of these questions that has no answer yet. An answer holds for ten minutes, a failure for
    ten seconds; then the question is open again, or at once where it is asked `anew` and was answered. What has no
    answer and is asked already keeps the `priority` it has."""
    wanted = sorted(set(asked))
    # A question that is being answered stays locked until the caller commits: its answer then finds the caller's rows.
    fresh = await db.execute(
        text(
            "INSERT INTO questions (asked) SELECT unnest(CAST(:asked AS text[]))"
            " ON CONFLICT (asked) DO UPDATE SET asked_at = now(), answered_at = NULL, found = '[]', reason = NULL"
            " WHERE (:anew AND questions.answered_at IS NOT NULL AND questions.reason IS NULL)"
            " OR questions.answered_at"
            " < now() - make_interval(secs => CASE questions.reason WHEN 'unavailable' THEN 10 ELSE 600 END)"
        ),
        {"asked": wanted, "anew": anew},
    )
    rows = (await db.execute(select(Question.id, Question.answered_at).where(Question.asked.in_(wanted)))).all()
    await _enqueue(await raw(db), [row.id for row in rows if row.answered_at is None], priority)
    return Asked([row.id for row in rows], fresh.rowcount)


async def enqueue_open_questions(driver: asyncpg.Connection) -> None:
    """A job for every open question that has none."""
    rows = await driver.fetch(
        "SELECT id FROM questions WHERE answered_at IS NULL AND NOT EXISTS"
        " (SELECT FROM pgqueuer WHERE dedupe_key = 'question:' || questions.id AND status IN ('queued', 'picked'))"
    )
    await _enqueue(driver, [row["id"] for row in rows], PRIORITY)


async def delete_old_questions(db: AsyncConnection) -> None:
    """Deletes questions a day old, but for those whose answer somebody's correction still waits for."""
    await db.execute(
        text(
            "DELETE FROM questions WHERE coalesce(answered_at, asked_at) < now() - interval '1 day' AND NOT"
            " (answered_at IS NULL AND EXISTS (SELECT FROM repairs WHERE wanted_id = questions.id))"
        )
    )


async def wait_for_answers(engine: AsyncEngine, ids: Collection[int], *, within: float) -> bool:
    """Waits until all of them are, no longer than so many seconds. Holds no connection meanwhile."""
    ends = time.monotonic() + within
    open_ones = select(func.count()).where(Question.id.in_(ids), Question.answered_at.is_(None))
    while True:
        async with engine.connect() as db:
            if not await db.scalar(open_ones):
                return True
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(LOOKED_AT_SECONDS)


async def _enqueue(driver: asyncpg.Connection, ids: Sequence[int], priority: int) -> None:
    if ids:
        await Queries.from_asyncpg_connection(driver).enqueue(
            [ENTRYPOINT] * len(ids),
            [str(question).encode() for question in ids],
            [priority] * len(ids),
            dedupe_key=[f"question:{question}" for question in ids],
            on_conflict="skip",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The handler of a question's job. `then` is told, in the transaction that stores an entry's facts, which question
    they answer and their id."""

    engine: AsyncEngine
    client: Client
    key_refused: asyncio.Event
    retries: Retries
    then: Callable[[AsyncConnection, int, int], Awaitable[None]]

    async def __call__(self, job: Job) -> None:
        question_id = int(job.payload or b"0")
        try:
            if asked := await self._asked(question_id):
                await self._answer(question_id, asked, job.attempts)
        except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise RetryRequested(self.retries.delay(job.attempts), type(error).__name__) from error

    async def _answer(self, question_id: int, asked: str, attempts: int) -> None:
        try:
            found = await _look_up(self.client, asked)
        except KeyRefused as error:
            self.key_refused.set()
            raise RetryRequested(timedelta(seconds=1), "the key was refused") from error
        except NotFoundAtSource:
            await self._close(question_id, reason="not_found")
        except SourceError as error:
            if not error.permanent and attempts < self.retries.attempts:
                raise RetryRequested(self.retries.delay(attempts), str(error)) from error
            await self._close(question_id, reason="unavailable")
        except Exception:
            # A bug in our own code must not be met again every minute.
            log.exception("question %d failed", question_id)
            await self._close(question_id, reason="unavailable")
        else:
            await self._store(question_id, asked, found)

    async def _asked(self, question_id: int) -> str | None:
        """None when it is answered already."""
        async with self.engine.connect() as db:
            asked: str | None = await db.scalar(
                select(Question.asked).where(Question.id == question_id, Question.answered_at.is_(None))
            )
        return asked

    async def _store(self, question_id: int, asked: str, found: Found) -> None:
        if isinstance(found, list):
            await self._close(question_id, found=found)
            return
        async with self.engine.begin() as db:
            if isinstance(found, Listed):
                await filmographies.store(db, int(asked.partition("/")[2]), found)
                await _write(db, question_id, [], None)
                return
            await _write(db, question_id, [{"kind": found.kind, "tmdb_id": found.tmdb_id}], None)
            await self.then(db, question_id, await catalogue.store_facts(db, found, source=Source.TMDB))

    async def _close(self, question_id: int, *, found: Sequence[Candidate] = (), reason: str | None = None) -> None:
        async with self.engine.begin() as db:
            await _write(db, question_id, [asdict(candidate) for candidate in found], reason)


async def _write(db: AsyncConnection, question_id: int, found: list[dict[str, object]], reason: str | None) -> None:
    await db.execute(
        update(Question)
        .where(Question.id == question_id)
        .values(answered_at=func.clock_timestamp(), found=found, reason=reason)
    )


async def _look_up(client: Client, asked: str) -> Found:
    what, _, named = asked.partition("/")
    if what == "person":
        return await client.credits(int(named))
    return await _search(client, named) if what == "search" else await _entry(client, what, named)


async def _search(client: Client, query: str) -> list[Candidate]:
    """Films and series. A year at the end is part of a title to TMDB; where none has it, it is taken for a year."""
    found = await _both(client, query, None)
    if not found and (dated := YEAR_AT_END.fullmatch(query)):
        query = dated["title"]
        found = await _both(client, query, int(dated["year"]))
    ref = FilmRef(query, None)
    found.sort(key=lambda candidate: (matching.fit_of_title(ref, candidate) is None, -candidate.audience))
    return found[:SHOWN]


async def _both(client: Client, query: str, year: int | None) -> list[Candidate]:
    # At once: one after the other, each would wait for its turn behind the look-ups under way.
    films, series = await asyncio.gather(
        client.search_movies(query, year=year), client.search_tv(query, first_air_date_year=year)
    )
    return [*films.candidates, *series.candidates]


async def _entry(client: Client, what: str, named: str) -> Facts:
    if what == "imdb":
        found = await client.find(named)
        if found is None:
            raise NotFoundAtSource("find: not found")
        what, named = found.kind, str(found.tmdb_id)
    details = await (client.movie if what == "movie" else client.tv)(int(named))
    return details.facts
