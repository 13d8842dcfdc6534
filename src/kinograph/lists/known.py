"""The lists that stand beside a session's own, with what is known of their films, kept for all who ask."""

from __future__ import annotations

import io
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.database import raw
from kinograph.films import matching
from kinograph.lists.built_in import built_in
from kinograph.lists.models import FilmList

Kind = Literal["built-in", "own", "imported"]

ENTRIES = pl.Schema(
    {
        "name": pl.String(),  # of the list
        "position": pl.Int32(),
        "of": pl.Int32(),  # the year of the award, or the rank; null where a list has neither
        "title": pl.String(),  # as the list names it
        "year": pl.Int32(),
        "film_id": pl.Int64(),
        "state": pl.String(),
        # From here on null until the film is looked up.
        "kind": pl.String(),
        "tmdb_id": pl.Int64(),
        "imdb_id": pl.String(),
        "runtime_minutes": pl.Int32(),
        "vote_average": pl.Float64(),
        "poster_path": pl.String(),
        # Of the lists beside the export alone.
        "letterboxd_id": pl.Int64(),
        "is_sure": pl.Boolean(),  # whether no person needs to look at the match
    }
)
"""One row for each place of a list."""

FRESH_SECONDS = 1.0
DEARER = 20  # times as long as a look took, nobody looks again
MOST_KEPT = 24 << 20  # bytes of the lists that owners brought

OF = "FROM film_lists lists JOIN film_list_entries entries ON entries.list_id = lists.id"
FACTS = """JOIN films ON films.id = entries.film_id
LEFT JOIN LATERAL (
    SELECT id FROM film_facts WHERE imdb_id = entries.imdb_id AND source = 'tmdb' ORDER BY id LIMIT 1
) named ON entries.imdb_id IS NOT NULL"""
WHOSE = "WHERE lists.owner_id IS NOT DISTINCT FROM CAST(:owner AS bigint)"
DIGEST = text(
    "SELECT coalesce(bit_xor(hash_record_extended("
    f"ROW(list_id, position, state, facts_id, settled_at, named.id), 0)), 0) {OF} {FACTS} {WHOSE}"
)
STAMP = text(f"SELECT count(*), coalesce(max(id), 0) FROM film_lists lists {WHOSE}")  # noqa: S608 - our own text
ROWS = f"""
SELECT lists.name, entries.position, entries.film_id, films.title, films.year,
       CASE WHEN facts.id IS NULL THEN films.state ELSE 'matched' END AS state, facts.kind, facts.tmdb_id,
       coalesce(facts.imdb_id, entries.imdb_id) AS imdb_id, facts.runtime_minutes, facts.vote_average,
       facts.poster_path, films.letterboxd_id,
       CAST(facts.id IS NOT NULL AND (named.id IS NOT NULL OR coalesce(films.confidence, 1) >= {matching.SURE}) AS text)
           AS is_sure
{OF} {FACTS} LEFT JOIN film_facts facts ON facts.id = coalesce(named.id, films.facts_id)
{WHOSE.replace(":owner", "{owner}")} ORDER BY lists.id, entries.position
"""


@dataclass(frozen=True, slots=True)
class About:
    """What a list is, but for its films; `title` and `giver` of a built-in one are to be translated."""

    name: str
    title: str
    kind: Kind | Literal["collection"]
    giver: str = ""
    is_ranked: bool = False
    as_of: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Known:
    """Lists in their order, and the rows of all, as ENTRIES says. `version` changes with any of it."""

    version: str
    lists: tuple[About, ...] = ()
    entries: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ENTRIES), repr=False, compare=False)

    def join(self, other: Known) -> Known:
        entries = pl.concat([self.entries, other.entries])
        return Known(f"{self.version}-{other.version}", (*self.lists, *other.lists), entries)


@dataclass(slots=True)
class Looked:
    """When these were looked at last, and how long that took, in seconds."""

    stamp: tuple[int, ...]
    at: float
    took: float
    known: Known

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.at < max(FRESH_SECONDS, DEARER * self.took)


class KnownLists:
    """Of one process. What an owner brings or deletes is seen at once, what look-ups find within a second or so."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._looked: OrderedDict[int | None, Looked] = OrderedDict()

    async def find(self, owner_id: int | None = None) -> Known:
        """The built-in lists, and those that this owner brought."""
        async with self._engine.connect() as db:
            shared = await self._look(db, None)
            return shared.join(await self._look(db, owner_id)) if owner_id else shared

    async def _look(self, db: AsyncConnection, owner_id: int | None) -> Known:
        before = self._looked.get(owner_id)
        stamp = tuple((await db.execute(STAMP, {"owner": owner_id})).one())
        if before and before.stamp == stamp and (before.is_fresh or not stamp[0]):
            return before.known
        started = time.monotonic()
        version = f"{await db.scalar(DIGEST, {'owner': owner_id}):x}.{stamp[1]}" if stamp[0] else "0"
        known = before.known if before and before.known.version == version else await _read(db, owner_id, version)
        self._looked[owner_id] = Looked(stamp, time.monotonic(), time.monotonic() - started, known)
        self._looked.move_to_end(owner_id)
        self._forget()
        return known

    def _forget(self) -> None:
        """The lists of owners who asked longest ago, until what is left fits."""
        sizes = {owner: looked.known.entries.estimated_size() + 1024 for owner, looked in self._looked.items() if owner}
        total = sum(sizes.values())
        for owner in list(sizes)[:-1]:
            if total <= MOST_KEPT:
                break
            total -= sizes[owner]
            del self._looked[owner]


async def _read(db: AsyncConnection, owner_id: int | None, version: str) -> Known:
    entries = await _read_entries(db, owner_id)
    if owner_id is None:
        about = tuple(
            About(each.name, each.title, "built-in", each.giver, each.is_ranked, each.as_of, each.source)
            for each in built_in().values()
        )
        return Known(version, about, _with_award(entries))
    named = await db.execute(
        select(FilmList.name, FilmList.title).where(FilmList.owner_id == owner_id).order_by(FilmList.id)
    )
    return Known(version, tuple(About(f"imported:{name}", title, "imported") for name, title in named), entries)


async def _read_entries(db: AsyncConnection, owner_id: int | None) -> pl.DataFrame:
    # As CSV: half a million rows as objects of Python would take seconds.
    into = io.BytesIO()
    # With the number in the text: a parameter would take a prepared statement, which no pooler keeps.
    query = ROWS.format(owner="NULL" if owner_id is None else int(owner_id))
    await (await raw(db)).copy_from_query(query, output=into, format="csv", header=True)
    into.seek(0)
    columns = {name: kind for name, kind in ENTRIES.items() if name != "of"}
    rows = pl.read_csv(into, schema_overrides=columns).cast(pl.Schema(columns))
    name = pl.col("name") if owner_id is None else pl.lit("imported:") + pl.col("name")
    return rows.with_columns(name=name, of=pl.lit(None, pl.Int32())).select(ENTRIES.names())


def _with_award(entries: pl.DataFrame) -> pl.DataFrame:
    """With the year of the award or the rank. A list that is not stored yet has its films as its file says them."""
    written = pl.DataFrame(
        [
            (name, position, film.of, film.title, film.year)
            for name, each in built_in().items()
            for position, film in enumerate(each.films, start=1)
        ],
        schema={name: ENTRIES[name] for name in ("name", "position", "of", "title", "year")},
        orient="row",
    )
    stored = entries.drop("of", "title", "year")
    return (
        written.join(stored, on=["name", "position"], how="left", maintain_order="left")
        .with_columns(pl.col("state").fill_null("pending"))
        .select(ENTRIES.names())
    )
