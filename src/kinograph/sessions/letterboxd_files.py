"""A session in the form that Letterboxd's import takes: letterboxd.com/about/importing-data."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from typing import IO, Any, Protocol
from uuid import UUID

import asyncpg

from kinograph.films import matching
from kinograph.sessions import letterboxd_notes
from kinograph.sessions.links import secure_link
from kinograph.sessions.spooling import read_portions

MOST_BYTES = 1_000_000
"""Of one file; Letterboxd takes no more."""

FILM = ("LetterboxdURI", "tmdbID", "imdbID", "Title", "Year", "Directors")
ENTRY = (*FILM, "Rating", "WatchedDate", "Rewatch", "Tags", "Review")
LISTED = (*FILM, "Review")  # which becomes the note
UNMARKED = (*FILM, "Watched")
LISTS = ("List", "File", "Name", "Date", "Tags", "URL", "Description")
"""What no import takes: which films only seem watched, and which list a file is. Our reader knows them by it."""

# Of a match that is not sure nothing is said: Letterboxd would log another film.
FILMS = f"""
film AS MATERIALIZED (
    SELECT own.n, own.uri, own.title, own.year, own.watched, own.rating, own.watchlist,
           CASE facts.kind WHEN 'movie' THEN facts.tmdb_id END AS tmdb_id, facts.imdb_id,
           ARRAY(SELECT name FROM unnest(facts.directors) WITH ORDINALITY d(id, n) JOIN people USING (id) ORDER BY d.n)
               AS directors
    FROM session_matches own JOIN films ON films.id = own.film_id
    LEFT JOIN film_facts facts ON facts.id = own.facts_id AND facts.source = 'tmdb' AND (
        own.facts_id IS DISTINCT FROM films.facts_id OR coalesce(films.confidence, 1) >= {matching.SURE}
    )
    WHERE own.session_id = $1
)
"""  # noqa: S608 - our own number
_FILM = "film.n AS film_n, film.uri, film.tmdb_id, film.imdb_id, film.title, film.year, film.directors"

# A review belongs to the viewing of its entry. Without Letterboxd's numbers that is the one it says the same of, else
# the first of its film on its day that has none.
_OF_ENTRY = """
SELECT DISTINCT ON (v.n) v.n, r.n AS review FROM viewings v
JOIN reviews r ON r.session_id = v.session_id AND r.entry_id = v.entry_id WHERE v.session_id = $1 ORDER BY v.n, r.n
"""
_REST = """
SELECT n, film_n, watched_on, coalesce(rating, 0) AS stars, rewatch, tags, row_number() OVER (
    PARTITION BY film_n, watched_on{alike} ORDER BY n
) AS place FROM {rows} WHERE session_id = $1 AND watched_on IS NOT NULL
AND NOT EXISTS (SELECT FROM {paired} paired WHERE paired.{number} = {rows}.n)
"""
_ALIKE = {"alike": ", rating, rewatch, tags", "paired": "of_entry"}
_ANY = {"alike": "", "paired": "surely"}
VIEWINGS = f"""
WITH {FILMS}, of_entry AS MATERIALIZED ({_OF_ENTRY}),
viewed AS ({_REST.format(rows="viewings", number="n", **_ALIKE)}),
reviewed AS ({_REST.format(rows="reviews", number="review", **_ALIKE)}),
surely AS MATERIALIZED (
    SELECT n, review FROM of_entry
    UNION ALL
    SELECT viewed.n, reviewed.n FROM viewed JOIN reviewed USING (film_n, watched_on, stars, rewatch, tags, place)
),
other_viewed AS ({_REST.format(rows="viewings", number="n", **_ANY)}),
other_reviewed AS ({_REST.format(rows="reviews", number="review", **_ANY)}),
entry AS (
    SELECT n, review FROM surely
    UNION ALL
    SELECT other_viewed.n, other_reviewed.n FROM other_viewed FULL JOIN other_reviewed USING (film_n, watched_on, place)
)
SELECT {_FILM}, coalesce(v.rating, r.rating) AS rating, coalesce(v.watched_on, r.watched_on) AS watched_on,
       coalesce(v.rewatch, r.rewatch) AS rewatch, coalesce(v.tags, r.tags) AS tags, r.text
