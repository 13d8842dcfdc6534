"""No statement reads more because of other people's sessions, as the plans of all that ran on a filled database say.

A session's whole life is lived once: uploads, look-ups, corrections, pages, periods, and the deletion. PostgreSQL notes
the plan of every statement that comes to it, whoever sends it, also of those that triggers and foreign keys send.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database, jobs
from kinograph.films import unnamed
from kinograph.lists import seeding
from kinograph.sample import session as sample
from kinograph.sessions import progress
from kinograph.settings import Settings
from tests import cluster, filled
from tests.fake_tmdb import FakeTmdb
from tests.filled import Size
from tests.session_life import ENTRIES, LARGE, ON_PURPOSE, Ran, add_rows_read, begin, live, read_log

SOURCES = Path(database.__file__).parent.parent
SIZE = Size(sessions=100, session_films=12_000, viewings=12_000, facts=12_000, corrections=3_000)
SHARE = 0.5
"""Of a table's rows, what one statement may read at most. Sweeps go through a table in smaller portions."""


# By how they begin: what the life below does not come to, and what does.
REACHED_ELSEWHERE: Mapping[str, str] = {
    "UPDATE films SET state = 'matched', facts_id = :facts_id": "tests/corrections/test_agreement.py",
    "UPDATE films SET state = 'pending', facts_id = NULL, agreed_at": "tests/corrections/test_agreement.py",
    "SELECT films.title, films.year, films.runners_up, facts.title AS entry": "tests/corrections/test_agreement.py",
    "DELETE FROM repairs old USING repairs new": "tests/accounts/test_accounts.py",
    "UPDATE repairs SET owner_id = :ours WHERE owner_id = :theirs": "tests/accounts/test_accounts.py",
    "INSERT INTO repairs (owner_id, letterboxd_id, title, year, answer": "tests/sessions/test_everything.py",
    "WITH logged AS MATERIALIZED": "tests/corrections/test_agreement.py",
    "UPDATE film_facts SET fetched_at = now(), collection_id": "tests/films/test_refresh.py",
    "UPDATE repairs SET facts_id = films.facts_id FROM films": "tests/films/test_refresh.py",
    "UPDATE films SET compared_at = now() WHERE id = $1": "tests/films/test_sharing.py",
    "UPDATE films SET state = 'matched', confidence = 1, facts_id = known.id": "the sample, before there is more",
    "UPDATE films SET state = 'unmatched', settled_at = now() WHERE source = 'sample'": "the sample, too",
    "SELECT films.title, films.year FROM session_films JOIN films": "tests/sessions/test_editions.py",
}


@dataclass(frozen=True, slots=True)
class Life:
    ran: Sequence[Ran]
    rows: Mapping[str, int]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    options = ("--log_min_messages=log", "--log_error_verbosity=terse", "--log_line_prefix=")
    with cluster.running_with_log(*options) as (url, log), FakeTmdb() as tmdb, pytest.MonkeyPatch.context() as patch:
        patch.setattr(unnamed, "AT_ONCE", 200)  # 500 facts name 7,000 people: much, of tables this small
        tmdb.add(*ENTRIES)
        database.migrate(url)
        sample.seed(url)
        asyncio.run(filled.fill(url, SIZE))
        seeding.seed(url)
        rows = asyncio.run(begin(url))
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("growth"),
            database_url=url,
            session_days=30,
            tmdb_base_url=tmdb.url,
            tmdb_access_token=tmdb.token,
            tmdb_requests_per_second=400,
        )
        asyncio.run(live(settings, tmdb))
        yield Life(list(read_log(log)), rows)


def begins(sql: str, listed: Mapping[str, str]) -> str | None:
    return next((beginning for beginning in listed if sql.startswith(beginning)), None)


def test_no_statement_reads_a_large_table(life: Life) -> None:
    much = {
        (ran.sql[:300], table, round(read))
        for ran in life.ran
        for table, read in ran.read.items()
        if read >= SHARE * life.rows[table]
    }
    noticed = {each for each in much if each[0] == ON_PURPOSE}
    assert much == noticed, "\n".join(f"{read} rows of {table}: {sql}" for sql, table, read in sorted(much - noticed))
    assert noticed


