"""The films of a session as their owner looks them over: how each is matched, and what else it may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films import matching, questions
from kinograph.films.candidates import MediaType, Subject
from kinograph.films.folding import has_words
from kinograph.sessions.links import secure_link

Show = Literal["open", "mine", "all"]


@dataclass(frozen=True, slots=True)
class TmdbEntry:
    """A film or series at TMDB. Directors and runtime are known once its facts are."""

    kind: MediaType
    tmdb_id: int
    title: str
    original_title: str
    year: int | None
    poster_path: str | None
    is_known: bool = False
    directors: tuple[str, ...] = ()
    runtime_minutes: int | None = None

    @property
    def subject(self) -> Subject:
        return self.kind, self.tmdb_id

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.tmdb_id}"

    @property
    def address(self) -> str:
        return f"https://www.themoviedb.org/{self.name}"


@dataclass(frozen=True, slots=True)
class FilmWithMatch:
    """`state` is that of the match that holds: the owner's answer, else the automatic one."""

    n: int
    title: str
    year: int | None
    letterboxd_id: int | None
    uri: str
    watched: bool
    rating: float | None
    viewings: int
    state: str
    reason: str | None
    confidence: float | None
    answer: str | None
    wanted: str | None  # the question whose answer is waited for
    wanted_reason: str | None  # why there will be none
    match: TmdbEntry | None
    twin: str | None = None  # another film of the session with the same match, neither answered for this one
    is_namesake: bool = False  # another of the same name and year is matched otherwise, and which is which was guessed
    candidates: tuple[TmdbEntry, ...] = field(default=())

    @property
    def is_waiting(self) -> bool:
        return self.wanted is not None and self.wanted_reason is None

    @property
    def is_sure(self) -> bool:
        if self.state != "matched" or (self.answer is None and (self.twin or self.is_namesake)):
            return False
        return self.answer is not None or self.confidence is None or self.confidence >= matching.SURE


