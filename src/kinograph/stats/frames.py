"""A session's rows as columns, ready for the cards, and kept in memory while they are current."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from queue import Empty, SimpleQueue
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

import polars as pl
from adbc_driver_postgresql import dbapi

from kinograph.sessions.report import AT_ONCE
from kinograph.stats.roles import CAST_BILLED

FILMS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "film_id": pl.Int64(),
        "title": pl.String(),
        "year": pl.Int32(),  # as the export names it; may be null
        "uri": pl.String(),  # the Letterboxd page; "" when unknown
        "watched": pl.Boolean(),
        "rating": pl.Float64(),  # stars, 0.5 to 5, null when unrated
        "liked": pl.Boolean(),
        "watchlist": pl.Boolean(),
        "state": pl.String(),  # pending, matched, unmatched, failed
        # From here on null (lists: empty) until the film is looked up.
        "kind": pl.String(),  # movie or tv
        "tmdb_id": pl.Int64(),
        "imdb_id": pl.String(),
        "original_title": pl.String(),
        "original_language": pl.String(),  # ISO 639: two letters, or three as of Cantonese
        "release_date": pl.Date(),
        "runtime_minutes": pl.Int32(),  # null when unknown, never 0
        "vote_average": pl.Float64(),  # 0 to 10; null without votes
        "vote_count": pl.Int32(),
        "popularity": pl.Float64(),
        "budget": pl.Int64(),  # US dollars, null when unknown
        "revenue": pl.Int64(),
        "poster_path": pl.String(),
        "genres": pl.List(pl.String()),  # English names as TMDB gives them
        "countries": pl.List(pl.String()),  # of production, ISO 3166-1 alpha-2
        "languages": pl.List(pl.String()),  # spoken, ISO 639
        "keywords": pl.List(pl.String()),
        "companies": pl.List(pl.Int64()),  # ids into Frame.companies
        "directors": pl.List(pl.Int64()),  # ids into Frame.people, as are those below
        "writers": pl.List(pl.Int64()),
        "cast": pl.List(pl.Int64()),  # in billing order, as far as roles.CAST_BILLED
        "composers": pl.List(pl.Int64()),
        "photography": pl.List(pl.Int64()),
        "editors": pl.List(pl.Int64()),
        "producers": pl.List(pl.Int64()),
        "lists": pl.List(pl.String()),  # slugs of the lists it stands on, see LISTS; the owner's alone to see
    }
)

VIEWINGS = pl.Schema(
    {
        "n": pl.Int32(),  # the film's number within the session
        "watched_on": pl.Date(),
        "logged_on": pl.Date(),  # null when unknown
        "rating": pl.Float64(),  # as given at that viewing
        "rewatch": pl.Boolean(),
        "tags": pl.List(pl.String()),
        # Counted by `timed`.
        "at_once": pl.Boolean(),  # whether its day was filled in at one go: it is a viewing, but one without a day
        # Null for those.
        "pause": pl.Int32(),  # days since the viewing before it; null for the first
        "delay": pl.Int32(),  # days until it was logged, below zero when beforehand; null when unknown
    }
)

PEOPLE = pl.Schema({"id": pl.Int64(), "name": pl.String(), "gender": pl.Int8(), "portrait": pl.String()})
"""Gender as at TMDB: 0 not set, 1 female, 2 male, 3 non-binary. Portrait is a TMDB profile path or null."""

LISTS = pl.Schema({"slug": pl.String(), "name": pl.String(), "films": pl.Int64(), "watched": pl.Int64()})
"""The lists of the export by their files' names, with how many films they hold, and how many of them are watched."""

COMPANIES = pl.Schema({"id": pl.Int64(), "name": pl.String(), "country": pl.String()})

STAMPS = pl.Schema(
    {
        "n": pl.Int32(),
        "state": pl.String(),
        "facts_id": pl.Int64(),
        "settled_at": pl.Datetime("us", "UTC"),
        "read_at": pl.Datetime("us", "UTC"),
    }
)
"""Of each film, what changes when anything that is told of it does: what a session's version is made of, too."""


