"""An upload into the database: one transaction for the session, everything in it, and the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database import raw
from kinograph.films import catalogue, sharing, tasks
from kinograph.films.models import Source
from kinograph.i18n import Sentence
from kinograph.sessions import duplicates, file_corrections, owners, predecessors, progress, quotas
from kinograph.sessions.export import READER, Export
from kinograph.sessions.models import List, ListFilm, Owner, Review, Session, SessionFilm, Status, Viewing
from kinograph.sessions.owners import Holder
from kinograph.sessions.progress import Progress
from kinograph.settings import Settings

MOST_UNREAD = 1_000  # files named of those that were never opened
MOST_ORPHANED = 1_000  # films; the most seen is 49
FEW_SESSIONS = 50
WELL_RATED = 4.5  # stars; such films are looked up first, so that the page is right early


@dataclass(frozen=True, slots=True)
class Accepted:
    """`is_renewed` where the session was there, and an older reader had read less of it."""

    session_id: UUID
    is_new: bool
    is_renewed: bool
    holder: Holder
    progress: Progress
    warnings: Sequence[Sentence]


async def accept_upload(
    db: AsyncConnection, read: Export, *, holder: Holder | None, sent_bytes: int, settings: Settings
) -> Accepted:
    """Stores what was read as a session of whoever asks, or of a new owner. What this owner has sent
    before leads to the session made then."""
    holder = holder or await owners.make_owner(db)
    # One upload of an owner at a time, so that a double click makes one session.
    await db.execute(select(Owner.id).where(Owner.id == holder.id).with_for_update())
    sent = await duplicates.find_duplicate(db, read, owner_id=holder.id)
    if sent is None or not sent.is_current:  # one that has expired, and is not deleted yet, has the fingerprint
        await duplicates.delete_expired(db, read, owner_id=holder.id)
    if sent is None:
        if holder.is_account:
            (await quotas.find_room(db, holder.id, settings)).check(sent_bytes)
        session_id = uuid4()
        lifetime_days = 0 if holder.is_account else settings.session_days
        film_ids = await _store(db, session_id, read, owner_id=holder.id, lifetime_days=lifetime_days)
        told = {"sent_bytes": sent_bytes, "name": read.name}
        await db.execute(update(Session).where(Session.id == session_id).values(**told))
    else:
        session_id = sent.session_id
        if not sent.is_current:
            film_ids = await _renew(db, session_id, read)
            await owners.note_change(db, holder.id)
    await file_corrections.store_corrections(db, read, owner_id=holder.id)
    if sent is None or not sent.is_current:
        await predecessors.link_predecessor(db, session_id, read, owner_id=holder.id)
        await progress.complete_session(db, session_id)
    stored = await progress.count_progress(db, session_id, rate_group=settings.rate_group)
    assert stored is not None
    if sent is None or not sent.is_current:
        await _enqueue(db, session_id, read, film_ids)  # last, for all other uploads wait from here on
    is_renewed = sent is not None and not sent.is_current
    return Accepted(session_id, sent is None, is_renewed, holder, stored, read.warnings)


async def analyze_tables(db: AsyncConnection) -> None:
    """Lets PostgreSQL know of the first sessions. Later ones it takes for sessions as they are on average.

    Of one or two sessions it knows them all, until its own next look, a minute away: another would be a row or two to
    it, and its first page be planned by loops within loops. Not in the upload's transaction, which would keep other
    uploads waiting; and without a wait for whoever vacuums the tables.
    """
    few = "SELECT count(*) FROM (SELECT FROM sessions LIMIT :few) first"
    if (await db.scalar(sql(few), {"few": FEW_SESSIONS}) or 0) < FEW_SESSIONS:
        await db.execute(sql("ANALYZE (SKIP_LOCKED) session_films (session_id), viewings (session_id)"))


async def store_session(
    db: AsyncConnection,
    read: Export,
    *,
    owner_id: int | None,
    lifetime_days: int,
    source: Source = Source.TMDB,
    session_id: UUID | None = None,
) -> UUID:
    """Everything the export holds, as a session; `lifetime_days` 0 keeps it for ever. Films nobody has looked up get
    a job each."""
    session_id = session_id or uuid4()
    film_ids = await _store(db, session_id, read, owner_id=owner_id, lifetime_days=lifetime_days, source=source)
    if source is Source.TMDB:
        await _enqueue(db, session_id, read, film_ids)
    return session_id


async def _store(
    db: AsyncConnection,
    session_id: UUID,
    read: Export,
    *,
    owner_id: int | None,
    lifetime_days: int,
    source: Source = Source.TMDB,
) -> list[int]:
    """The ids of its films."""
    lifetime = sql("now() + make_interval(days => :days)").bindparams(days=lifetime_days) if lifetime_days else None
    await db.execute(
        insert(Session).values(
            id=session_id,
            owner_id=owner_id,
            status=Status.ENRICHING,
            expires_at=lifetime,
            made_at=read.made_at,
            **_told(read),
        )
    )
    return await _store_rows(db, session_id, read, source)


async def _renew(db: AsyncConnection, session_id: UUID, read: Export) -> list[int]:
    """Puts what this reader reads in the place of what an older one did; what stands before and after the session
    stays. Returns the ids of its films."""
    await db.execute(
        update(Session)
        .where(Session.id == session_id)
        .values(
            status=Status.ENRICHING, completed_at=None, waits_for=None, read_at=func.clock_timestamp(), **_told(read)
        )
    )
    for rows in (SessionFilm, Viewing, Review, List, ListFilm):
        await db.execute(delete(rows).where(rows.session_id == session_id))
    return await _store_rows(db, session_id, read, Source.TMDB)


def _told(read: Export) -> dict[str, Any]:
    """What a session says of its upload."""
    return {
        "files": [asdict(file) for file in read.files],
        "problems": [problem.stored() for problem in read.problems],
        "warnings": [warning.stored() for warning in read.warnings],
        "unread": [{"path": path} for path in read.unread[:MOST_UNREAD]],
        "orphaned": [asdict(film) for film in read.orphaned[:MOST_ORPHANED]],
        "fingerprint": read.fingerprint,
        "reader": READER,
    }


async def _store_rows(db: AsyncConnection, session_id: UUID, read: Export, source: Source) -> list[int]:
    driver = await raw(db)
    film_ids = await catalogue.ensure_films(driver, read.films, source=source)
    await _copy_rows(driver, session_id, read, film_ids)
    return film_ids


async def _enqueue(db: AsyncConnection, session_id: UUID, read: Export, film_ids: Sequence[int]) -> None:
    """Jobs for those of its films that nobody has looked up, and for those that share an entry."""
    driver = await raw(db)
    await tasks.enqueue_films(
        driver,
        watched=[film_ids[n] for n in _in_order_of_interest(read)],
        others=[film_ids[n] for n in range(len(film_ids)) if n not in read.watched],
    )
    await sharing.enqueue_shared_of_session(driver, session_id)


def _in_order_of_interest(read: Export) -> list[int]:
    """The watched films: the well rated first, then the latest seen."""
    latest = dict.fromkeys(read.watched, date.min)
    for film, marked_on in read.watched.items():
        latest[film] = marked_on or date.min
    for viewing in read.viewings:
        if viewing.film in latest:
            latest[viewing.film] = max(latest[viewing.film], viewing.watched_on)
    return sorted(read.watched, key=lambda n: (read.ratings.get(n, 0) < WELL_RATED, -latest[n].toordinal(), n))


async def _copy_rows(driver: asyncpg.Connection, session_id: UUID, read: Export, film_ids: Sequence[int]) -> None:
    async def copy(table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
        # Each row is made as it is sent, while PostgreSQL stores those before it.
        await driver.copy_records_to_table(
            table, columns=["session_id", *columns.split()], records=((session_id, *row) for row in rows)
        )

    await copy(
        "session_films",
        "n film_id uri watched marked_on rating liked watchlist rated_on liked_on wanted_on",
        _film_rows(read, film_ids),
    )
    await copy(
        "viewings",
        "n film_n entry_id watched_on logged_on rating rewatch tags",
        ((n, *viewing) for n, viewing in enumerate(read.viewings)),
    )
    await copy(
        "reviews",
        "n film_n entry_id watched_on logged_on rating rewatch tags text",
        ((n, *review) for n, review in enumerate(read.reviews)),
    )
    await copy(
        "lists",
        "n name slug uri created_on tags description",
        ((n, li.name, li.slug, li.uri, li.created_on, li.tags, li.description) for n, li in enumerate(read.lists)),
    )
    await copy(
        "list_films",
        "list_n position film_n note",
        ((n, *film) for n, li in enumerate(read.lists) for film in li.films),
    )


def _film_rows(read: Export, film_ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
    return (
        (
            n,
            film_ids[n],
            film.uri,
            n in read.watched,
            read.watched.get(n),
            read.ratings.get(n),
            n in read.likes,
            n in read.watchlist,
            read.rated_on.get(n),
            read.likes.get(n),
            read.watchlist.get(n),
        )
        # In the order of the index over all sessions' films: its pages come one after the other, and each once.
        for n in sorted(range(len(film_ids)), key=film_ids.__getitem__)
        for film in (read.films[n],)
    )
