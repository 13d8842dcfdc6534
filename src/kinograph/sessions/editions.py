"""The exports of one member over time: the same one sent again, and a newer one beside the older."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions import kinship
from kinograph.sessions.export import READER, Export
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.models import Session

FIRST_READER = 1
FIRST_TOLD = ("films", "watched", "ratings", "viewings", "reviews", "likes", "watchlist", "lists")


class Sent(NamedTuple):
    """A session of what was sent before; `is_current` unless an older reader read it, which may have read less."""

    session_id: UUID
    is_current: bool


async def same(db: AsyncConnection, read: Export, *, owner_id: int) -> Sent | None:
    """The session this owner has of the very same export."""
    alive = or_(Session.expires_at.is_(None), Session.expires_at > func.now())
    found = (
        await db.execute(
            select(Session.id, Session.reader).where(
                Session.owner_id == owner_id, Session.fingerprint == read.fingerprint, alive
            )
        )
    ).one_or_none()
    if found:
        return Sent(found.id, is_current=found.reader >= READER)
    outdated = (
        await db.execute(
            select(Session.id, Session.reader, Session.fingerprint, Session.made_at, Session.files)
            .where(Session.owner_id == owner_id, Session.reader < READER, alive)
            .order_by(Session.created_at)
        )
    ).all()
    if not outdated:
        return None
    first = await asyncio.to_thread(fingerprint_of_first_reader, read)
    for session in outdated:
        if (session.reader == FIRST_READER and session.fingerprint == first) or (
            _has_same_files(session, read) and await _has_same_titles(db, session.id, read)
        ):
            return Sent(session.id, is_current=False)
    return None


def _has_same_files(session: Row[Any], read: Export) -> bool:
    """Whether these may be the files of the session, however much more of them is understood by now: those of one
    minute, or, where no name tells the minute, those of as many rows."""
    if session.made_at != read.made_at:
        return False
    stored = {file["path"]: file["rows"] + file["skipped"] for file in session.files}
    sent = {file.path: file.rows + file.skipped for file in read.files}
    return stored.keys() <= sent.keys() if read.made_at else stored.items() <= sent.items()


async def _has_same_titles(db: AsyncConnection, session_id: UUID, read: Export) -> bool:
    """Whether the session has most of these titles; some that it has may have been misread."""
    stored = {(row.title, row.year) for row in await db.execute(TITLES, {"id": session_id})}
    titles = {(film.title, film.year) for film in read.films}
    return len(titles & stored) >= TITLES_SHARED * len(titles)


TITLES_SHARED = 0.8
TITLES = text(
    "SELECT films.title, films.year FROM session_films JOIN films ON films.id = session_films.film_id"
    " WHERE session_films.session_id = :id"
)


def fingerprint_of_first_reader(read: Export) -> bytes:
    """As the first reader took it, of what it had read: without ratings.csv no stars, without anything watched all."""
    kinds = {file.kind for file in read.files}
    told = {name: getattr(read, name) for name in FIRST_TOLD}
    told |= {"likes": tuple(read.likes), "watchlist": tuple(read.watchlist)}
    if FileKind.ratings not in kinds:
        told["ratings"] = {}
    if not kinds & {FileKind.watched, FileKind.ratings, FileKind.diary, FileKind.reviews}:
        told["watched"] = dict.fromkeys(range(len(read.films)))
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)).digest()


async def delete_expired(db: AsyncConnection, read: Export, *, owner_id: int) -> None:
    """Makes room where the session of the very same export has expired and waits to be deleted."""
    await db.execute(
        delete(Session).where(
            Session.owner_id == owner_id,
            Session.fingerprint == read.fingerprint,
            Session.expires_at <= func.now(),
        )
    )


MOST_COMPARED = 12  # of an owner's sessions, the newest exports
# Of a session alone, and never joined with another: right after an upload the planner takes one for a row or two.
ENTRIES = text(
    """
    SELECT viewings.entry_id, films.title, films.year, viewings.watched_on
    FROM viewings
    JOIN session_films ON session_films.session_id = viewings.session_id AND session_films.n = viewings.film_n
    JOIN films ON films.id = session_films.film_id
    WHERE viewings.session_id = :id
    """
)
WATCHED = text(
    """
    SELECT films.letterboxd_id, films.title, films.year, session_films.marked_on, session_films.rated_on
    FROM session_films JOIN films ON films.id = session_films.film_id
    WHERE session_films.session_id = :id AND session_films.watched
    """
)


async def _relatives(
    db: AsyncConnection, session_id: UUID, read: Export, *, owner_id: int
) -> Sequence[Row[UUID, datetime | None]]:
    """The owner's sessions of the same member, the newest export first."""
    candidates = await db.execute(
        select(Session.id, Session.made_at)
        .where(Session.owner_id == owner_id, Session.id != session_id)
        .order_by(Session.made_at.desc().nulls_last(), Session.created_at.desc())
        .limit(MOST_COMPARED)
    )
    ours = await asyncio.to_thread(kinship.trace, read)
    found = []
    for candidate in candidates.all():
        of = {"id": candidate.id}
        entries = [kinship.DiaryEntry(*row) for row in await db.execute(ENTRIES, of)]
        watched = [kinship.Watched(*row) for row in await db.execute(WATCHED, of)]
        if await asyncio.to_thread(kinship.are_of_one_member, ours, kinship.Trace(entries, watched)):
            found.append(candidate)
    return found


def _has_predecessor(session_id: UUID) -> ColumnElement[bool]:
    return and_(Session.id == session_id, Session.predecessor_id.is_not(None))


async def link(db: AsyncConnection, session_id: UUID, read: Export, *, owner_id: int) -> None:
    """Makes this session the successor of the newest one of the same member that is not newer than it, unless it has
    its place already."""
    if await db.scalar(select(exists().where(or_(Session.predecessor_id == session_id, _has_predecessor(session_id))))):
        return
    relatives = await _relatives(db, session_id, read, owner_id=owner_id)
    for relative in relatives:
        if read.made_at and relative.made_at and relative.made_at > read.made_at:
            continue
        await db.execute(update(Session).where(Session.id == session_id).values(predecessor_id=relative.id))
        # Whoever followed that one follows this one, which lies between them.
        await db.execute(
            update(Session)
            .where(Session.predecessor_id == relative.id, Session.id != session_id)
            .values(predecessor_id=session_id)
        )
        return
    if relatives:  # an older export, sent after newer ones: the oldest of them follows it
        await db.execute(update(Session).where(Session.id == relatives[-1].id).values(predecessor_id=session_id))
