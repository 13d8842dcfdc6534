"""What became of every row that was sent: for the owner, who can then trust the numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.i18n import Sentence
from kinograph.sessions.models import Session

AT_ONCE = 20
"""So many films on one day were not watched that day but ticked or logged in one go. A festival day has six, a night of
shorts a dozen."""

NAMED = 200  # films named in each part; the counts are whole


class FileReport(BaseModel):
    path: str
    kind: str
    rows: int = Field(description="Rows read.")
    skipped: int


class Skipped(BaseModel):
    file: str
    line: int | None = Field(description="Line of the file; null where it is about the file as a whole.")
    sentence: str = Field(description="What was expected.")


class NamedFilm(BaseModel):
    title: str
    year: int | None
    letterboxd_uri: str


class Films(BaseModel):
    count: int
    films: list[NamedFilm] = Field(description=f"The first {NAMED}.")


class Day(BaseModel):
    day: date
    films: int


class Report(BaseModel):
    files: list[FileReport]
    skipped: list[Skipped]
    unread: list[str] = Field(
        description="Files that came along and were never opened: the profile, comments, what was deleted,"
        " and what is none of Letterboxd's; the first 1,000."
    )
    warnings: list[str]
    undated: Films = Field(description="Watched, but in no diary entry: in no chart over time.")
    ticked_at_once: list[Day] = Field(
        description=f"Days on which {AT_ONCE} or more films were marked as watched. Charts never use these days."
    )
    logged_at_once: list[Day] = Field(
        description=f"Viewing days with {AT_ONCE} or more diary entries. No chart over time, year or week has them."
    )
    unmatched: Films = Field(description="Watched films that TMDB does not have, or gave no answer for.")


async def report_reading(db: AsyncConnection, session_id: UUID) -> Report:
    session = (
        await db.execute(
            select(Session.files, Session.problems, Session.unread, Session.warnings).where(Session.id == session_id)
        )
    ).one()
    return Report(
        files=[FileReport(**file) for file in session.files],
        skipped=[
            Skipped(file=problem["file"], line=problem["line"], sentence=str(Sentence.restored(problem["sentence"])))
            for problem in session.problems
        ],
        unread=[file["path"] for file in session.unread],
        warnings=[str(Sentence.restored(warning)) for warning in session.warnings],
        undated=await _films(db, session_id, "seen.film_n IS NULL"),
        ticked_at_once=await _days(
            db, session_id, "SELECT marked_on AS day FROM session_films WHERE session_id = :id AND watched"
        ),
        logged_at_once=await _days(db, session_id, "SELECT watched_on AS day FROM viewings WHERE session_id = :id"),
        unmatched=await _films(db, session_id, "state IN ('unmatched', 'failed')"),
    )


async def _films(db: AsyncConnection, session_id: UUID, condition: str) -> Films:
    rows = await db.execute(
        text(  # the condition is one of ours
            "SELECT title, year, uri AS letterboxd_uri, count(*) OVER () AS total FROM session_matches"  # noqa: S608
            " LEFT JOIN (SELECT DISTINCT film_n FROM viewings WHERE session_id = :id) seen ON seen.film_n = n"
            f" WHERE session_id = :id AND watched AND {condition} ORDER BY n LIMIT {NAMED}"
        ),
        {"id": session_id},
    )
    found = rows.mappings().all()
    return Films(count=found[0]["total"] if found else 0, films=[NamedFilm(**film) for film in found])


async def _days(db: AsyncConnection, session_id: UUID, days: str) -> list[Day]:
    rows = await db.execute(
        text(
            f"SELECT day, count(*) AS films FROM ({days}) days WHERE day IS NOT NULL"  # noqa: S608 - ours
            " GROUP BY day HAVING count(*) >= :least ORDER BY day"
        ),
        {"id": session_id, "least": AT_ONCE},
    )
    return [Day(**row) for row in rows.mappings()]