Named = TypeVar("Named", bound=Sequence[tuple[str, str]])


class CardCache:
    """What was drawn of a frame, each under a name. It is forgotten with its frame, so none is of another version."""

    MOST = 48
    """The pages of a session, a few times over; what was asked for longest ago gives way."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = Lock()

    def get_or_draw(self, key: Hashable, draw: Callable[[], Named]) -> Named:
        """Draws what is not there yet, once however many threads ask; a failure is every asker's, and tried again."""
        with self._lock:
            drawing = self._drawn.get(key)
            if is_mine := drawing is None:
                drawing = self._drawn[key] = Future()
            self._drawn.move_to_end(key)
            if len(self._drawn) > self.MOST:
                self._drawn.popitem(last=False)
        if is_mine:
            try:
                drawing.set_result(draw())
            except BaseException as error:
                with self._lock:
                    self._drawn.pop(key, None)
                drawing.set_exception(error)
        drawn: Named = drawing.result()
        return drawn

    @property
    def bytes(self) -> int:
        with self._lock:
            drawings = [drawing for drawing in self._drawn.values() if drawing.done() and not drawing.exception()]
        return sum(getsizeof(text) for drawing in drawings for _, text in drawing.result())


@dataclass(frozen=True)
class Frame:
    """films: one row for each film of the session, watched or not; viewings: one for each diary entry, oldest first."""

    films: pl.DataFrame
    viewings: pl.DataFrame
    people: pl.DataFrame
    companies: pl.DataFrame
    lists: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LISTS))
    stamps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STAMPS), compare=False, repr=False)
    card_cache: CardCache = field(default_factory=CardCache, compare=False, repr=False)

    @cached_property
    def watched(self) -> pl.DataFrame:
        """Those of the films that are."""
        return self.films.filter("watched")

    @cached_property
    def logged_at_once(self) -> list[date]:
        """Viewing days with so many diary entries that they were not watched then."""
        return self.viewings.filter("at_once")["watched_on"].unique().sort().to_list()

    @cached_property
    def own_mean(self) -> float | None:
        mean = self.watched["rating"].mean()
        return float(mean) if isinstance(mean, int | float) else None

    @property
    def bytes(self) -> int:
        """What it takes of memory, all that is kept with it counted."""
        parts = (self.films, self.watched, self.viewings, self.people, self.companies, self.lists, self.stamps)
        return self.card_cache.bytes + sum(int(part.estimated_size()) for part in parts)


STAMPS_SQL = """
SELECT n, state, facts_id, settled_at, read_at FROM session_matches WHERE session_id = $1::uuid ORDER BY n
"""
FILMS_SQL = f"""
SELECT film.n, film.film_id, film.title, film.year::int, film.uri, film.watched, film.rating, film.liked,
       film.watchlist, film.state, facts.kind, facts.tmdb_id, facts.imdb_id, facts.original_title,
       facts.original_language, facts.release_date, facts.runtime_minutes, facts.vote_average, facts.vote_count,
       facts.popularity, facts.budget, facts.revenue, facts.poster_path, facts.genres, facts.countries,
       facts.languages, facts.keywords, facts.companies, facts.directors, facts.writers,
       facts.cast_ids[1:{CAST_BILLED}] AS "cast", facts.composers, facts.photography, facts.editors, facts.producers,
       NULL::text[] AS lists
FROM session_matches film
LEFT JOIN film_facts facts ON facts.id = film.facts_id
WHERE film.session_id = $1::uuid ORDER BY film.n
"""  # noqa: S608 - a number of ours
SOME_FILMS_SQL = FILMS_SQL.replace("session_matches film", "session_matches film JOIN unnest($2::int[]) a(n) USING (n)")
VIEWINGS_SQL = """
SELECT film_n AS n, watched_on, logged_on, rating, rewatch, tags,
       FALSE AS at_once, NULL::int AS pause, NULL::int AS delay
FROM viewings WHERE session_id = $1::uuid ORDER BY viewings.n
"""
# Each by itself, and joined here: the planner took a session's lists for few, and a second for the films.
LISTED_SQL = "SELECT list_n, film_n AS n FROM list_films WHERE session_id = $1::uuid"
LISTS_SQL = "SELECT n AS list_n, slug, name FROM lists WHERE session_id = $1::uuid ORDER BY n"
# A join, since "id = ANY" of an array that the planner cannot see compares each row with each of 24,000 ids.
PEOPLE_SQL = "SELECT id, name, gender::int, portrait FROM unnest($1::bigint[]) named(id) JOIN people USING (id)"
COMPANIES_SQL = "SELECT id, name, country FROM unnest($1::bigint[]) named(id) JOIN companies USING (id)"

