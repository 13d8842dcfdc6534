"""A session in one file, which another Kinograph takes in: docs/everything.md describes it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import IO, Any
from uuid import UUID

import asyncpg
import orjson

from kinograph.i18n import Sentence
from kinograph.sessions.export_format import FORMAT
from kinograph.sessions.spooling import read_portions

VERSION: int = FORMAT["everything_version"]

SESSION = (
    "SELECT name, made_at AS made_on, reader, files, unread, orphaned, problems, warnings FROM sessions WHERE id = $1"
)
FILMS = """
SELECT films.title, films.year, own.uri AS letterboxd_uri, films.letterboxd_id,
       facts.kind || '/' || facts.tmdb_id AS tmdb, facts.imdb_id,
       own.watched, own.marked_on, own.rating, own.rated_on, own.liked, own.liked_on, own.watchlist, own.wanted_on
FROM session_matches own JOIN films ON films.id = own.film_id
LEFT JOIN film_facts facts ON facts.id = own.facts_id AND facts.source = 'tmdb'
WHERE own.session_id = $1 ORDER BY own.n
"""
ENTRIES = (
    "SELECT film_n AS film, entry_id, watched_on, logged_on, rating, rewatch, tags{text} FROM {rows}"
    " WHERE session_id = $1 ORDER BY n"
)
LISTS = (
    "SELECT n, name, slug, uri AS letterboxd_uri, created_on, tags, description FROM lists"
    " WHERE session_id = $1 ORDER BY n"
)
OF_LISTS = (
    "SELECT list_n, film_n AS film, position, note FROM list_films WHERE session_id = $1 ORDER BY list_n, position"
)
# An entry that TMDB is still asked for is what the owner said; "nothing" is said by none.
CORRECTIONS = """
SELECT own.n AS film, CASE
    WHEN questions.id IS NOT NULL THEN questions.asked
    WHEN repairs.answer = 'entry' THEN facts.kind || '/' || facts.tmdb_id
END AS entry
FROM session_films own JOIN sessions ON sessions.id = own.session_id JOIN films ON films.id = own.film_id
JOIN LATERAL (
    SELECT * FROM repairs WHERE repairs.owner_id = sessions.owner_id AND repairs.letterboxd_id = films.letterboxd_id
    UNION ALL
    SELECT * FROM repairs WHERE repairs.owner_id = sessions.owner_id AND repairs.letterboxd_id IS NULL
    AND films.letterboxd_id IS NULL AND repairs.title = films.title AND repairs.year IS NOT DISTINCT FROM films.year
    LIMIT 1
) repairs ON repairs.answer IS NOT NULL OR repairs.wanted_id IS NOT NULL
LEFT JOIN questions ON questions.id = repairs.wanted_id AND questions.reason IS NULL
LEFT JOIN film_facts facts ON facts.id = repairs.facts_id
WHERE own.session_id = $1 AND (repairs.answer IS NOT NULL OR questions.id IS NOT NULL) ORDER BY own.n
"""


async def write_everything(driver: asyncpg.Connection, session_id: UUID, file: IO[bytes]) -> None:
    """JSON, written part by part: nothing of TMDB's but numbers, and nothing of tokens, links to share or accounts."""
    out = _Out(file)
    session = await driver.fetchrow(SESSION, session_id)
    if session is None:  # deleted in between
        session = dict.fromkeys(("name", "made_on", "reader")) | {name: [] for name in _TOLD}
    file.write(b'{"kinograph":"everything","version":%d' % VERSION)
    for name in ("name", "made_on", "reader"):
        out.put(name, session[name])
    await out.rows("films", driver, FILMS, session_id)
    await out.rows("viewings", driver, ENTRIES.format(text="", rows="viewings"), session_id)
    await out.rows("reviews", driver, ENTRIES.format(text=", text", rows="reviews"), session_id)
    await _write_lists(out, driver, session_id)
    await out.rows("corrections", driver, CORRECTIONS, session_id)
    out.put("files", [{name: value for name, value in file.items() if name != "lost"} for file in session["files"]])
    for name in ("unread", "orphaned"):
        out.put(name, session[name])
    problems = session["problems"]
    out.put("problems", [problem | {"sentence": _said(problem["sentence"])} for problem in problems])
    out.put("warnings", [_said(warning) for warning in session["warnings"]])
    file.write(b"}\n")


_TOLD = ("files", "unread", "orphaned", "problems", "warnings")


class _Out:
    """The parts of one JSON object."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def put(self, name: str, value: object) -> None:
        self._file.write(b',\n"%b":%b' % (name.encode(), orjson.dumps(value)))

    async def rows(self, name: str, driver: asyncpg.Connection, sql: str, session_id: UUID) -> None:
        self.begin(name)
        async for rows in read_portions(driver, sql, session_id):
            await asyncio.to_thread(self.add, list(map(dict, rows)))
        self.end()

    def begin(self, name: str) -> None:
        self._file.write(b',\n"%b":[' % name.encode())
        self._between = b"\n"

    def add(self, values: Sequence[Mapping[str, Any]]) -> None:
        for value in values:
            self._file.write(self._between + orjson.dumps(value))
            self._between = b",\n"

    def end(self) -> None:
        self._file.write(b"]")


async def _write_lists(out: _Out, driver: asyncpg.Connection, session_id: UUID) -> None:
    """A list at a time, with its films."""
    films: dict[int, list[dict[str, Any]]] = {}
    async for rows in read_portions(driver, OF_LISTS, session_id):
        for row in rows:
            films.setdefault(row["list_n"], []).append({name: row[name] for name in ("film", "position", "note")})
    out.begin("lists")
    async for rows in read_portions(driver, LISTS, session_id):
        lists = [dict(row) for row in rows]
        await asyncio.to_thread(out.add, [made | {"films": films.pop(made.pop("n"), [])} for made in lists])
    out.end()


def _said(stored: str | Mapping[str, Any]) -> str:
    return str(Sentence.restored(stored))
