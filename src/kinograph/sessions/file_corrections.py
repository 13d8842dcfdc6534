"""Corrections that come with a file: they hold for who sent it, and are no votes on what films are for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films import questions
from kinograph.films.catalogue import REFERENCES_LOCK
from kinograph.films.models import FilmFacts, Question, Source
from kinograph.sessions import owners
from kinograph.sessions.exported import Export

MOST_ASKED = 1_000  # entries that TMDB has to be asked for; more are left out
PRIORITY = -50_000_000  # of these questions, for which nobody sits and waits: below the watched films of everybody

# What its owner has said by hand, or waits for, stays.
STORE = text(
    """
    INSERT INTO repairs (owner_id, letterboxd_id, title, year, answer, facts_id, wanted_id, by_file, wanted_by_file)
    SELECT :owner_id, letterboxd_id, title, year, answer, facts_id, wanted_id, answer IS NOT NULL, wanted_id IS NOT NULL
    FROM unnest(
        CAST(:letterboxd_ids AS bigint[]), CAST(:titles AS text[]), CAST(:years AS smallint[]),
        CAST(:answers AS text[]), CAST(:facts_ids AS bigint[]), CAST(:wanted_ids AS bigint[])
    ) told(letterboxd_id, title, year, answer, facts_id, wanted_id)
    ORDER BY letterboxd_id, title, year
    ON CONFLICT (owner_id, letterboxd_id, title, year) DO UPDATE
    SET answer = excluded.answer, facts_id = excluded.facts_id, wanted_id = excluded.wanted_id,
        by_file = excluded.by_file, wanted_by_file = excluded.wanted_by_file, changed_at = clock_timestamp()
    WHERE repairs.answer IS NULL AND repairs.wanted_id IS NULL
    """
)


async def store_corrections(db: AsyncConnection, read: Export, *, owner_id: int) -> None:
    """Those of entries whose facts are known hold at once, the others when TMDB has told them."""
    told = _by_name(read)
    if not told:
        return
    await db.execute(select(func.pg_advisory_xact_lock_shared(REFERENCES_LOCK)))
    facts = await _find_known(db, {entry for entry in told.values() if entry})
    unknown = sorted({entry for entry in told.values() if entry} - facts.keys())[:MOST_ASKED]
    asked = await _ask(db, unknown)
    rows = [
        (
            *name,
            "entry" if entry in facts else None if entry else "nothing",
            facts.get(entry or ""),
            asked.get(entry or ""),
        )
        for name, entry in told.items()
        if entry is None or entry in facts or entry in asked
    ]
    names = ("letterboxd_ids", "titles", "years", "answers", "facts_ids", "wanted_ids")
    await db.execute(STORE, {"owner_id": owner_id} | dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    await owners.note_change(db, owner_id)


def _by_name(read: Export) -> dict[tuple[int | None, str | None, int | None], str | None]:
    """The last that is said of each film, as corrections name it: by Letterboxd's number, else by title and year."""
    told: dict[tuple[int | None, str | None, int | None], str | None] = {}
    for correction in read.corrections:
        film = read.films[correction.film]
        linked = film.letterboxd_id is not None
        told[film.letterboxd_id, None if linked else film.title, None if linked else film.year] = correction.entry
    return told


async def _find_known(db: AsyncConnection, entries: set[str]) -> dict[str, int]:
    """The facts there are, by the entry they are of."""
    numbered = [(kind, int(named)) for kind, _, named in (entry.partition("/") for entry in entries) if kind != "imdb"]
    imdb = [entry.removeprefix("imdb/") for entry in entries if entry.startswith("imdb/")]
    of_tmdb = select(FilmFacts.id, FilmFacts.kind, FilmFacts.tmdb_id, FilmFacts.imdb_id).where(
        FilmFacts.source == Source.TMDB
    )
    found: dict[str, int] = {}
    for row in await db.execute(of_tmdb.where(tuple_(FilmFacts.kind, FilmFacts.tmdb_id).in_(numbered))):
        found[f"{row.kind}/{row.tmdb_id}"] = row.id
    for row in await db.execute(of_tmdb.where(FilmFacts.imdb_id.in_(imdb))):
        found[f"imdb/{row.imdb_id}"] = row.id
    return found


async def _ask(db: AsyncConnection, entries: Sequence[str]) -> dict[str, int]:
    """The questions whose answers are waited for."""
    if not entries:
        return {}
    await questions.ask(db, entries, anew=True, priority=PRIORITY)
    rows: Any = await db.execute(select(Question.asked, Question.id).where(Question.asked.in_(entries)))
    return {row.asked: row.id for row in rows}
