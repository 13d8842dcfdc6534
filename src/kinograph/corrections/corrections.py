"""Match corrections: what a person says a film is, stored for all their sessions, at once where the facts are known."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films import questions
from kinograph.films.catalogue import REFERENCES_LOCK, LinkedFilmRef
from kinograph.films.models import FilmFacts, Source
from kinograph.films.questions import Asked
from kinograph.sessions import owners
from kinograph.sessions.models import Correction


async def choose_entry(db: AsyncConnection, owner_id: int, ref: LinkedFilmRef, asked: str) -> Asked | None:
    """Makes the entry that this question names the match. Where its facts are not known yet, TMDB is asked, and what
    held before holds until they have come."""
    await db.execute(select(func.pg_advisory_xact_lock_shared(REFERENCES_LOCK)))
    if facts_id := await _known(db, asked):
        await _store(db, owner_id, ref, answer="entry", facts_id=facts_id)
        return None
    # Anew, for an answer given before may have named facts that are gone, or that go by another name.
    asking = await questions.ask(db, [asked], anew=True)
    (question_id,) = asking.ids
    await db.execute(
        insert(Correction)
        .values(**_name(owner_id, ref), wanted_id=question_id)
        .on_conflict_do_update(index_elements=NAMED, set_={"wanted_id": question_id, "wanted_by_file": False})
    )
    return asking


async def choose_nothing(db: AsyncConnection, owner_id: int, ref: LinkedFilmRef) -> None:
    """It is no film on TMDB."""
    await _store(db, owner_id, ref, answer="nothing", facts_id=None)


async def undo_correction(db: AsyncConnection, owner_id: int, ref: LinkedFilmRef) -> None:
    """The automatic match holds again."""
    name = _name(owner_id, ref)
    await db.execute(
        update(Correction)
        # "IS NOT DISTINCT FROM" is no condition for an index.
        .where(*(getattr(Correction, key) == value for key, value in name.items()))
        .values(answer=None, facts_id=None, wanted_id=None, by_file=False, changed_at=func.clock_timestamp())
    )
    await owners.note_change(db, owner_id)


async def fulfill(db: AsyncConnection, question_id: int, facts_id: int) -> None:
    """The entry that these corrections wait for has come."""
    waiting = await db.scalars(
        update(Correction)
        .where(Correction.wanted_id == question_id)
        .values(
            answer="entry",
            facts_id=facts_id,
            wanted_id=None,
            by_file=Correction.wanted_by_file,
            changed_at=func.clock_timestamp(),
        )
        .returning(Correction.owner_id)
    )
    await owners.note_change(db, *waiting)


NAMED = ["owner_id", "letterboxd_id", "title", "year"]


def _name(owner_id: int, ref: LinkedFilmRef) -> dict[str, object]:
    linked = ref.letterboxd_id is not None
    return {
        "owner_id": owner_id,
        "letterboxd_id": ref.letterboxd_id,
        "title": None if linked else ref.title,
        "year": None if linked else ref.year,
    }


async def _store(db: AsyncConnection, owner_id: int, ref: LinkedFilmRef, *, answer: str, facts_id: int | None) -> None:
    values = {"answer": answer, "facts_id": facts_id, "wanted_id": None, "changed_at": func.clock_timestamp()}
    values |= {"by_file": False}
    await db.execute(
        insert(Correction)
        .values(**_name(owner_id, ref), **values)
        .on_conflict_do_update(index_elements=NAMED, set_=values)
    )
    await owners.note_change(db, owner_id)


async def _known(db: AsyncConnection, asked: str) -> int | None:
    what, _, named = asked.partition("/")
    facts = select(FilmFacts.id).where(FilmFacts.source == Source.TMDB)
    if what == "imdb":
        facts = facts.where(FilmFacts.imdb_id == named)
    else:
        facts = facts.where(FilmFacts.kind == what, FilmFacts.tmdb_id == int(named))
    facts_id: int | None = await db.scalar(facts.limit(1))
    return facts_id
