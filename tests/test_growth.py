"""No statement reads more because of other people's sessions, as the plans of all that ran on a filled database say.

A session's whole life is lived once: uploads, look-ups, corrections, pages, periods, and the deletion. PostgreSQL notes
the plan of every statement that comes to it, whoever sends it, also of those that triggers and foreign keys send.
"""

from __future__ import annotations

import ast
import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph import database, jobs
from kinograph.database import raw
from kinograph.films import sharing, unnamed
from kinograph.lists import seeding
from kinograph.operator import status
from kinograph.sample import session as sample
from kinograph.sessions import emptying, intake, progress
from kinograph.settings import Settings
from kinograph.web import app
from tests import cluster, filled
from tests.addresses import of_session
from tests.fake_tmdb import FakeTmdb
from tests.filled import Size
from tests.films.test_enrichment import completed, until, working
from tests.invented_films import film
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped

SOURCES = Path(database.__file__).parent.parent
SIZE = Size(sessions=100, session_films=12_000, viewings=12_000, facts=12_000, corrections=3_000)
LARGE = ("films", "film_facts", "session_films", "viewings", "people", "repairs")
SHARE = 0.5
"""Of a table's rows, what one statement may read at most. Sweeps go through a table in smaller portions."""

ON_PURPOSE = "SELECT max(length(title)) FROM films"
"""A bad statement, which is to be noticed."""

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
class Ran:
    """A statement and how many rows of each large table were read for it."""

    sql: str
    read: Mapping[str, float]


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


EXPLAINED = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
}


async def begin(url: str) -> dict[str, int]:
    """Has every further connection's plans noted. Returns how many rows there are."""
    connection = await asyncpg.connect(url)
    for name, value in EXPLAINED.items():
        await connection.execute(f"ALTER DATABASE postgres SET {name} = '{value}'")
    rows = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in LARGE}
    await connection.close()
    return rows


UNKNOWN = ("A Quay by Night,1994,https://boxd.it/29hy", "The Long Quay,1994,https://boxd.it/29hI")
NAMESAKES = ("Slate Rain,1989,https://boxd.it/1YgE", "Slate Rain,1989,https://boxd.it/29hS")
ENTRIES = (
    film("Slate Rain", 1989, id=900_101, votes=5000, popularity=20),
    film("Slate Rain", 1989, id=900_102, votes=300, original_title="Kuroi Ame", minutes=123),
    film("A Quay by Night", 1994, id=900_201),
    film("The Long Quay", 1994, id=900_202),
)
LOST = ("The Unfilmed Lighthouse,1999,https://boxd.it/29i2", "The Unfilmed Pier,1998,")
KNOWN = [f"{filled.film_title(k)},{filled.film_year(k)},{filled.film_uri(k)}" for k in (*range(1, 30), 40, 60)]
UNLINKED = [f"{filled.film_title(k)},{filled.film_year(k)}," for k in (20, 80)]


BROUGHT = {
    "letterboxd.csv": table(
        "Letterboxd list export v7", LIST, "2024-01-01,Brought,,,", "", PLACES,
        *(f"{n},{filled.film_title(n)},{filled.film_year(n)},{filled.film_uri(n)}," for n in (*range(1, 40), 500)),
    ),
    "imdb.csv": table(
        "Position,Const,Title,Year",
        *(f"{n},tt{n:07},{filled.film_title(n)},{filled.film_year(n)}" for n in (*range(1, 40), 700)),
    ),
}  # fmt: skip
LISTS = ("oscar-best-picture", "own:best", "imported:brought", "imported:imdb")


