"""The lists that an owner brought, as files that bring them again: Letterboxd's form, or IMDb's for what came by its
numbers, which Letterboxd's has no column for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.database import raw
from kinograph.lists.models import FilmList
from kinograph.sessions.links import link_film

FILMS = """
SELECT entries.position, entries.imdb_id, films.letterboxd_id, films.title, films.year
FROM film_list_entries entries JOIN films ON films.id = entries.film_id
WHERE entries.list_id = $1 ORDER BY entries.position
"""
IMDB = ("Position", "Const", "Title", "Year")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


@dataclass(frozen=True, slots=True)
class Kept:
    """A brought list without its films; `file` is unlike that of the owner's others."""

    id: int
    title: str
    brought_on: date
    file: str


async def list_brought(db: AsyncConnection, owner_id: int) -> list[Kept]:
    """In the order in which they were brought."""
    asked = select(FilmList.id, FilmList.title, FilmList.brought_at).where(FilmList.owner_id == owner_id)
    rows = (await db.execute(asked.order_by(FilmList.id))).all()
    files = name_files([row.title for row in rows])
    return [Kept(row.id, row.title, row.brought_at.date(), file) for row, file in zip(rows, files, strict=True)]


def name_files(titles: Sequence[str]) -> list[str]:
    """A name for each that every system takes: IMDb's form tells the title nowhere else."""
    taken: set[str] = set()
    names = []
    for title in titles:
        plain = _UNSAFE.sub("-", title).strip(" .") or "list"
        name = next(name for n in range(1, len(titles) + 1) if (name := _number(plain, n)).lower() not in taken)
        taken.add(name.lower())
        names.append(f"{name}.csv")
    return names


def _number(name: str, n: int) -> str:
    return name if n == 1 else f"{name} ({n})"


async def write_list(db: AsyncConnection, kept: Kept) -> bytes:
    """The whole file: ten thousand films need a megabyte."""
    films = await (await raw(db)).fetch(FILMS, kept.id)
    if any(film["imdb_id"] for film in films):
        return _write_rows(
            [IMDB, *((film["position"], film["imdb_id"], film["title"], film["year"]) for film in films)]
        )
    head = (
        ("Letterboxd list export v7",),
        ("Date", "Name", "Tags", "URL", "Description"),
        (kept.brought_on, kept.title, "", "", ""),
        (),
        ("Position", "Name", "Year", "URL", "Description"),
    )
    links = (link_film(film["letterboxd_id"]) if film["letterboxd_id"] is not None else "" for film in films)
    rows = ((film["position"], film["title"], film["year"], link, "") for film, link in zip(films, links, strict=True))
    return _write_rows([*head, *rows])


def _write_rows(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
