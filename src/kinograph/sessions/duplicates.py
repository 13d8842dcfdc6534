"""The same export sent again: it leads to the session there is, and makes no second one."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Row, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.sessions.export import READER, Export
from kinograph.sessions.exported import name_fields
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.models import Session

FIRST_READER = 1
FIRST_TOLD = ("films", "watched", "ratings", "viewings", "reviews", "likes", "watchlist", "lists")


class Duplicate(NamedTuple):
    """A session of what was sent before; `is_current` unless an older reader read it, which may have read less."""

    session_id: UUID
    is_current: bool


async def find_duplicate(db: AsyncConnection, read: Export, *, owner_id: int) -> Duplicate | None:
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
        return Duplicate(found.id, is_current=found.reader >= READER)
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
            return Duplicate(session.id, is_current=False)
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
    dumped = orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS, default=name_fields)
    return hashlib.sha256(dumped).digest()


async def delete_expired(db: AsyncConnection, read: Export, *, owner_id: int) -> None:
    """Makes room where the session of the very same export has expired and waits to be deleted."""
    await db.execute(
        delete(Session).where(
            Session.owner_id == owner_id,
            Session.fingerprint == read.fingerprint,
            Session.expires_at <= func.now(),
        )
    )
