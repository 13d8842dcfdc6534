"""An upload into the database: one transaction for the session, everything in it, and the jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import insert, select
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database import raw
from kinograph.films import catalogue, tasks
from kinograph.films.models import Source
from kinograph.i18n import Sentence
from kinograph.sessions import editions, owners, progress
from kinograph.sessions.export import Export
from kinograph.sessions.models import Owner, Session, Status
from kinograph.sessions.owners import Holder
from kinograph.sessions.progress import Progress
from kinograph.settings import Settings

WELL_RATED = 4.5  # stars; such films are looked up first, so that the page is right early


@dataclass(frozen=True, slots=True)
class Accepted:
    session_id: UUID
    is_new: bool
    holder: Holder
    progress: Progress
    warnings: Sequence[Sentence]


async def accept(db: AsyncConnection, read: Export, *, token: str | None, settings: Settings) -> Accepted:
    """Stores what was read as a session of whoever holds the token, or of a new owner. What this owner has sent
    before leads to the session made then."""
    holder = await owners.find_or_make(db, token)
    # One upload of an owner at a time, so that a double click makes one session.
    await db.execute(select(Owner.id).where(Owner.id == holder.id).with_for_update())
    session_id = await editions.same(db, read, owner_id=holder.id)
    is_new = session_id is None
    if session_id is None:
        await editions.delete_expired(db, read, owner_id=holder.id)
        session_id = await store(db, read, owner_id=holder.id, lifetime_days=settings.session_days)
        await editions.link(db, session_id, read, owner_id=holder.id)
        await progress.complete(db, session_id)
    stored = await progress.count(db, session_id, rate_group=settings.rate_group)
    assert stored is not None
    return Accepted(session_id, is_new, holder, stored, read.warnings)


async def tell_planner(db: AsyncConnection) -> None:
    """Lets PostgreSQL count by session anew, which takes it 50 ms.

    Until its own next look, a minute away, it would take the new session for a row or two, and plan its first page by
    loops within loops. Not in the upload's transaction, which would keep other uploads waiting.
    """
    await db.execute(sql("ANALYZE session_films (session_id), viewings (session_id)"))


async def store(
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
    lifetime = sql("now() + make_interval(days => :days)").bindparams(days=lifetime_days) if lifetime_days else None
    await db.execute(
        insert(Session).values(
            id=session_id,
            owner_id=owner_id,
            status=Status.ENRICHING,
            expires_at=lifetime,
            files=[asdict(file) for file in read.files],
            problems=[problem.stored() for problem in read.problems],
            warnings=[warning.stored() for warning in read.warnings],
            fingerprint=editions.fingerprint(read),
            made_at=read.made_at,
        )
    )
    driver = await raw(db)
    film_ids = await catalogue.claim(driver, read.films, source=source)
    await _copy(driver, session_id, read, film_ids)
    if source is Source.TMDB:
        await tasks.enqueue(
            driver,
            watched=[film_ids[n] for n in _in_order_of_interest(read)],
            others=[film_ids[n] for n in range(len(film_ids)) if n not in read.watched],
        )
    return session_id


def _in_order_of_interest(read: Export) -> list[int]:
    """The watched films: the well rated first, then the latest seen."""
    latest = dict.fromkeys(read.watched, date.min)
    for film, marked_on in read.watched.items():
        latest[film] = marked_on or date.min
    for viewing in read.viewings:
        if viewing.film in latest:
            latest[viewing.film] = max(latest[viewing.film], viewing.watched_on)
    return sorted(read.watched, key=lambda n: (read.ratings.get(n, 0) < WELL_RATED, -latest[n].toordinal(), n))


async def _copy(driver: asyncpg.Connection, session_id: UUID, read: Export, film_ids: Sequence[int]) -> None:
    likes, watchlist = set(read.likes), set(read.watchlist)

    async def copy(table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
        await driver.copy_records_to_table(
            table, columns=["session_id", *columns.split()], records=[(session_id, *row) for row in rows]
        )

    await copy(
        "session_films",
        "n film_id uri watched marked_on rating liked watchlist",
        [
            (
                n,
                film_ids[n],
                film.uri,
                n in read.watched,
                read.watched.get(n),
                read.ratings.get(n),
                n in likes,
                n in watchlist,
            )
            for n, film in enumerate(read.films)
        ],
    )
    await copy(
        "viewings",
        "n film_n entry_id watched_on logged_on rating rewatch tags",
        [
            (n, v.film, v.entry_id, v.watched_on, v.logged_on, v.rating, v.rewatch, v.tags)
            for n, v in enumerate(read.viewings)
        ],
    )
    await copy(
        "reviews",
        "n film_n entry_id watched_on logged_on rating rewatch tags text",
        [
            (n, r.film, r.entry_id, r.watched_on, r.logged_on, r.rating, r.rewatch, r.tags, r.text)
            for n, r in enumerate(read.reviews)
        ],
    )
    await copy(
        "lists",
        "n name slug uri created_on tags description",
        [(n, li.name, li.slug, li.uri, li.created_on, li.tags, li.description) for n, li in enumerate(read.lists)],
    )
    await copy(
        "list_films",
        "list_n position film_n note",
        [(n, f.position, f.film, f.note) for n, li in enumerate(read.lists) for f in li.films],
    )
