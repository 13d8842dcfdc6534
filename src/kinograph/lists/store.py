"""Lists that owners bring: stored, looked up, and deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anyascii import anyascii
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database import raw
from kinograph.errors import AppError
from kinograph.films import catalogue, tasks
from kinograph.films.models import Source
from kinograph.i18n import gettext_noop
from kinograph.lists.models import FilmList
from kinograph.sessions import quotas
from kinograph.sessions.models import Owner
from kinograph.settings import Settings

if TYPE_CHECKING:
    from kinograph.lists.bringing import Brought

MOST_LISTS = 50


class TooManyLists(AppError):
    status = 413
    sentence = gettext_noop("You have %(most)s lists here, and that is the most. Delete one first.")


async def bring_lists(
    db: AsyncConnection,
    brought: Sequence[Brought],
    *,
    owner_id: int,
    sent_bytes: int = 0,
    settings: Settings | None = None,
) -> list[str]:
    """Stores them, with a job for each film nobody has looked up. Returns their names; one that was brought before
    keeps its own. `sent_bytes` are those of the files they came in; of an account `settings` say how much it may hold.
    Raises TooManyLists and NoRoomForLists, and then stores none."""
    await db.execute(select(Owner.id).where(Owner.id == owner_id).with_for_update())  # one at a time
    rows = await db.execute(select(FilmList.name, FilmList.digest).where(FilmList.owner_id == owner_id))
    stored = {row.digest: row.name for row in rows}
    fresh = {each.digest: each for each in brought if each.digest not in stored}
    if len(stored) + len(fresh) > MOST_LISTS:
        raise TooManyLists(most=MOST_LISTS)
    if fresh and settings:
        (await quotas.find_room(db, owner_id, settings)).check_lists(sent_bytes)
    every_film = sum(len(each.films) for each in brought)
    films: list[int] = []
    for digest, each in fresh.items():
        stored[digest] = _free_name(each.title, set(stored.values()))
        share = sent_bytes * len(each.films) // max(every_film, 1)
        films += await _store(db, each, owner_id=owner_id, name=stored[digest], sent_bytes=share)
    await tasks.enqueue_films(await raw(db), watched=[], others=films)  # last, for all uploads wait from here on
    return [stored[each.digest] for each in brought]


async def _store(db: AsyncConnection, each: Brought, *, owner_id: int, name: str, sent_bytes: int) -> list[int]:
    """The ids of its films."""
    driver = await raw(db)
    film_ids = await catalogue.ensure_films(driver, each.films, source=Source.TMDB)
    values = {"owner_id": owner_id, "name": name, "title": each.title, "digest": each.digest, "sent_bytes": sent_bytes}
    list_id = await db.scalar(insert(FilmList).values(values).returning(FilmList.id))
    await driver.copy_records_to_table(
        "film_list_entries",
        columns=["list_id", "position", "film_id", "imdb_id"],
        records=[
            (list_id, n, film_id, film.imdb_id)
            for n, (film_id, film) in enumerate(zip(film_ids, each.films, strict=True), start=1)
        ],
    )
    return film_ids


def _free_name(title: str, taken: set[str]) -> str:
    """Of letters, digits and hyphens, and nobody else's."""
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(title).lower()).strip("-")[:60].strip("-") or "list"
    return next(name for n in range(1, MOST_LISTS + 2) if (name := slug if n == 1 else f"{slug}-{n}") not in taken)


async def delete_list(db: AsyncConnection, name: str, *, owner_id: int) -> bool:
    """Whether there was one of this name. Its films go when nobody else names them."""
    gone = await db.execute(delete(FilmList).where(FilmList.owner_id == owner_id, FilmList.name == name))
    return gone.rowcount > 0


async def delete_left_lists(db: AsyncConnection) -> int:
    """Of owners without an account who have no export any more: nobody can see them. Returns how many."""
    gone = await db.execute(
        text(
            "DELETE FROM film_lists WHERE owner_id IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM sessions WHERE sessions.owner_id = film_lists.owner_id)"
            " AND NOT EXISTS (SELECT FROM accounts WHERE accounts.owner_id = film_lists.owner_id)"
        )
    )
    return gone.rowcount
