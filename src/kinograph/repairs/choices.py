"""What a person says a film is: stored for all their sessions, at once where the facts are known."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films import questions
from kinograph.films.catalogue import REFERENCES_LOCK
from kinograph.films.models import FilmFacts, Source
from kinograph.films.questions import Asked
from kinograph.sessions.models import Repair


class Claim(Protocol):
    """A film as the export names it."""

    @property
    def title(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def letterboxd_id(self) -> int | None: ...


async def choose(db: AsyncConnection, owner_id: int, claim: Claim, asked: str) -> Asked | None:
    """Makes the entry that this question names the match. Where its facts are not known yet, TMDB is asked, and what
    held before holds until they have come."""
    await db.execute(select(func.pg_advisory_xact_lock_shared(REFERENCES_LOCK)))
    if facts_id := await _known(db, asked):
        await _store(db, owner_id, claim, answer="entry", facts_id=facts_id)
        return None
    # Anew, for an answer given before may have named facts that are gone, or that go by another name.
    asking = await questions.ask(db, [asked], anew=True)
    (question_id,) = asking.ids
    await db.execute(
        insert(Repair)
        .values(**_name(owner_id, claim), wanted_id=question_id)
        .on_conflict_do_update(index_elements=NAMED, set_={"wanted_id": question_id})
    )
    return asking


async def choose_nothing(db: AsyncConnection, owner_id: int, claim: Claim) -> None:
    """It is no film on TMDB."""
    await _store(db, owner_id, claim, answer="nothing", facts_id=None)


async def undo(db: AsyncConnection, owner_id: int, claim: Claim) -> None:
    """The automatic match holds again."""
    name = _name(owner_id, claim)
    await db.execute(
        update(Repair)
        .where(*(getattr(Repair, key).is_not_distinct_from(value) for key, value in name.items()))
        .values(answer=None, facts_id=None, wanted_id=None, changed_at=func.clock_timestamp())
    )


async def fulfil(db: AsyncConnection, question_id: int, facts_id: int) -> None:
    """The entry that these repairs wait for has come."""
    await db.execute(
        update(Repair)
        .where(Repair.wanted_id == question_id)
        .values(answer="entry", facts_id=facts_id, wanted_id=None, changed_at=func.clock_timestamp())
    )


NAMED = ["owner_id", "letterboxd_id", "title", "year"]


def _name(owner_id: int, claim: Claim) -> dict[str, object]:
    linked = claim.letterboxd_id is not None
    return {
        "owner_id": owner_id,
        "letterboxd_id": claim.letterboxd_id,
        "title": None if linked else claim.title,
        "year": None if linked else claim.year,
    }


async def _store(db: AsyncConnection, owner_id: int, claim: Claim, *, answer: str, facts_id: int | None) -> None:
    values = {"answer": answer, "facts_id": facts_id, "wanted_id": None, "changed_at": func.clock_timestamp()}
    await db.execute(
        insert(Repair)
        .values(**_name(owner_id, claim), **values)
        .on_conflict_do_update(index_elements=NAMED, set_=values)
    )


async def _known(db: AsyncConnection, asked: str) -> int | None:
    what, _, named = asked.partition("/")
    facts = select(FilmFacts.id).where(FilmFacts.source == Source.TMDB)
    if what == "imdb":
        facts = facts.where(FilmFacts.imdb_id == named)
    else:
        facts = facts.where(FilmFacts.kind == what, FilmFacts.tmdb_id == int(named))
    facts_id: int | None = await db.scalar(facts.limit(1))
    return facts_id