def export(*more: str, until_year: int = 2024) -> bytes:
    films = [*KNOWN, *UNLINKED, *UNKNOWN, *NAMESAKES, *LOST, *more]
    days = [f"{2021 + n % (until_year - 2020)}-0{1 + n % 9}-11" for n in range(len(films))]
    rated = [f"{day},{film},{n % 10 / 2 + 0.5:g}" for n, (day, film) in enumerate(zip(days, films, strict=True))]
    logged = [f"{row},,,{day}" for row, day in zip(rated, days, strict=True)]
    reviewed = [f"{row},,Rain,,{day}" for row, day in zip(rated[:3], days, strict=False)]
    listed = [f"{n},{film}," for n, film in enumerate(films[:5], 1)]
    return zipped(
        watched=table(FILM, *(f"{day},{film}" for day, film in zip(days, films, strict=True))),
        ratings=table(RATING, *rated),
        diary=table(DIARY, *logged),
        reviews=table(REVIEW, *reviewed),
        likes__films=table(FILM, *rated[:2]),
        watchlist=table(FILM, f"2024-01-01,{filled.film_title(99)},{filled.film_year(99)},{filled.film_uri(99)}"),
        lists__best=table(
            "Letterboxd list export v7", LIST, "2024-01-01,Best,,https://boxd.it/x1,", "", PLACES, *listed
        ),
    ).content


async def live(settings: Settings, tmdb: FakeTmdb) -> None:
    assert settings.database_url
    engine = database.connect(settings.database_url)
    made = app.create(settings)
    made.state.today = lambda: date(2024, 12, 1)  # when a year is looked back on
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1:8000") as client,
        working(settings),
    ):
        first = await send(client, engine, export(until_year=2022), day="2023-05-03")
        await send(client, engine, export(until_year=2022), day="2023-05-03")
        await bring_lists(client, first)
        await look_at_everything(client, first)
        session = await send(client, engine, export("Rosalba,1980,https://boxd.it/2w5A"), day="2024-05-03")
        await correct(client, engine, session, tmdb)
        async with engine.connect() as db:
            before = await progress.count_progress(db, UUID(session), rate_group="default")
            assert before is not None
            await progress.count_again(db, replace(before, recently=0), rate_group="default")
        await look_at_everything(client, session)
        await keep_in_order(engine, tmdb)
        await until(lambda: idle(engine))
        async with engine.connect() as db:
            await db.execute(text(ON_PURPOSE))
        for gone in (first, session):
            assert (await client.delete(f"/api/session/{gone}")).status_code == 204
        await jobs.delete_unnamed_films(engine)
    await engine.dispose()


async def send(client: AsyncClient, engine: AsyncEngine, content: bytes, *, day: str) -> str:
    name = f"letterboxd-someone-{day}-18-29-utc.zip"
    answer = await client.post("/api/upload", files=[("files", (name, content))])
    assert answer.status_code in (200, 201), answer.text
    session_id: str = answer.json()["session_id"]
    await completed(engine, session_id)
    return session_id


async def bring_lists(client: AsyncClient, session_id: str) -> None:
    files = [("files", (name, content, "text/csv")) for name, content in BROUGHT.items()]
    assert (await client.post(f"/session/{session_id}/lists", files=files)).status_code == 303


async def look_at_everything(client: AsyncClient, session_id: str) -> None:
    await client.get("/")
    await client.get("/metrics")
    for path in ("/account/everything.zip", "/api/me/widget"):
        assert (await client.get(path)).status_code == 200
    api = f"/api/session/{session_id}"
    included = ("", "?include=movies", "?include=everything")
    for path in (
        *included,
        "/status",
        "/movies",
        "/summary",
        "/report",
        "/repairs",
        "/lists",
        "/collections",
        "/watchlist",
    ):
        assert (await client.get(api + path)).status_code == 200, path
    await client.get(f"{api}/changes")  # which the first session has not
    page = f"/session/{session_id}"
    for path in of_session(session_id):
        if not path.endswith(("/picture", "/report", "/report.pdf")):
            await client.get(path)
    for path in (
        "?genre=Drama",
        "/films?title=film",
        "/films.csv",
        "/diary.csv",
        "/letterboxd.zip",
        "/imdb.csv",
        "/everything.json",
        "/person/2",
        "/repair?title=film+2",
        *(f"/lists/{name}{rest}" for name in LISTS for rest in ("", "/missing.csv")),
        *(f"/films?list={name}" for name in LISTS),
    ):
        assert (await client.get(page + path)).status_code == 200, path


