"""Reads the frames of sessions from the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue
from uuid import UUID

import polars as pl
from adbc_driver_postgresql import dbapi

from kinograph.database import SERVER_SETTINGS, Timeouts, for_transaction
from kinograph.films.roles import CAST_BILLED, COLUMNS, CREW
from kinograph.stats.filter_values import own_list_slug
from kinograph.stats.frame_schema import COLLECTIONS, COMPANIES, FILMS, LISTED, LISTS, PEOPLE, STAMPS, VIEWINGS
from kinograph.stats.frames import Frame, add_times
from kinograph.stats.page_cache import PageCache

STAMPS_SQL = """
SELECT n, state, facts_id, settled_at, read_at FROM session_matches WHERE session_id = $1::uuid ORDER BY n
"""

FILMS_SQL = f"""
SELECT film.n, film.film_id, film.title, film.year::int, film.uri, film.watched, film.rating, film.liked,
       film.watchlist, CASE WHEN film.watchlist THEN film.wanted_on END AS wanted_on,
       CASE WHEN film.watchlist THEN film.marked_on END AS marked_on,
       film.n IN (SELECT film_n FROM reviews WHERE session_id = $1::uuid) AS reviewed,
       film.state, facts.kind, facts.tmdb_id,
       facts.imdb_id, facts.original_title, facts.original_language, facts.release_date, facts.runtime_minutes,
       facts.vote_average, facts.vote_count, facts.popularity, facts.budget, facts.revenue, facts.poster_path,
       facts.collection_id, facts.genres, facts.countries, facts.languages, facts.keywords, facts.companies,
       {", ".join(f"facts.{column}" for column in CREW)},
       facts.cast_ids[1:{CAST_BILLED}] AS "cast", NULL::text[] AS lists,
       film.facts_id, film.settled_at, film.read_at  -- with its stamps, which are then of the very same moment
FROM session_matches film
LEFT JOIN film_facts facts ON facts.id = film.facts_id
WHERE film.session_id = $1::uuid ORDER BY film.n
"""  # noqa: S608 - a number and names of ours

MADE_SQL = "SELECT (made_at AT TIME ZONE 'UTC')::date AS day FROM sessions WHERE id = $1::uuid"

STAMPED_FILMS = pl.Schema({**STAMPS, **FILMS})

SOME_FILMS_SQL = FILMS_SQL.replace("session_matches film", "session_matches film JOIN unnest($2::int[]) a(n) USING (n)")

VIEWINGS_SQL = """
SELECT film_n AS n, watched_on, logged_on, rating, rewatch, tags,
       FALSE AS at_once, NULL::int AS pause, NULL::int AS delay
FROM viewings WHERE session_id = $1::uuid ORDER BY viewings.n
"""

# Each by itself, and joined here: the planner took a session's lists for few, and a second for the films.
LISTED_SQL = "SELECT list_n, film_n AS n FROM list_films WHERE session_id = $1::uuid ORDER BY list_n, position"

LISTS_SQL = "SELECT n AS list_n, slug, name FROM lists WHERE session_id = $1::uuid ORDER BY n"

# A join, since "id = ANY" of an array that the planner cannot see compares each row with each of 24,000 ids.
PEOPLE_SQL = "SELECT id, name, gender::int, portrait FROM unnest($1::bigint[]) named(id) JOIN people USING (id)"

COMPANIES_SQL = "SELECT id, name, country FROM unnest($1::bigint[]) named(id) JOIN companies USING (id)"

COLLECTIONS_SQL = """
SELECT c.id AS collection_id, c.name, (c.fetched_at AT TIME ZONE 'UTC')::date AS fetched_on, part.tmdb_id, part.title,
       part.release_date, part.poster_path, part.vote_average, part.runtime_minutes
FROM unnest($1::bigint[]) named(id) JOIN collections c USING (id)
LEFT JOIN LATERAL jsonb_to_recordset(c.parts) part(
    tmdb_id bigint, title text, release_date date, poster_path text, vote_average float8, runtime_minutes int
) ON true
"""

MOST_ANEW = 0.1
"""The share of a frame's films up to which only those that changed are read anew."""


class FrameReader:
    """Reads frames, in whatever thread asks; a connection for each that does at the same time is kept."""

    def __init__(self, url: str, *, timeouts: Timeouts | None = None) -> None:
        self._url = url
        self._first = for_transaction(SERVER_SETTINGS | (timeouts.list_settings() if timeouts else {}))
        self._idle: SimpleQueue[dbapi.Connection] = SimpleQueue()

    def close(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def read(self, session_id: UUID, before: Frame | None) -> Frame:
        """Whole, or where few films changed, those alone: nothing else of a session changes once it is stored."""
        session = str(session_id)
        with self._connection() as connection:
            if before is not None:
                # First, so that what changes while the films are read is read again the next time.
                stamps = _fetch(connection, STAMPS_SQL, STAMPS, session)
                if (changed := _changed(before.stamps, stamps)) is not None:
                    return _read_changed(connection, session, before, stamps, changed)
            return _read_whole(connection, session)

    @contextmanager
    def _connection(self) -> Iterator[dbapi.Connection]:
        """In a transaction, on an idle connection or a new one. One that failed is closed: the database may have been
        restarted. Outside a transaction a pooler may run half a statement here and half of it there."""
        connection = self._usable()
        if connection is None:
            connection = dbapi.connect(self._url, autocommit=True)
            self._begin(connection)
        try:
            yield connection
            connection.adbc_connection.set_autocommit(True)  # commits
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)

    def _usable(self) -> dbapi.Connection | None:
        """An idle connection that still answers, with a transaction begun; those that do not are closed."""
        while True:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                return None
            try:
                self._begin(connection)
            except dbapi.Error:
                connection.close()
            else:
                return connection

    def _begin(self, connection: dbapi.Connection) -> None:
        """A transaction, with the settings of every connection: a pooler takes none with the connect."""
        connection.adbc_connection.set_autocommit(False)
        with connection.cursor() as cursor:  # with the first statement it begins
            cursor.execute(self._first)