# Two joins for the two ways in which a correction names its film, as in session_matches.
FILMS = """
WITH mine AS MATERIALIZED (
    SELECT repairs.*, questions.asked, questions.reason AS wanted_reason
    FROM repairs LEFT JOIN questions ON questions.id = repairs.wanted_id WHERE owner_id = :owner_id
), seen AS MATERIALIZED (
    SELECT film_n, count(*) AS viewings FROM viewings WHERE session_id = :session_id GROUP BY film_n
), listed AS (
    SELECT sf.n, films.title, films.year, films.letterboxd_id, sf.uri, sf.watched, sf.rating,
           coalesce(seen.viewings, 0) AS viewings,
           coalesce(CASE repair.answer WHEN 'entry' THEN 'matched' WHEN 'nothing' THEN 'unmatched' END, films.state)
               AS state,
           CASE WHEN repair.answer IS NULL THEN films.facts_id ELSE repair.facts_id END AS facts_id,
           films.reason, films.confidence, films.runners_up, films.facts_id AS automatic_id,
           repair.answer, repair.asked AS wanted, repair.wanted_reason,
           repair.wanted_reason IS NOT NULL OR (
               repair.answer IS NULL AND (
                   films.state IN ('unmatched', 'failed') OR films.confidence < :sure OR repair.asked IS NOT NULL
               )
           ) AS is_doubted,
           repair.answer IS NOT NULL OR (repair.asked IS NOT NULL AND repair.wanted_reason IS NULL) AS is_mine
    FROM session_films sf
    JOIN films ON films.id = sf.film_id
    LEFT JOIN seen ON seen.film_n = sf.n
    LEFT JOIN mine by_link ON by_link.letterboxd_id = films.letterboxd_id
    LEFT JOIN mine by_title ON films.letterboxd_id IS NULL AND by_title.title = films.title
         AND by_title.year IS NOT DISTINCT FROM films.year
    CROSS JOIN LATERAL (
        SELECT coalesce(by_link.answer, by_title.answer) AS answer,
               coalesce(by_link.facts_id, by_title.facts_id) AS facts_id,
               coalesce(by_link.asked, by_title.asked) AS asked,
               coalesce(by_link.wanted_reason, by_title.wanted_reason) AS wanted_reason
    ) repair
    WHERE sf.session_id = :session_id
), compared AS (
    SELECT listed.*,
           CASE WHEN facts_id IS NOT NULL AND answer IS NULL
                THEN coalesce(lag(named) OVER same_match, lead(named) OVER same_match) END AS twin,
           state = 'matched' AND answer IS NULL
               AND count(*) FILTER (WHERE answer IS NULL AND state = 'matched') OVER same_name > 1 AS is_namesake
    FROM (SELECT listed.*, title || coalesce(' (' || year || ')', '') AS named FROM listed) listed
    WINDOW same_match AS (PARTITION BY facts_id ORDER BY n), same_name AS (PARTITION BY lower(title), year)
), looked_over AS (
    SELECT *, is_doubted OR twin IS NOT NULL OR is_namesake AS is_open FROM compared
)
"""
PAGE = text(
    FILMS  # noqa: S608 - our own text
    + """
    SELECT * FROM looked_over
    WHERE n = coalesce(CAST(:n AS int), n)
      AND (:show = 'all' OR CASE :show WHEN 'open' THEN is_open ELSE is_mine END)
      AND (CAST(:titled AS int[]) IS NULL OR n = ANY(CAST(:titled AS int[])))
    ORDER BY watched DESC, viewings DESC, rating DESC NULLS LAST, n LIMIT :limit OFFSET :skip
    """
)
COUNTS = text(
    FILMS  # noqa: S608 - our own text
    + """
    SELECT count(*) FILTER (WHERE is_open) AS open, count(*) FILTER (WHERE is_mine) AS mine, count(*) AS "all",
           count(*) FILTER (WHERE state = 'pending') AS pending,
           count(*) FILTER (WHERE watched) AS watched
    FROM looked_over
    """
)
TITLES = text(
    "SELECT sf.n, films.title, facts.original_title FROM session_films sf JOIN films ON films.id = sf.film_id"
    " LEFT JOIN film_facts facts ON facts.id = films.facts_id WHERE sf.session_id = :session_id"
)
FACTS = text(
    """
    SELECT id, kind, tmdb_id, title, original_title, extract(year FROM release_date)::int AS year, poster_path,
           runtime_minutes,
           ARRAY(
               SELECT name FROM unnest(directors) WITH ORDINALITY d(id, n) JOIN people USING (id) ORDER BY d.n LIMIT 3
           ) AS directors
    FROM film_facts
    WHERE id = ANY(:ids) OR (source = 'tmdb' AND kind = 'movie' AND tmdb_id = ANY(:films))
       OR (source = 'tmdb' AND kind = 'tv' AND tmdb_id = ANY(:series))
    """
)


@dataclass(frozen=True, slots=True)
class Counts:
    open: int
    mine: int
    all: int
    pending: int  # nobody has looked them up so far
    watched: int


async def find_titled(db: AsyncConnection, session_id: UUID, title: str) -> list[int]:
    """The films with every word of it in their title, at Letterboxd or the original one, as the table of films finds
    them."""
    rows = (await db.execute(TITLES, {"session_id": session_id})).all()
    schema = {"n": pl.Int32, "title": pl.String, "original_title": pl.String}
    titles = pl.DataFrame([tuple(row) for row in rows], schema, orient="row")
    both = pl.concat_str("title", "original_title", separator=" ", ignore_nulls=True)
    return titles.filter(has_words(both, title))["n"].to_list()


async def count_films(db: AsyncConnection, session_id: UUID, owner_id: int) -> Counts:
    row = await db.execute(COUNTS, _asked(session_id, owner_id))
    return Counts(**row.one()._mapping)