ROLES = ("directors", "writers", "cast", "composers", "photography", "editors", "producers")
BYTES_KEPT = 256 << 20
MOST_ANEW = 0.1
"""The share of a frame's films up to which only those that changed are read anew."""


class Frames:
    """The frames of the sessions looked at last, read once for each version however many ask."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: SimpleQueue[dbapi.Connection] = SimpleQueue()
        self._kept: OrderedDict[UUID, tuple[str, asyncio.Task[Frame]]] = OrderedDict()

    async def frame(self, session_id: UUID, version: str) -> Frame:
        """Reads in a thread: a large session takes a fifth of a second, which nobody else should wait."""
        kept, task = self._kept.get(session_id, ("", None))
        if task is None or kept != version or (task.done() and task.exception()):
            before = task.result() if task and task.done() and not task.exception() else None
            task = asyncio.create_task(asyncio.to_thread(self._read, session_id, before))
            self._kept[session_id] = (version, task)
        self._kept.move_to_end(session_id)
        frame = await asyncio.shield(task)
        self._forget_oldest()
        return frame

    def forget(self, session_id: UUID) -> None:
        """Lets go of what is in memory of a deleted session."""
        self._kept.pop(session_id, None)

    def forget_all(self) -> None:
        """The same of every session, where it is not known which of them are left."""
        self._kept.clear()

    def close(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _forget_oldest(self) -> None:
        sizes = {key: _bytes(task) for key, (_, task) in self._kept.items()}
        total = sum(sizes.values())
        for key in list(sizes)[:-1]:
            if total <= BYTES_KEPT:
                break
            total -= sizes[key]
            del self._kept[key]

    def _read(self, session_id: UUID, before: Frame | None) -> Frame:
        """Whole, or where few films changed, those alone: nothing else of a session changes once it is stored."""
        session = str(session_id)
        with self._connection() as connection:
            # First, so that what changes while the films are read is read again the next time.
            stamps = _fetch(connection, STAMPS_SQL, STAMPS, session)
            if before is None or (changed := _changed(before.stamps, stamps)) is None:
                films = _fetch(connection, FILMS_SQL, FILMS, session)
                viewings = add_times(_fetch(connection, VIEWINGS_SQL, VIEWINGS, session))
                listed, lists = _lists(connection, session, films)
                films = _with_lists(films, listed)
                return Frame(films, viewings, *_makers(connection, films), lists, stamps)
            films = _fetch(connection, SOME_FILMS_SQL, FILMS, session, _array(changed))
            films = _with_lists(films, before.films.select("n", "lists"))
            people, companies = _makers(connection, films)
            return replace(
                before,
                films=_renewed(before.films, films, "n").sort("n"),
                people=_renewed(before.people, people, "id"),
                companies=_renewed(before.companies, companies, "id"),
                stamps=stamps,
                card_cache=CardCache(),
            )

    @contextmanager
    def _connection(self) -> Iterator[dbapi.Connection]:
        """An idle connection, or a new one. One that failed is closed: the database may have been restarted."""
        connection = self._usable() or dbapi.connect(self._url, autocommit=True)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)

    def _usable(self) -> dbapi.Connection | None:
        """An idle connection that still answers; those that do not are closed."""
        while True:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                return None
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except dbapi.Error:
                connection.close()
            else:
                return connection


def add_times(viewings: pl.DataFrame) -> pl.DataFrame:
    """A whole diary, oldest first, with the days between its viewings, and between them and their entries.

    Letterboxd dates entries by a clock that may be a day off the person's: a day more or less is none.
    """
    at_once = pl.len().over("watched_on") >= AT_ONCE
    day = pl.when(~at_once).then("watched_on")
    apart = (pl.col("logged_on") - day).dt.total_days()
    return viewings.with_columns(
        at_once=at_once,
        pause=(day - day.forward_fill().shift()).dt.total_days().cast(pl.Int32),
        delay=pl.when(apart.abs() <= 1).then(0).otherwise(apart).cast(pl.Int32),
    )


def _lists(connection: dbapi.Connection, session: str, films: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """n, lists: the slugs of the lists that a film stands on; and the lists themselves. Those of one slug are one."""
    columns = pl.Schema({"list_n": pl.Int32(), "slug": pl.String(), "name": pl.String()})
    named = _fetch(connection, LISTS_SQL, columns, session)
    placed = _fetch(connection, LISTED_SQL, pl.Schema({"list_n": pl.Int32(), "n": pl.Int32()}), session)
    pairs = placed.join(named, on="list_n").unique(["slug", "n"]).join(films.select("n", "watched"), on="n", how="left")
    counts = pairs.group_by("slug").agg(films=pl.len().cast(pl.Int64), watched=pl.col("watched").sum().cast(pl.Int64))
    lists = (
        named.unique("slug", keep="first", maintain_order=True)
        .join(counts, on="slug", how="left", maintain_order="left")
        .select("slug", "name", pl.col("films", "watched").fill_null(0))
    )
    return pairs.sort("list_n").group_by("n").agg(lists=pl.col("slug")), lists.cast(LISTS)


def _with_lists(films: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    films = films.drop("lists").join(listed, on="n", how="left", maintain_order="left")
    return films.with_columns(pl.col("lists").fill_null([])).select(FILMS.names())


def _makers(connection: dbapi.Connection, films: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people and companies that films name."""
    people = pl.concat([films[role].explode() for role in ROLES]).unique().drop_nulls()
    companies = films["companies"].explode().unique().drop_nulls()
    return (
        _fetch(connection, PEOPLE_SQL, PEOPLE, _array(people)),
        _fetch(connection, COMPANIES_SQL, COMPANIES, _array(companies)),
    )