async def correct(client: AsyncClient, engine: AsyncEngine, session_id: str, tmdb: FakeTmdb) -> None:
    api = f"/api/session/{session_id}"
    await client.get(f"{api}/films/0/candidates?query=film")
    known = {"kind": "movie", "tmdb_id": 77}
    for n, answer in enumerate((known, {"kind": "movie", "tmdb_id": tmdb.entry("Low Country").id}, None)):
        sent = await client.put(f"{api}/films/{n}/match", json=answer or {"kind": None, "tmdb_id": None})
        assert sent.status_code in (200, 202, 422), sent.text
    page = f"/session/{session_id}/repair"
    for n, choice in enumerate(({"choice": "nothing"}, {"link": "https://www.imdb.com/title/tt0000088/"})):
        await client.post(f"{page}/{n + 3}", data=choice)
    await client.delete(f"{api}/films/0/match")
    await client.post(f"{api}/retry")
    tmdb.credits[2] = {"cast": [], "crew": [{"id": 77, "media_type": "movie", "title": "Known", "job": "Director"}]}
    assert (await client.post(f"{api}/person/2/left")).json()["state"] == "known"
    async with engine.connect() as db:
        films = (await db.scalars(text("SELECT id FROM films WHERE title = 'Slate Rain'"))).all()
        for film_id in films:
            await sharing.find_sharers(await raw(db), film_id)


async def keep_in_order(engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    """Every period, where each has something to do."""
    deleted, merged = tmdb.entry("A Quay by Night", 1994), tmdb.entry("The Long Quay", 1994)
    tmdb.delete(deleted)
    tmdb.unknown.add("A Quay by Night")
    tmdb.entries.remove(merged)
    tmdb.add(replace(merged, id=900_203, details=merged.details | {"id": 900_203}))
    async with engine.begin() as db:
        for statement in (
            "UPDATE film_facts SET fetched_at = now() - interval '1 year' WHERE tmdb_id IN (900201, 900202)",
            "UPDATE films SET settled_at = now() - interval '1 year' WHERE title LIKE 'The Unfilmed%'",
            "UPDATE sessions SET expires_at = now() - interval '1 hour' WHERE id IN"
            " (SELECT id FROM sessions WHERE expires_at IS NOT NULL ORDER BY created_at LIMIT 1)",
        ):
            await db.execute(text(statement))
    for period in jobs.PERIODS:
        await period.task(engine)


async def idle(engine: AsyncEngine) -> bool:
    async with engine.connect() as db:
        return not await db.scalar(text("SELECT count(*) FROM pgqueuer"))


def read_log(log: Path) -> Iterator[Ran]:
    """The statements of the log, in JSON behind a line that says so."""
    decoder = json.JSONDecoder()
    for entry in log.read_text(errors="replace").split("plan:\n")[1:]:
        told, _ = decoder.raw_decode(entry.lstrip())
        read: defaultdict[str, float] = defaultdict(float)
        add_rows_read(told["Plan"], read)
        yield Ran(" ".join(told["Query Text"].split()), read)


def add_rows_read(node: Mapping[str, Any], read: dict[str, float], *, tables: Sequence[str] = LARGE) -> None:
    if node.get("Relation Name") in tables and "Scan" in node["Node Type"]:
        left = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        read[node["Relation Name"]] += (node["Actual Rows"] + left) * node["Actual Loops"]
    for below in node.get("Plans", ()):
        add_rows_read(below, read, tables=tables)


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


async def test_counting_by_session_waits_for_nobody_and_is_left_out_where_there_are_many(engine: AsyncEngine) -> None:
    ran: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda _c, _d, statement, *_: ran.append(statement))
    async with engine.connect() as vacuuming:
        await vacuuming.execute(text("LOCK TABLE session_films, viewings IN SHARE UPDATE EXCLUSIVE MODE"))
        async with engine.begin() as db:
            await asyncio.wait_for(intake.analyze_tables(db), 30)
    assert sum("ANALYZE" in statement for statement in ran) == 1
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO sessions (id, status) SELECT gen_random_uuid(), 'completed' FROM generate_series(1, :n)"),
            {"n": intake.FEW_SESSIONS},
        )
        await intake.analyze_tables(db)
    assert sum("ANALYZE" in statement for statement in ran) == 1