def test_every_statement_of_the_sources_was_reached(life: Life) -> None:
    ran = {statement.sql for statement in life.ran}
    sources = list(source_statements())
    missing = {
        where: sql[:120]
        for where, sql, pattern in sources
        if not begins(sql, REACHED_ELSEWHERE) and not any(re.search(pattern, each) for each in ran)
    }
    assert not missing, "\n".join(f"{where}: {sql}" for where, sql in missing.items())
    assert [each for each in REACHED_ELSEWHERE if not any(sql.startswith(each) for _, sql, _ in sources)] == []


MODELS = {
    "FilmFacts": "film_facts", "Film": "films", "SessionFilm": "session_films", "Viewing": "viewings",
    "Correction": "repairs", "Person": "people",
}  # fmt: skip
VERBS = {"select": "FROM {}", "insert": "INSERT INTO {}", "update": "UPDATE {} SET", "delete": "DELETE FROM {}"}


def source_statements() -> Iterator[tuple[str, str, str]]:
    """Where each statement stands that names a large table, its beginning, and a pattern of what it is as it runs."""
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if found := _statement(node, parts):
                yield f"{path.relative_to(SOURCES)}:{getattr(node, 'lineno', 0)}", *found


def _statement(node: ast.AST, parts: set[int]) -> tuple[str, str] | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in VERBS and node.args:
        named = ast.unparse(node.args[0]).partition(".")[0]
        if named in MODELS:
            sql = VERBS[node.func.id].format(MODELS[named])
            return sql, re.escape(sql)
    if isinstance(node, ast.JoinedStr):
        sql = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
        sql = node.value
    else:
        return None
    sql = " ".join(sql.split())
    is_statement = re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql)
    if not is_statement or not re.search(rf"\b({'|'.join(LARGE)}|session_matches)\b", sql):
        return None
    pattern = re.sub(r"\\\{[^}]*\}", ".*", re.escape(sql))  # what is put in
    return sql, re.sub(r"(?<!:):[a-z_]+\b", r"\\$\\d+(::\\w+)?", pattern)


async def searched_keys(url: str) -> AsyncIterator[str]:
    """Foreign keys whose rows nothing finds by what they point to."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT conname, conrelid::regclass::text AS table FROM pg_constraint WHERE contype = 'f' AND NOT EXISTS ("
        " SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL"
        " AND (indkey::int2[])[0:cardinality(conkey) - 1] = conkey)"
    )
    await connection.close()
    for row in rows:
        yield row["conname"]


async def test_whatever_points_to_a_row_is_found_by_an_index(database_url: str) -> None:
    assert [key async for key in searched_keys(database_url)] == []


async def test_a_round_that_finds_nothing_to_complete_reads_no_film(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO films (title) VALUES ('Waited for')"))
        await db.execute(
            text(
                "INSERT INTO sessions (id, status, waits_for)"
                " SELECT gen_random_uuid(), 'enriching', films.id FROM films, generate_series(1, 500)"
            )
        )
    async with engine.begin() as db:
        await db.execute(text("ANALYZE sessions"))
        plan = await db.scalar(
            text(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {progress.TO_LOOK_AT.text}"), {"most": 50}
        )
    (told,) = plan
    read: defaultdict[str, float] = defaultdict(float)
    add_rows_read(told["Plan"], read, tables=("sessions", "films", "session_films"))
    assert sum(read.values()) == 0


async def test_films_of_another_cluster_are_news_no_longer_than_an_hour(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO films (title) SELECT 'Film ' || n FROM generate_series(1, 5) n"))
        await db.execute(text("ALTER TABLE films DISABLE TRIGGER note_change"))
        await db.execute(text("UPDATE films SET changed_in = 1::bigint << 40"))
        await db.execute(text("ALTER TABLE films ENABLE TRIGGER note_change"))
    await jobs.adopt_restored_films(engine)
    async with engine.connect() as db:
        unseen = text(
            "SELECT count(*) FROM films WHERE changed_in::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot())"
        )
        assert await db.scalar(unseen) == 0
        assert await db.scalar(text("SELECT count(changed_in) FROM films")) == 5