def _changed(before: pl.DataFrame, now: pl.DataFrame) -> pl.Series | None:
    """The numbers of the films to be read anew; None where that is as well done with all of them."""
    if not before["n"].equals(now["n"]) or not before["read_at"].equals(now["read_at"]):
        return None
    changed = now.filter(
        pl.any_horizontal(pl.col(name).ne_missing(before[name]) for name in ("state", "facts_id", "settled_at"))
    )
    return changed["n"] if len(changed) <= MOST_ANEW * len(now) else None


def _renewed(before: pl.DataFrame, rows: pl.DataFrame, key: str) -> pl.DataFrame:
    return pl.concat([before.join(rows, on=key, how="anti"), rows]) if len(rows) else before


def _fetch(connection: dbapi.Connection, sql: str, schema: pl.Schema, *parameters: str) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        frame: pl.DataFrame = cursor.fetch_polars()
    lists = [name for name, dtype in schema.items() if isinstance(dtype, pl.List)]
    return frame.select(schema.names()).cast(schema).with_columns(pl.col(lists).fill_null([]))


def _array(ids: pl.Series) -> str:
    """As PostgreSQL writes an array, for the driver binds no lists."""
    return "{" + ",".join(map(str, ids)) + "}"


def _bytes(task: asyncio.Task[Frame]) -> int:
    if not task.done() or task.cancelled() or task.exception():
        return 0
    return task.result().bytes