FROM entry LEFT JOIN viewings v ON v.session_id = $1 AND v.n = entry.n
LEFT JOIN reviews r ON r.session_id = $1 AND r.n = entry.review
JOIN film ON film.n = coalesce(v.film_n, r.film_n)
ORDER BY watched_on, v.n, r.n
"""  # noqa: S608 - our own text
_UNDATED = "FROM reviews r JOIN film ON film.n = r.film_n WHERE r.session_id = $1 AND watched_on IS NULL AND text <> ''"
UNDATED = f"WITH {FILMS} SELECT {_FILM}, r.rating, r.watched_on, r.rewatch, r.tags, r.text {_UNDATED} ORDER BY r.n"
UNDATED_STARS = "SELECT film_n, rating FROM reviews WHERE session_id = $1 AND watched_on IS NULL AND text <> ''"
WATCHED = (
    f"WITH {FILMS} SELECT {_FILM}, film.rating, NULL::date AS watched_on, false AS rewatch, '{{}}'::text[] AS tags,"  # noqa: S608
    " NULL::text AS text, watched FROM film WHERE watched OR rating IS NOT NULL ORDER BY film.n"
)
SEEM_WATCHED = f"""
WITH {FILMS} SELECT {_FILM} FROM film WHERE NOT watched AND (
    rating IS NOT NULL OR EXISTS (SELECT FROM viewings v WHERE v.session_id = $1 AND v.film_n = film.n)
    OR EXISTS (SELECT FROM reviews r WHERE r.session_id = $1 AND r.film_n = film.n)
) ORDER BY film.n
"""  # noqa: S608 - our own text
WANTED = f"WITH {FILMS} SELECT {_FILM} FROM film WHERE watchlist ORDER BY film.n"  # noqa: S608
OF_LISTS = (
    f"WITH {FILMS} SELECT listed.list_n, listed.note, {_FILM}"  # noqa: S608
    " FROM list_films listed JOIN film ON film.n = listed.film_n"
    " WHERE listed.session_id = $1 ORDER BY listed.list_n, listed.position"
)
LIST_ROWS = "SELECT n, name, slug, uri, created_on, tags, description FROM lists WHERE session_id = $1 ORDER BY n"
_UNSAID = object()
_SIGNS = {"dash": "-", "dot": "."}
DAY = "SELECT coalesce(made_at, created_at)::date FROM sessions WHERE id = $1"


async def write_letterboxd(driver: asyncpg.Connection, session_id: UUID, file: IO[bytes]) -> None:
    """A ZIP of CSV files, one row a viewing. Titles stand as they are, whatever a spreadsheet makes of them."""
    day = await driver.fetchval(DAY, session_id)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("read-me.txt", day), letterboxd_notes.write_notes(), archive.compression)
        stars = await _write_viewings(driver, session_id, Parts(archive, "diary-{}.csv", ENTRY, day))
        await _write_watched(driver, session_id, Parts(archive, "watched-{}.csv", ENTRY, day), stars)
        await _write_unmarked(driver, session_id, archive, day)
        with Parts(archive, "watchlist{dash}.csv", FILM, day) as parts:
            async for rows in read_portions(driver, WANTED, session_id):
                await asyncio.to_thread(parts.add, [film_cells(row) for row in rows])
        await _write_lists(driver, session_id, archive, day)


async def _write_viewings(driver: asyncpg.Connection, session_id: UUID, parts: Parts) -> dict[int, float | None]:
    """The stars that Letterboxd takes from the diary for each film in it: those of its newest viewing with stars."""
    stars: dict[int, float | None] = {}
    with parts:
        async for rows in read_portions(driver, VIEWINGS, session_id):
            for row in rows:
                stars[row["film_n"]] = row["rating"] or stars.get(row["film_n"])
            await asyncio.to_thread(parts.add, [_entry_cells(row) for row in rows], tags=ENTRY.index("Tags"))
    return stars


async def _write_watched(
    driver: asyncpg.Connection, session_id: UUID, parts: Parts, stars: dict[int, float | None]
) -> None:
    """The films without a day, and those whose stars are others than the diary's; then what was said on no day. For a
    film that is not marked as watched our reader takes no stars from the diary, so it has a row here."""
    undated: dict[int, float | None] = {}
    for film, rating in await driver.fetch(UNDATED_STARS + " ORDER BY n", session_id):
        undated[film] = rating or undated.get(film)
    said = undated | {film: rating or undated.get(film) for film, rating in stars.items()}
    with parts:
        async for rows in read_portions(driver, WATCHED, session_id):
            told = [row for row in rows if not row["watched"] or row["rating"] != said.get(row["film_n"], _UNSAID)]
            await asyncio.to_thread(parts.add, [_entry_cells(row) for row in told])
        async for rows in read_portions(driver, UNDATED, session_id):
            await asyncio.to_thread(parts.add, [_entry_cells(row) for row in rows], tags=ENTRY.index("Tags"))


async def _write_unmarked(driver: asyncpg.Connection, session_id: UUID, archive: zipfile.ZipFile, day: date) -> None:
    parts: Parts | None = None
    with ExitStack() as open_files:
        async for rows in read_portions(driver, SEEM_WATCHED, session_id):
            parts = parts or open_files.enter_context(Parts(archive, "not-watched{dash}.csv", UNMARKED, day))
            await asyncio.to_thread(parts.add, [(*film_cells(row), "No") for row in rows])


async def _write_lists(driver: asyncpg.Connection, session_id: UUID, archive: zipfile.ZipFile, day: date) -> None:
    lists = await driver.fetch(LIST_ROWS, session_id)
    if not lists:
        return
    rows = _Rows(driver, session_id)
    told: list[Sequence[object]] = []
    for made, stem in zip(lists, name_files([made["slug"] for made in lists]), strict=True):
        with Parts(archive, f"lists/{stem}{{dot}}.csv", LISTED, day) as parts:
            async for portion in rows.of(made["n"]):
                await asyncio.to_thread(parts.add, [(*film_cells(row), row["note"]) for row in portion])
        tags = ", ".join(made["tags"])
        described = (made["name"], made["created_on"] or "", tags, made["uri"], made["description"])
        told += [(made["n"] + 1, name, *(described if n == 0 else [""] * 5)) for n, name in enumerate(parts.names)]
    with Parts(archive, "lists{dash}.csv", LISTS, day) as parts:
        await asyncio.to_thread(parts.add, told, tags=LISTS.index("Tags"))


class _Rows:
    """The films of all lists, read once, list by list."""

    def __init__(self, driver: asyncpg.Connection, session_id: UUID) -> None:
        self._portions = read_portions(driver, OF_LISTS, session_id)
        self._waiting: list[asyncpg.Record] = []

    async def of(self, n: int) -> AsyncIterator[list[asyncpg.Record]]:
        while True:
            mine = [row for row in self._waiting if row["list_n"] == n]
            self._waiting = self._waiting[len(mine) :]
            if mine:
                yield mine
            if self._waiting:
                return
            self._waiting = await anext(self._portions, [])
            if not self._waiting:
                return


class Parts:
    """One table as CSV files in a ZIP, none larger than Letterboxd takes: each begins with the header, and no row is
    divided. In the name `{}` is the number of the file, `{dash}` and `{dot}` that of the second and further ones."""

    def __init__(self, archive: zipfile.ZipFile, name: str, header: Sequence[str], day: date) -> None:
        self._archive = archive
        self._name = name
        self._header = _line(header)
        self._day = day
        self.names: list[str] = []

    def __enter__(self) -> Parts:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, rows: Iterable[Sequence[object]], *, tags: int | None = None) -> None:
        """Where a row alone would be too large, it goes without its `tags`."""
        for row in rows:
            line = _line(row)
            if tags is not None and len(self._header) + len(line) > MOST_BYTES:
                line = _line([*row[:tags], "", *row[tags + 1 :]])
            if self._n_bytes + len(line) > MOST_BYTES:
                self._file.close()
                self._begin()
            self._file.write(line)
            self._n_bytes += len(line)

    def _begin(self) -> None:
        n = len(self.names) + 1
        self.names.append(self._name.format(n, **{name: f"{sign}{n}" * (n > 1) for name, sign in _SIGNS.items()}))
        self._file = self._archive.open(_entry(self.names[-1], self._day), "w")
        self._file.write(self._header)
        self._n_bytes = len(self._header)


class Named(Protocol):
    """A row, of whatever kind, by the names of its columns."""

    def __getitem__(self, column: str, /) -> Any: ...


def write_films(films: Iterable[Named]) -> bytes:
    """One file of films alone, as a list takes them."""
    return b"".join(_line(cells) for cells in (FILM, *map(film_cells, films)))


def divide_films(films: Iterable[Named], name: str, day: date) -> bytes:
    """The same as a ZIP of files, none larger than Letterboxd takes: `name` with the number of each."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        Parts(archive, f"{name}-{{}}.csv", FILM, day) as parts,
    ):
        parts.add(map(film_cells, films))
    return file.getvalue()