def _read_whole(connection: dbapi.Connection, session: str) -> Frame:
    stamped = _fetch(connection, FILMS_SQL, STAMPED_FILMS, session)
    films, stamps = stamped.select(FILMS.names()), stamped.select(STAMPS.names())
    viewings = add_times(_fetch(connection, VIEWINGS_SQL, VIEWINGS, session))
    slugs, lists, listed = _lists(connection, session, films)
    films = _with_lists(films, slugs)
    made = _fetch(connection, MADE_SQL, pl.Schema({"day": pl.Date()}), session)["day"]
    until = made[0] if len(made) else None
    makers, collections = _makers(connection, films), _collections(connection, films)
    return Frame(films, viewings, *makers, lists, listed, collections, stamps, until)


def _read_changed(
    connection: dbapi.Connection, session: str, before: Frame, stamps: pl.DataFrame, changed: pl.Series
) -> Frame:
    films = _fetch(connection, SOME_FILMS_SQL, FILMS, session, _array(changed))
    films = _with_lists(films, before.films.select("n", "lists"))
    people, companies = _makers(connection, films)
    renewed = _renewed(before.films, films, "n").sort("n")
    frame = replace(
        before,
        films=renewed,
        people=_renewed(before.people, people, "id"),
        companies=_renewed(before.companies, companies, "id"),
        collections=_renewed(
            before.collections, _collections(connection, renewed, films["collection_id"]), "collection_id"
        ),
        stamps=stamps,
        pages=PageCache(),
    )
    frame.carry_over(before, changed)
    return frame


def _lists(
    connection: dbapi.Connection, session: str, films: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """n, lists: the slugs of the lists that a film stands on; and the lists themselves, and their films in order. Those
    of one slug are one; one that is called as a filter of another kind says whose it is."""
    columns = pl.Schema({"list_n": pl.Int32(), "slug": pl.String(), "name": pl.String()})
    named = _fetch(connection, LISTS_SQL, columns, session).with_columns(slug=own_list_slug(pl.col("slug")))
    placed = _fetch(connection, LISTED_SQL, pl.Schema({"list_n": pl.Int32(), "n": pl.Int32()}), session)
    pairs = placed.join(named, on="list_n", maintain_order="left").unique(["slug", "n"], maintain_order=True)
    pairs = pairs.join(films.select("n", "watched"), on="n", how="left", maintain_order="left")
    counts = pairs.group_by("slug").agg(films=pl.len().cast(pl.Int64), watched=pl.col("watched").sum().cast(pl.Int64))
    lists = (
        named.unique("slug", keep="first", maintain_order=True)
        .join(counts, on="slug", how="left", maintain_order="left")
        .select("slug", "name", pl.col("films", "watched").fill_null(0))
    )
    slugs = pairs.sort("list_n").group_by("n").agg(lists=pl.col("slug"))
    return slugs, lists.cast(LISTS), pairs.select(LISTED.names()).cast(LISTED)


def _with_lists(films: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    films = films.drop("lists").join(listed, on="n", how="left", maintain_order="left")
    return films.with_columns(pl.col("lists").fill_null([])).select(FILMS.names())


def _makers(connection: dbapi.Connection, films: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people and companies that films name."""
    people = pl.concat([films[column].explode() for column in COLUMNS]).unique().drop_nulls()
    companies = films["companies"].explode().unique().drop_nulls()
    return (
        _fetch(connection, PEOPLE_SQL, PEOPLE, _array(people)),
        _fetch(connection, COMPANIES_SQL, COMPANIES, _array(companies)),
    )


def _collections(connection: dbapi.Connection, films: pl.DataFrame, among: pl.Series | None = None) -> pl.DataFrame:
    """Those of which two films are watched, with their parts in order of release."""
    named = films.filter(pl.col("watched") & (pl.col("collection_id") != 0))["collection_id"]
    ids = named.filter(named.is_duplicated()).unique()
    if among is not None:
        ids = ids.filter(ids.is_in(among.unique().implode()))
    parts = _fetch(connection, COLLECTIONS_SQL, COLLECTIONS, _array(ids))
    return parts.sort("collection_id", "release_date", "tmdb_id", nulls_last=True)


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