async def test_counts_are_kept_whatever_happens_to_rows(database_url: str, engine: AsyncEngine) -> None:
    await filled.fill(database_url, Size(sessions=3, session_films=30, viewings=30, facts=50, corrections=3))

    async def agree() -> bool:
        async with engine.connect() as db:
            told = (await status.read_status(await raw(db), rate_group="default"), await counted(db))
        return (dict(told[0].films), dict(told[0].matches), dict(told[0].sessions)) == told[1]

    assert await agree()
    for change in (
        "UPDATE films SET state = 'failed', facts_id = NULL, reason = 'gone' WHERE state = 'matched' AND id % 3 = 0",
        "UPDATE sessions SET status = 'enriching' WHERE id = (SELECT id FROM sessions LIMIT 1)",
        "INSERT INTO sessions (id, status) VALUES (gen_random_uuid(), 'completed')",  # nobody's, as the sample
        "DELETE FROM sessions WHERE status = 'enriching'",
        "INSERT INTO films (title, source) VALUES ('A', 'tmdb'), ('B', 'sample') ON CONFLICT DO NOTHING",
        "DELETE FROM owners WHERE id = (SELECT max(id) FROM owners)",
    ):
        async with engine.begin() as db:
            await db.execute(text(change))
        assert await agree(), change
    await jobs.delete_unnamed_films(engine)
    assert await agree()
    await jobs.fold_tallies(engine)
    assert await agree()
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) = count(DISTINCT (what, name)) FROM tallies"))


async def counted(db: AsyncConnection) -> tuple[dict[str, int], ...]:
    found = []
    for sql in (
        "SELECT state, count(*) FROM films WHERE source = 'tmdb' GROUP BY 1",
        "SELECT kind, count(*) FROM film_facts WHERE source = 'tmdb' GROUP BY 1",
        "SELECT status, count(*) FROM sessions WHERE owner_id IS NOT NULL GROUP BY 1",
    ):
        found.append({row[0]: row[1] for row in await db.execute(text(sql))})
    return tuple(found)


async def test_much_to_delete_goes_in_portions(
    database_url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled.fill(database_url, Size(sessions=5, session_films=50, viewings=50, facts=100, corrections=0))
    monkeypatch.setattr(emptying, "ROWS_AT_ONCE", 4)
    for name, n in (("LOOKED_AT", 30), ("AT_ONCE", 7)):
        monkeypatch.setattr(unnamed, name, n)
    deleted: list[tuple[str, int]] = []

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def note(_db: object, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM"):
            deleted.append((statement.split()[2], cursor.rowcount))

    emptied: list[int] = []
    empty = emptying.EMPTY

    class Noting(AsyncConnection):
        async def scalar(self, statement: Any, *given: Any, **options: Any) -> Any:
            found = await super().scalar(statement, *given, **options)
            if statement is empty:
                emptied.append(found)
            return found

    monkeypatch.setattr(type(engine), "_connection_cls", Noting)

    commits: list[object] = []
    event.listen(engine.sync_engine, "commit", commits.append)
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET expires_at = now() - interval '1 day' WHERE expires_at IS NOT NULL"))
    await jobs.delete_expired_sessions(engine)
    assert [n for name, n in deleted if name == "sessions"] == [1] * 5
    assert max(emptied) == 4 and len(emptied) >= 5 * 6  # of each of five sessions, which have twenty reviews
    await jobs.delete_unnamed_films(engine)
    for name, most, all_of_them in (("films", 7, 102), ("film_facts", 7, 100)):
        portions = [n for each, n in deleted if each == name]
        assert max(portions) <= most and sum(portions) == all_of_them, name
    assert len(commits) >= len([name for name, _ in deleted if name in ("films", "film_facts", "sessions")])
    async with engine.connect() as db:
        left = [await db.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("people", "companies", "films")]
    assert left == [0, 0, 0]


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