def film_cells(film: Named) -> tuple[object, ...]:
    """Of a row with uri, tmdb_id, imdb_id, title, year and directors: what FILM names."""
    ids = (film["tmdb_id"] or "", film["imdb_id"] or "")
    return secure_link(film["uri"]), *ids, film["title"], film["year"] or "", ", ".join(film["directors"])


def name_files(slugs: Sequence[str]) -> list[str]:
    """A name for the file of each list that every system takes, and none of them twice."""
    taken: set[str] = set()
    names = []
    for slug in slugs:
        plain = re.sub(r"[^a-z0-9]+", "-", slug.lower())[:60].strip("-") or "list"
        name = slug if re.fullmatch(r"[a-z0-9-]{1,60}", slug) else plain
        n = 1
        while name in taken:
            n += 1
            name = f"{plain}-{n}"
        taken.add(name)
        names.append(name)
    return names


def _entry_cells(entry: asyncpg.Record) -> tuple[object, ...]:
    stars = f"{entry['rating']:g}" if entry["rating"] else ""
    rewatch = "true" if entry["rewatch"] else ""
    said = (stars, entry["watched_on"] or "", rewatch, ", ".join(entry["tags"]), entry["text"] or "")
    return *film_cells(entry), *said


def _line(cells: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _entry(name: str, day: date) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
