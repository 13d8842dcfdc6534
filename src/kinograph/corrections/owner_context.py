"""An owner at work on the films of a session: what the pages and the API both do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.corrections import corrections, links, queries
from kinograph.corrections.queries import FilmWithMatch, TmdbEntry
from kinograph.errors import AppError, NotFound
from kinograph.films import questions
from kinograph.films.models import Question
from kinograph.films.questions import Asked
from kinograph.i18n import gettext_noop
from kinograph.sessions import owners, throttle
from kinograph.sessions.access import NotYours, ProgressCacheOf, ProgressOf
from kinograph.sessions.progress_cache import ProgressCache
from kinograph.sessions.throttle import Throttle, TooMany

PATIENCE = 4.0  # seconds that an answer waits for TMDB; later ones are waited for by the page
DETAILED = 6  # candidates of a search whose directors and runtimes are asked for
LONGEST_QUERY = 200
LARGEST = 2**31 - 1  # a film's number, as PostgreSQL stores it

# In ten minutes. All of them together are a few in a hundred of what TMDB allows.
QUESTIONS_OF_OWNER = 300
QUESTIONS_OF_ADDRESS = 900


class NotIdentified(AppError):
    status = 401
    sentence = gettext_noop(
        "Only the owner can do this. Send the owner_token from the upload's answer as a bearer token."
    )


class FilmNotFound(NotFound):
    sentence = gettext_noop("There is no such film in this session.")


class TooManyQuestions(TooMany):
    sentence = gettext_noop("Too many searches. Try again in %(minutes)s min.")


@dataclass(frozen=True, slots=True)
class Throttles:
    """How much an owner, and an address, may ask TMDB."""

    of_owner: Throttle
    of_address: Throttle

    @classmethod
    def make(cls) -> Throttles:
        return cls(
            Throttle("questions of owner", most=QUESTIONS_OF_OWNER, refusal=TooManyQuestions),
            Throttle("questions of address", most=QUESTIONS_OF_ADDRESS, refusal=TooManyQuestions),
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """What a film may be. `is_waiting` while TMDB has not told all of it."""

    film: FilmWithMatch
    candidates: tuple[TmdbEntry, ...]
    is_waiting: bool
    query: str | None = None
    failed: bool = False
    """The search came to nothing because TMDB could not be asked."""


@dataclass(frozen=True, slots=True)
class OwnerContext:
    """An owner with the session whose matches they correct. Each change is a transaction of its own."""

    engine: AsyncEngine
    cache: ProgressCache
    throttles: Throttles
    session_id: UUID
    owner_id: int
    address: str
    key_state: str | None

    async def find_film(self, n: int) -> FilmWithMatch:
        async with self.engine.connect() as db:
            return await self._read_film(db, n)

    async def choose_entry(self, n: int, asked: str) -> FilmWithMatch:
        """Makes the entry behind this question the film's match, and waits a moment for its facts."""
        async with self.engine.begin() as db:
            asking = await corrections.choose_entry(db, self.owner_id, await self._read_film(db, n), asked)
            if asking:
                await self._count_questions(db, asking)
        if asking:
            await self._await_answers(asking, within=PATIENCE)
        return await self._reread_film(n)

    async def choose_nothing(self, n: int) -> FilmWithMatch:
        async with self.engine.begin() as db:
            await corrections.choose_nothing(db, self.owner_id, await self._read_film(db, n))
        return await self._reread_film(n)

    async def undo_correction(self, n: int) -> FilmWithMatch:
        async with self.engine.begin() as db:
            await corrections.undo_correction(db, self.owner_id, await self._read_film(db, n))
        return await self._reread_film(n)

    async def offer_candidates(self, n: int) -> Offered:
        """What the look-up found besides. What is told of an entry only by its details is asked for."""
        film = await self.find_film(n)
        is_complete = True
        if missing := queries.list_unknown((film.match, *film.candidates)):
            is_complete = await self.ask_details(missing)
            film = await self.find_film(n)
        return Offered(film, film.candidates, is_waiting=film.is_waiting or not is_complete)

    async def search_tmdb(self, n: int, query: str) -> Offered:
        """What TMDB finds in the person's own words; a link pasted there is as good."""
        film = await self.find_film(n)
        query = query.replace("\0", "")
        asked = links.find_question(query) or questions.search_question(query[:LONGEST_QUERY])
        async with self.engine.begin() as db:
            asking = await questions.ask(db, [asked])
            await self._count_questions(db, asking)
        ends = time.monotonic() + PATIENCE
        if not await self._await_answers(asking, within=PATIENCE):
            return Offered(film, (), is_waiting=True, query=query)
        found, failed = await self._read_answer(asked)
        is_complete = True
        if missing := queries.list_unknown(found[:DETAILED]):
            is_complete = await self.ask_details(missing, within=max(0.0, ends - time.monotonic()))
            found, failed = await self._read_answer(asked)
        return Offered(film, tuple(found), is_waiting=not is_complete, query=query, failed=failed)

    async def ask_details(self, entries: Sequence[str], *, within: float = PATIENCE) -> bool:
        """Asks for the details of entries. False where they are still to come: directors and runtimes are a courtesy,
        and not waited for without a key or beyond what one may ask."""
        if not self.has_key:
            return True
        try:
            async with self.engine.begin() as db:
                asking = await questions.ask(db, entries)
                await self._count_questions(db, asking)
        except TooManyQuestions:
            return True
        return await self._await_answers(asking, within=within)

    @property
    def has_key(self) -> bool:
        return self.key_state not in ("no_key", "bad_key")

    async def _read_film(self, db: AsyncConnection, n: int) -> FilmWithMatch:
        fits = 0 <= n <= LARGEST
        found = await queries.list_films(db, self.session_id, self.owner_id, show="all", n=n) if fits else []
        if not found:
            raise FilmNotFound
        return found[0]

    async def _reread_film(self, n: int) -> FilmWithMatch:
        self.cache.forget(self.session_id)
        return await self.find_film(n)

    async def _read_answer(self, asked: str) -> tuple[list[TmdbEntry], bool]:
        async with self.engine.connect() as db:
            row = (await db.execute(select(Question.found, Question.reason).where(Question.asked == asked))).one()
            return await queries.read_entries(db, row.found), row.reason == "unavailable"

    async def _await_answers(self, asking: Asked, *, within: float) -> bool:
        return await questions.wait_for_answers(self.engine, asking.ids, within=within if self.has_key else 0)

    async def _count_questions(self, db: AsyncConnection, asking: Asked) -> None:
        if asking.fresh:
            await self.throttles.of_owner.pass_or_refuse(db, str(self.owner_id), times=asking.fresh)
            await self.throttles.of_address.pass_or_refuse(db, self.address, times=asking.fresh)


async def _find_owner(request: Request, progress: ProgressOf, cache: ProgressCacheOf) -> OwnerContext:
    """The owner's alone: 401 to a program that does not say who it is, 403 to everybody else."""
    state = request.app.state
    if owners.read_credential(request) is None and request.url.path.startswith("/api/"):
        raise NotIdentified
    async with state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
    if holder is None or progress.owner_id != holder.id:
        raise NotYours
    return OwnerContext(
        engine=state.engine,
        cache=cache,
        throttles=state.questions,
        session_id=progress.session_id,
        owner_id=holder.id,
        address=throttle.find_sender(request.scope),
        key_state=progress.key_state,
    )


OwnerContextOf = Annotated[OwnerContext, Depends(_find_owner)]
