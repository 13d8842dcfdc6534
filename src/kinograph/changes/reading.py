"""A stored session as one side of a comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.changes.orphans import is_linkless
from kinograph.changes.parts import find_unknown
from kinograph.changes.sides import Entry, Film, FilmList, Orphan, Side
from kinograph.database import raw
from kinograph.sessions.links import decode_link
from kinograph.sessions.models import Session

# By the driver itself: of ten thousand films SQLAlchemy's rows would take most of the time. Columns are in the order of
# the dataclasses.
FILMS = (
    "SELECT n, films.title, films.year, films.letterboxd_id, uri, watched, rating, liked, watchlist, wanted_on"
    " FROM session_films JOIN films ON films.id = session_films.film_id WHERE session_id = $1 ORDER BY n"
)
VIEWINGS = "SELECT film_n, entry_id, watched_on, rating, rewatch, tags FROM viewings WHERE session_id = $1 ORDER BY n"
REVIEWS = (
    "SELECT film_n, entry_id, watched_on, rating, rewatch, tags, text FROM reviews WHERE session_id = $1 ORDER BY n"
)
LISTS = "SELECT n, name, uri FROM lists WHERE session_id = $1 ORDER BY n"
LIST_FILMS = "SELECT list_n, film_n FROM list_films WHERE session_id = $1"


async def read_side(db: AsyncConnection, session_id: UUID) -> Side:
    driver = await raw(db)
    films = {row[0]: Film(*row) for row in await driver.fetch(FILMS, session_id)}
    viewings = tuple(_entry(*row) for row in await driver.fetch(VIEWINGS, session_id))
    reviews = tuple(_entry(*row) for row in await driver.fetch(REVIEWS, session_id))
    # A film that Letterboxd dropped has no link, and is not in watched.csv.
    is_diary_newer = any(not films[each.film].watched and films[each.film].uri for each in viewings)
    told = (await db.execute(select(Session.files, Session.orphaned).where(Session.id == session_id))).one_or_none()
    return Side(
        films,
        viewings,
        reviews,
        lists=await _read_lists(driver, session_id),
        unknown=find_unknown(told.files if told else (), is_diary_newer=is_diary_newer),
        orphans=(
            *(Orphan(**each) for each in (told.orphaned if told else ())),
            *find_linkless(films, (*viewings, *reviews)),
        ),
    )


def find_linkless(films: Mapping[int, Film], entries: Iterable[Entry]) -> Iterator[Orphan]:
    """The dropped films of exports until 2022, which have no files of their own for them."""
    for n, rows in Counter(entry.film for entry in entries if is_linkless(films[entry.film])).items():
        yield Orphan(films[n].title, films[n].year, rows)


def _entry(
    film: int,
    entry_id: int | None,
    watched_on: date | None,
    rating: float | None,
    rewatch: bool,
    tags: Sequence[str],
    written: str = "",
) -> Entry:
    return Entry(film, entry_id, watched_on, rating, rewatch, frozenset(tags), written)


async def _read_lists(driver: asyncpg.Connection, session_id: UUID) -> tuple[FilmList, ...]:
    films: dict[int, set[int]] = defaultdict(set)
    for list_n, film in await driver.fetch(LIST_FILMS, session_id):
        films[list_n].add(film)
    rows = await driver.fetch(LISTS, session_id)
    return tuple(make_list(uri, name, frozenset(films[n])) for n, name, uri in rows)


def make_list(uri: str, name: str, films: frozenset[int]) -> FilmList:
    """With Letterboxd's number of it, or its name there, where its link tells."""
    link = decode_link(uri)
    return FilmList(link.id if link else None, name, films, link.slug if link else None)
