"""The built-in lists in the database, where their films are looked up once for the installation."""

from __future__ import annotations

import asyncio

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph import database
from kinograph.database import raw
from kinograph.films import catalogue
from kinograph.films.models import Source
from kinograph.lists.built_in import BuiltIn, built_in
from kinograph.lists.models import FilmList, FilmListEntry

LOCK = 0x6C697374  # "list"


def seed(url: str) -> None:
    """Stores the lists as this version has them. What it does not know is deleted; what is as it was stays."""
    asyncio.run(_seed(url))


async def _seed(url: str) -> None:
    engine = database.connect(url, pool_size=1)
    async with engine.begin() as db:
        await store_built_in(db)
    await engine.dispose()


async def store_built_in(db: AsyncConnection) -> None:
    """In one transaction. The films have no job: the worker's period gives them one, after everybody else's."""
    await db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    stored = await db.execute(select(FilmList.name, FilmList.digest).where(FilmList.owner_id.is_(None)))
    digests = {row.name: row.digest for row in stored}
    lists = built_in()
    for name in digests.keys() | lists.keys():
        if name not in lists or digests.get(name) != lists[name].digest:
            await db.execute(delete(FilmList).where(FilmList.owner_id.is_(None), FilmList.name == name))
            if name in lists:
                await _store(db, lists[name])


async def _store(db: AsyncConnection, each: BuiltIn) -> None:
    film_ids = await catalogue.ensure_films(await raw(db), each.films, source=Source.TMDB)
    values = {"name": each.name, "title": each.title, "digest": each.digest}
    list_id = await db.scalar(insert(FilmList).values(values).returning(FilmList.id))
    entries = [
        {"list_id": list_id, "position": position, "film_id": film_id}
        for position, film_id in enumerate(film_ids, start=1)
    ]
    await db.execute(insert(FilmListEntry), entries)
