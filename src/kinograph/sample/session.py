"""The sample's session in the database: read by the same reader and stored by the same intake as anybody's export."""

from __future__ import annotations

import asyncio
import hashlib
from functools import cache
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph import database
from kinograph.films import catalogue, collections, filmographies
from kinograph.films.models import Filmography, Source
from kinograph.sample import filmography, library, viewer
from kinograph.sessions import export, intake, progress
from kinograph.sessions.export import Upload
from kinograph.sessions.models import Session

LOCK = 0x73616D70  # "samp"
NAME = "letterboxd-sample-2025-01-02-12-00-utc.zip"
"""Made once its last year was over."""


@cache
def sample_id() -> UUID:
    """Another for each edition of the sample, so that a changed one replaces the last."""
    edition = hashlib.sha256()
    for path in sorted(library.FOLDER.rglob("*")):
        if path.suffix in (".py", ".txt", ".csv"):
            edition.update(path.read_bytes())
    return uuid5(UUID(int=0), edition.hexdigest())


def seed(url: str) -> None:
    """Stores the sample where this edition of it is not stored yet."""
    asyncio.run(_seed(url))


async def _seed(url: str) -> None:
    engine = database.connect(url, pool_size=1)
    async with engine.begin() as db:
        await db.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if not await db.scalar(select(Session.id).where(Session.id == sample_id())):
            await _store(db)
    await engine.dispose()


async def _store(db: AsyncConnection) -> None:
    await db.execute(delete(Session).where(Session.owner_id.is_(None)))
    facts = library.facts()
    facts_ids = [await catalogue.store_facts(db, each, source=Source.SAMPLE) for each in facts]
    for collection, parts in library.collections():
        await collections.store_parts(await database.raw(db), collection.id, parts)
    read = export.read([Upload(NAME, viewer.make_archive())])
    await intake.store_session(db, read, owner_id=None, lifetime_days=0, source=Source.SAMPLE, session_id=sample_id())
    matched = text(
        "UPDATE films SET state = 'matched', confidence = 1, facts_id = known.id, settled_at = now() FROM"
        " unnest(CAST(:titles AS text[]), CAST(:years AS smallint[]), CAST(:ids AS bigint[])) known(title, year, id)"
        " WHERE films.source = 'sample' AND films.title = known.title AND films.year = known.year"
    )
    await db.execute(
        matched, {"titles": [f.title for f in facts], "years": [library.year_of(f) for f in facts], "ids": facts_ids}
    )
    await db.execute(
        text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE source = 'sample' AND state = 'pending'")
    )
    await db.execute(delete(Filmography).where(Filmography.person_id < 0))
    await filmographies.store(db, filmography.person_id(), filmography.listed())
    await progress.complete_session(db, sample_id())