async def list_films(
    db: AsyncConnection,
    session_id: UUID,
    owner_id: int,
    *,
    show: Show = "open",
    titled: Collection[int] | None = None,
    n: int | None = None,
    limit: int | None = None,
    skip: int = 0,
) -> list[FilmWithMatch]:
    """Watched films first, then those seen most often, then the best rated. `open` ones are unmatched, failed, unsure,
    waited for, or share their match with another; `mine` are those the owner has answered. `titled` are the only ones
    to be listed, by their numbers."""
    only = None if titled is None else list(titled)
    asked = _asked(session_id, owner_id) | {"show": show, "titled": only, "n": n, "limit": limit, "skip": skip}
    rows = (await db.execute(PAGE, asked)).all()
    found = [candidate for row in rows for candidate in row.runners_up]
    known = await _known(
        db,
        [facts_id for row in rows for facts_id in (row.facts_id, row.automatic_id) if facts_id],
        [(candidate["kind"], candidate["tmdb_id"]) for candidate in found],
    )
    return [_film(row, known) for row in rows]


async def read_entries(db: AsyncConnection, found: Sequence[dict[str, Any]]) -> list[TmdbEntry]:
    """Candidates as they are stored, with what the facts add where these are known."""
    known = await _known(db, [], [(each["kind"], each["tmdb_id"]) for each in found])
    return [entry for each in found if (entry := _entry(each, known))]


def list_unknown(candidates: Iterable[TmdbEntry | None]) -> list[str]:
    """The questions that bring the facts still missing."""
    return [questions.entry_question(*entry.subject) for entry in candidates if entry and not entry.is_known]


def _asked(session_id: UUID, owner_id: int) -> dict[str, Any]:
    return {"session_id": session_id, "owner_id": owner_id, "sure": matching.SURE}


@dataclass(frozen=True, slots=True)
class KnownEntries:
    by_id: dict[int, TmdbEntry]
    by_subject: dict[Subject, TmdbEntry]


async def _known(db: AsyncConnection, ids: Collection[int], subjects: Collection[Subject]) -> KnownEntries:
    numbers = {kind: [number for each, number in subjects if each == kind] for kind in ("movie", "tv")}
    rows = await db.execute(FACTS, {"ids": list(ids), "films": numbers["movie"], "series": numbers["tv"]})
    by_id = {
        row.id: TmdbEntry(
            row.kind,
            row.tmdb_id,
            row.title,
            row.original_title,
            row.year,
            row.poster_path,
            is_known=True,
            directors=tuple(row.directors),
            runtime_minutes=row.runtime_minutes,
        )
        for row in rows
    }
    return KnownEntries(by_id, {entry.subject: entry for entry in by_id.values()})


def _film(row: Any, known: KnownEntries) -> FilmWithMatch:
    match = known.by_id.get(row.facts_id)
    others = [known.by_id.get(row.automatic_id), *(_entry(each, known) for each in row.runners_up)]
    candidates = {
        entry.subject: entry for entry in others if entry and (match is None or entry.subject != match.subject)
    }
    return FilmWithMatch(
        n=row.n,
        title=row.title,
        year=row.year,
        letterboxd_id=row.letterboxd_id,
        uri=secure_link(row.uri),  # a stranger's text: it could be a javascript: one
        watched=row.watched,
        rating=row.rating,
        viewings=row.viewings,
        state=row.state,
        reason=row.reason,
        confidence=row.confidence,
        answer=row.answer,
        wanted=row.wanted,
        wanted_reason=row.wanted_reason,
        match=match,
        twin=row.twin,
        is_namesake=row.is_namesake,
        candidates=tuple(candidates.values()),
    )


def _entry(candidate: dict[str, Any], known: KnownEntries) -> TmdbEntry | None:
    """None for an entry of which nothing but its number is known."""
    found = known.by_subject.get((candidate["kind"], candidate["tmdb_id"]))
    if found or "title" not in candidate:
        return found
    names = ("kind", "tmdb_id", "title", "original_title", "year", "poster_path")
    return TmdbEntry(**{name: candidate[name] for name in names})
